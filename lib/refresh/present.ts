import { withFunnelUrls } from '../resources/people-urls.ts'
import type { QueryAnswer } from './answer.ts'
import type { CacheEntry } from './entry.ts'
import { cacheTargetAge, nextAllowedClientRefresh } from './policy.ts'
import { presentStatus } from './status.ts'

/** The whole query response, as `POST query/` answers it and as a finished status carries it. */
export const presentEntry = (projectId: number, entry: CacheEntry, key: string, isCached: boolean) => ({
  ...entry.response,
  results: withFunnelUrls(projectId, key, entry),
  cache_key: key,
  is_cached: isCached,
  timezone: entry.timezone,
  ...entryTimes(entry),
})

export const entryTimes = (entry: CacheEntry) => ({
  last_refresh: new Date(entry.lastRefresh).toISOString(),
  cache_target_age: cacheTargetAge(entry),
  next_allowed_client_refresh: nextAllowedClientRefresh(entry, entry.dateFrom),
})

/** The answer to `POST query/`. */
export function presentAnswer(projectId: number, answer: QueryAnswer) {
  const status = answer.status && presentStatus(projectId, answer.status)
  if (!answer.entry || !answer.key) return { query_status: status }
  return { ...presentEntry(projectId, answer.entry, answer.key, answer.isCached), query_status: status }
}
