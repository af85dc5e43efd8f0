import { sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'

/** Adds runs to the log, which keeps the last of each project. */
export async function writeRuns(db: NeonHttpDatabase, runs: readonly object[]): Promise<void> {
  await db.execute(sql`select note_runs(${JSON.stringify(runs)}::jsonb)`)
}
