import { sqlState } from '../core/database-error.ts'
import type { Engine } from '../engines/engine.ts'

/** Longer than any request within the limits needs. Clients give up by then and send the request again. */
const LONGEST_MS = 15_000
const RETRIED = ['40001', '40P01', '23505']

/**
 * Writes one request, `calls` being the JSON of its `CaptureCall`s: a statement for each, one transaction. A deadlock or
 * a lost race is tried once more. Returns the project's new `config_version` when it moved: a property got its type, a
 * slot a value that is not coded. Throws `ApiError` 503 or 504 when nothing was written.
 */
export async function writeCapture(
  engine: Engine,
  projectId: number,
  calls: readonly string[],
  timeoutMs: number,
): Promise<number | null> {
  const statements = calls.map((call) => ({
    text: 'select capture($1, $2::jsonb) as outcome',
    params: [projectId, call],
  }))
  const bounded = engine.within(Math.min(timeoutMs, LONGEST_MS))
  const write = async () => {
    const results = await bounded.run(statements, { timeoutMs })
    const outcomes = results.map((rows) => rows[0]?.outcome as { configVersion: number | null })
    return outcomes.findLast(({ configVersion }) => configVersion !== null)?.configVersion ?? null
  }
  try {
    return await write()
  } catch (error) {
    if (RETRIED.includes(sqlState(error) ?? '')) return write()
    throw error
  }
}
