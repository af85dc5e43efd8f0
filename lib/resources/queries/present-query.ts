/** The answers of `POST query/` and of finished runs. */
import { type QueryAnswer, type ServedFrom, servedFrom } from '../../refresh/answer.ts'
import type { CacheEntry } from '../../refresh/entry.ts'
import { cacheTargetAge, nextAllowedClientRefresh } from '../../refresh/policy.ts'
import { type RunStatus, STATUS_TTL_SECONDS } from '../../refresh/status.ts'
import type { ProjectCtx } from '../ctx.ts'
import type { BackgroundRun } from './background-run.ts'

/** The whole query response, as `POST query/` answers it and as a finished status carries it. */
const presentEntry = ({ actor }: Asking, entry: CacheEntry, key: string, from: ServedFrom | null) => ({
  ...shownHead(entry.head, actor),
  results: entry.results,
  cache_key: key,
  is_cached: from === 'cache' || from === 'isolate',
  served_from: from,
  timezone: entry.timezone,
  ...entryTimes(entry),
})

/** Who asks, and where. */
type Asking = Pick<ProjectCtx, 'actor' | 'project'>

/**
 * `kind` and `view` say what the result is to us; clients know what they asked for. Whoever has no key learns no names of
 * the project from warnings.
 */
function shownHead({ kind: _, ...head }: CacheEntry['head'], { kind: actor }: Asking['actor']) {
  const { view: __, warnings, ...rest } = { view: undefined, ...head }
  return warnings && actor === 'key' ? { ...rest, warnings } : rest
}

/** When a result was computed, until when it holds everything, when it becomes stale, and may be asked for again; ISO. */
export const entryTimes = (entry: CacheEntry) => ({
  last_refresh: new Date(entry.lastRefresh).toISOString(),
  data_until: new Date(entry.dataUntil).toISOString(),
  cache_target_age: cacheTargetAge(entry),
  next_allowed_client_refresh: nextAllowedClientRefresh(entry, entry.dateFrom),
})

/** The answer to `POST query/`. */
export function presentAnswer(asking: Asking, answer: QueryAnswer) {
  const status = answer.run && presentStatus(asking.project.id, answer.run)
  if (!answer.entry) return { query_status: status }
  return { ...presentEntry(asking, answer.entry, answer.key, servedFrom(answer)), query_status: status }
}

/** The answer to `GET query/:id`: the status, with the whole query response when there is a result. */
export const presentRun = (asking: Asking, { status, entry }: BackgroundRun) => ({
  query_status: presentStatus(
    asking.project.id,
    status,
    entry && presentEntry(asking, entry, status.cacheKey, 'cache'),
  ),
})

/** The status as clients see it; `results` is the whole query response of a run that succeeded. */
export const presentStatus = <Results = null>(
  projectId: number,
  status: RunStatus,
  results: Results | null = null,
) => ({
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
