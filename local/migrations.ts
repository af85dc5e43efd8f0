import { readdir, readFile } from 'node:fs/promises'
import type { Engine } from '../lib/engines/engine.ts'
import { applyMigrations, type MigrationFile } from '../lib/store/migrate.ts'

const FOLDER = new URL('../lib/store/migrations/', import.meta.url)
const TIMEOUT_MS = 600_000

/** The migrations of this checkout, in order. */
export async function readMigrations(): Promise<MigrationFile[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(new URL(name, FOLDER), 'utf8') })))
}

/** Applies the migrations that the database lacks; returns their names. */
export async function migrate(engine: Pick<Engine, 'run'>): Promise<string[]> {
  const run = async (statements: readonly string[]) => {
    const results = await engine.run(
      statements.map((text) => ({ text, params: [] })),
      { timeoutMs: TIMEOUT_MS },
    )
    return results.at(-1) ?? []
  }
  return applyMigrations(run, await readMigrations())
}

/** Statistics for the planner: nothing in an embedded database makes them by itself. */
export async function analyze(engine: Pick<Engine, 'run'>): Promise<void> {
  await engine.run([{ text: 'analyze', params: [] }], { timeoutMs: TIMEOUT_MS })
}
