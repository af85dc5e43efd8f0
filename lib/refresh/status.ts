/** The status of a background run (docs/insights.md 7). It outlives the result that it leads to. */
import type { ForcedFilters } from '../core/forced-filters.ts'
import { ENTRY_TTL_SECONDS } from './entry.ts'

/** The status as it is stored in Redis; times are ISO. */
export interface RunStatus {
  readonly id: string
  /** Tells this run from others under the same id; deliveries of an older run change nothing. */
  readonly runId: string
  readonly cacheKey: string
  readonly complete: boolean
  readonly error: boolean
  readonly errorMessage: string | null
  readonly startTime: string
  /** When its last delivery began. */
  readonly pickupTime: string | null
  readonly endTime: string | null
  readonly insightId: number | null
  /** What its result is computed under; nothing unless given. */
  readonly forced?: ForcedFilters
  /** Milliseconds: a run without a delivery until then is lost. Absent in statuses of earlier releases. */
  readonly aliveUntil?: number
  /** Whether it refreshes the insight as it is, so that the subscribers are told. */
  readonly isRefresh?: boolean
  readonly cancelled?: true
  /** It ended because no delivery came. A delivery that comes after all still computes it. */
  readonly lost?: true
}

/** Stands in place of the status of a run that was cancelled and forgotten, so that a late delivery finds out. */
export const CANCELLED = 'gone'

export const STATUS_TTL_SECONDS = ENTRY_TTL_SECONDS + 600

export const LOST_MESSAGE = 'The background run was lost: it gave no sign of life. Ask for a new one.'

/** How long a finished run is the answer to a request that would enqueue the same. */
const KEPT_MS = 10 * 60_000

/** The key holds the project too: clients see ids and may choose them. */
export const statusKey = (projectId: number | string, id: string) => `status:${projectId}:${id}`

/** The text of a status -> the status as of now: a run that is lost has failed. Undefined for an unknown or forgotten run. */
export function parseStatus(text: string | null | undefined, now: Date): RunStatus | undefined {
  if (!text || text === CANCELLED) return undefined
  const status: RunStatus = JSON.parse(text)
  const { aliveUntil = Date.parse(status.startTime) + KEPT_MS } = status
  if (status.complete || now.getTime() < aliveUntil) return status
  const endTime = new Date(aliveUntil).toISOString()
  return { ...status, complete: true, error: true, errorMessage: LOST_MESSAGE, endTime, lost: true }
}

/** Whether a request that would enqueue gets this status instead of a new run: not if the run was cancelled or lost. */
export const answersEnqueue = (status: RunStatus | undefined, now: Date): status is RunStatus =>
  status !== undefined &&
  !status.cancelled &&
  !status.lost &&
  (!status.complete || (status.endTime !== null && now.getTime() - Date.parse(status.endTime) < KEPT_MS))
