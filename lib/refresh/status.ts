/** The status records of background runs (docs/insights.md 7). They outlive the result they lead to. */

import { ENTRY_TTL_SECONDS } from './entry.ts'

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
  /** When it was delivered last. */
  readonly pickupTime: string | null
  readonly endTime: string | null
  readonly insightId: number | null
  /** Milliseconds: without a sign of life until then it is lost. Absent in records of releases before. */
  readonly aliveUntil?: number
  /** It refreshes the insight as it is, so that its subscribers are told. */
  readonly isRefresh?: boolean
  readonly cancelled?: true
  /** It was given up without a word from it; a delivery that comes all the same goes on. */
  readonly lost?: true
}

/** A run that was cancelled and forgotten; a late delivery finds out. */
export const CANCELLED = 'gone'

export const STATUS_TTL_SECONDS = ENTRY_TTL_SECONDS + 600

export const LOST_MESSAGE = 'The background run was lost: it gave no sign of life. Ask for a new one.'

/** How long a run that has finished is the answer to a new request. */
const KEPT_MS = 10 * 60_000

/** Keyed by project too: ids are visible to clients and may be chosen by them. */
export const statusKey = (projectId: number | string, id: string) => `status:${projectId}:${id}`

/** A status as of now: a run without a sign of life has failed. */
export function parseStatus(text: string | null | undefined, now: Date): RunStatus | undefined {
  if (!text || text === CANCELLED) return undefined
  const status: RunStatus = JSON.parse(text)
  const { aliveUntil = Date.parse(status.startTime) + KEPT_MS } = status
  if (status.complete || now.getTime() < aliveUntil) return status
  const endTime = new Date(aliveUntil).toISOString()
  return { ...status, complete: true, error: true, errorMessage: LOST_MESSAGE, endTime, lost: true }
}

/** Whether a request that would enqueue gets this run's status instead: never that of a cancelled or lost one. */
export const answersEnqueue = (status: RunStatus | undefined, now: Date): status is RunStatus =>
  status !== undefined &&
  !status.cancelled &&
  !status.lost &&
  (!status.complete || (status.endTime !== null && now.getTime() - Date.parse(status.endTime) < KEPT_MS))
