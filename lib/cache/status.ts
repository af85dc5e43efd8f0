/** The status records of background runs (contract/insights.md 7). They outlive the result they lead to. */
import { ENTRY_TTL_SECONDS } from './entry.ts'
import { GONE } from './records.ts'

/** As it lies in Redis; times are ISO. */
export interface RunStatus {
  readonly id: string
  /** This run of the query; deliveries of an older run change nothing. */
  readonly runId: string
  readonly cacheKey: string
  readonly complete: boolean
  readonly error: boolean
  readonly errorMessage: string | null
  readonly startTime: string
  readonly pickupTime: string | null
  readonly endTime: string | null
  readonly insightId: number | null
  readonly cancelled?: true
}

/** A run that was cancelled and forgotten; a late delivery finds out. */
export const CANCELLED = GONE

export const STATUS_TTL_SECONDS = ENTRY_TTL_SECONDS + 600

/**
 * Sets a status unless it is another one by now: cancelled, forgotten, or of a newer run. Arguments: the text that was
 * read ('' for none), the new one, seconds to live. The same call again answers the same.
 */
export const REPLACE_STATUS = `
local text = redis.call('GET', KEYS[1]) or ''
if text == ARGV[2] then return 1 end
if text ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1`

/** A run without a sign of life for so long is taken for dead, and a finished one is no answer to a new request. */
const KEPT_MS = 10 * 60_000

/** Keyed by project too: ids are visible to clients and may be chosen by them. */
export const statusKey = (projectId: number | string, id: string) => `status:${projectId}:${id}`

export function parseStatus(text: string | null | undefined): RunStatus | undefined {
  return text && text !== CANCELLED ? JSON.parse(text) : undefined
}

export const isInFlight = (status: RunStatus, now: number): boolean =>
  !status.complete && now - Date.parse(status.startTime) < KEPT_MS

/** Whether a request that would enqueue gets this run's status instead: never that of a cancelled one. */
export const answersEnqueue = (status: RunStatus | undefined, now: number): status is RunStatus =>
  status !== undefined &&
  !status.cancelled &&
  (isInFlight(status, now) || (status.endTime !== null && now - Date.parse(status.endTime) < KEPT_MS))

/** The status as clients see it; `results` is the whole query response of a run that succeeded. */
export const presentStatus = (projectId: number, status: RunStatus, results: unknown = null) => ({
  id: status.id,
  team_id: projectId,
  insight_id: status.insightId,
  dashboard_id: null,
  query_async: true,
  complete: status.complete,
  error: status.error,
  error_message: status.errorMessage,
  start_time: status.startTime,
  pickup_time: status.pickupTime,
  end_time: status.endTime,
  expiration_time: new Date(Date.parse(status.endTime ?? status.startTime) + STATUS_TTL_SECONDS * 1000).toISOString(),
  results,
  task_id: status.runId,
  query_progress: null,
  labels: null,
})
