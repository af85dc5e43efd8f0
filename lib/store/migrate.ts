/** One migration: its name and its SQL, statements apart by `--> statement-breakpoint`. */
export interface MigrationFile {
  readonly name: string
  readonly text: string
}

/** Runs statements as one transaction; rows of the last one come back. */
export type RunBatch = (statements: readonly string[]) => Promise<readonly Record<string, unknown>[]>

const LEDGER =
  'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())'

/**
 * Applies the files that are not applied yet, in order of their names, each as one transaction together with its row
 * in `migrations`. Returns the names applied. Throws what the database throws; what was applied before it stays.
 */
export async function applyMigrations(run: RunBatch, files: readonly MigrationFile[]): Promise<string[]> {
  const rows = await run([LEDGER, 'select name from migrations'])
  const applied = new Set(rows.map((row) => row.name))
  const missing = [...files].sort((a, b) => (a.name < b.name ? -1 : 1)).filter(({ name }) => !applied.has(name))
  for (const { name, text } of missing) {
    if (!/^[\w.-]+$/.test(name)) throw new Error(`"${name}" is no name for a migration.`)
    await run([...text.split('--> statement-breakpoint'), `insert into migrations (name) values ('${name}')`])
  }
  return missing.map(({ name }) => name)
}
