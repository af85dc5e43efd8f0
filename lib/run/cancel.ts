import type { Engine } from './engine.ts'

const CANCEL = `select count(*) filter (where pg_cancel_backend(pid)) as ended from pg_stat_activity
  where application_name = $1 and usename = current_user and state = 'active'`
const TIMEOUT_MS = 5_000

/** Ends what runs under a name (`RunOptions.runId`), whichever connection it is on; says how many statements were told. */
export async function cancelStatements(engine: Engine, name: string): Promise<number> {
  const [rows] = await engine.run([{ text: CANCEL, params: [name] }], { timeoutMs: TIMEOUT_MS })
  return Number(rows?.[0]?.ended ?? 0)
}
