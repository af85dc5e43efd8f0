/** One migration: its name and its SQL, whose statements are separated by `--> statement-breakpoint`. */
export interface MigrationFile {
  readonly name: string
  readonly text: string
}

/** Runs statements in one transaction and returns the rows of the last one. */
export type RunBatch = (statements: readonly string[]) => Promise<readonly Record<string, unknown>[]>

const LEDGER =
  'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())'

/**
 * Applies the missing migrations in the order of their names, each in one transaction with its row in `migrations`.
 * Returns the names it applied. Throws the error of the database at the first migration that fails; the migrations
 * before it stay applied.
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
