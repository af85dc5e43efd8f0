import { sqlState } from '../run/database-errors.ts'
import type { Engine } from '../run/engine.ts'
import type { CaptureCall } from './read/fold.ts'

export interface CaptureOutcome {
  /** Events that were not there yet. */
  readonly inserted: number
  /** The project's new `config_version` when it moved: a property got its type, a slot a value that is not coded. */
  readonly configVersion: number | null
}

const RETRIED = ['40001', '40P01', '23505']

/**
 * Writes one request: one statement, one transaction. A deadlock or a lost race is tried once more.
 * Throws `ApiError` 503 or 504 when nothing was written.
 */
export async function writeCapture(engine: Engine, projectId: number, call: CaptureCall, timeoutMs: number) {
  const statement = { text: 'select capture($1, $2::jsonb) as outcome', params: [projectId, JSON.stringify(call)] }
  const write = async () => {
    const [rows] = await engine.run([statement], { timeoutMs })
    return rows?.[0]?.outcome as CaptureOutcome
  }
  try {
    return await write()
  } catch (error) {
    if (RETRIED.includes(sqlState(error) ?? '')) return write()
    throw error
  }
}
