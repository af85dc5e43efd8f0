import { sqlState } from '../run/database-errors.ts'
import type { Engine } from '../run/engine.ts'

export interface CaptureOutcome {
  /** Events that were not there yet. */
  readonly inserted: number
  /** The project's new `config_version` when it moved: a property got its type, a slot a value that is not coded. */
  readonly configVersion: number | null
}

/** No batch within the limits needs as long; clients have given up by then and send it again. */
const LONGEST_MS = 15_000
const RETRIED = ['40001', '40P01', '23505']

/**
 * Writes one request, `call` being the JSON of a `CaptureCall`: one statement, one transaction. A deadlock or a lost race is tried once more.
 * Throws `ApiError` 503 or 504 when nothing was written.
 */
export async function writeCapture(engine: Engine, projectId: number, call: string, timeoutMs: number) {
  const statement = { text: 'select capture($1, $2::jsonb) as outcome', params: [projectId, call] }
  const bounded = engine.within(Math.min(timeoutMs, LONGEST_MS))
  const write = async () => {
    const [rows] = await bounded.run([statement], { timeoutMs })
    return rows?.[0]?.outcome as CaptureOutcome
  }
  try {
    return await write()
  } catch (error) {
    if (RETRIED.includes(sqlState(error) ?? '')) return write()
    throw error
  }
}
