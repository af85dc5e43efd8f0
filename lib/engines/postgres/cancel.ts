import type { Run } from '../engine.ts'

/** Ends the statements that run under the name `$1`, in transactions that are older than `$2` ms. */
export const CANCEL = `select count(*) filter (where pg_cancel_backend(pid)) as ended from pg_stat_activity
  where application_name = $1 and usename = current_user and state = 'active'
    and xact_start <= clock_timestamp() - $2::int4 * interval '1 ms'`
const TIMEOUT_MS = 5_000

/** Ends the statements that run under a name (`RunOptions.runId`), whichever connection they are on. Returns how many were told. */
export async function cancelStatements(run: Run, name: string): Promise<number> {
  const [rows] = await run([{ text: CANCEL, params: [name, '0'] }], { timeoutMs: TIMEOUT_MS })
  return Number(rows?.[0]?.ended ?? 0)
}
