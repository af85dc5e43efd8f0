/** The insight object of the API (contract/insights.md 4). What has no feature yet is null or empty as documented. */
import type { QueryAnswer } from '../../cache/answer.ts'
import { entryTimes } from '../../cache/present.ts'
import { presentStatus } from '../../cache/status.ts'
import type { InsightRow } from '../../store/insights.ts'
import { withFunnelUrls } from '../people-urls.ts'
import { queryOf } from './read.ts'

const EVERYONE_CAN_EDIT = 21
const CAN_EDIT = 37

/** The full form. `answer`: what the refresh protocol found; null for an insight that computes nothing. */
export function presentInsight(row: InsightRow, answer: QueryAnswer | null, failure: object | null = null) {
  const entry = answer?.entry ?? null
  const response = entry?.response
  const times = entry
    ? entryTimes(entry)
    : { last_refresh: null, cache_target_age: null, next_allowed_client_refresh: null }
  return {
    id: row.id,
    short_id: row.short_id,
    name: row.name,
    derived_name: row.derived_name,
    filters: presentFilters(row),
    query: presentQuery(row),
    order: row.order,
    deleted: row.deleted,
    dashboards: [],
    dashboard_tiles: [],
    ...times,
    result: entry && answer?.key ? withFunnelUrls(row.project_id, answer.key, entry) : null,
    hasMore: response?.hasMore ?? null,
    columns: null,
    created_at: row.created_at,
    created_by: row.created_by,
    description: row.description,
    updated_at: row.updated_at,
    tags: row.tags,
    favorited: row.favorited,
    saved: row.saved,
    last_modified_at: row.last_modified_at,
    last_modified_by: row.last_modified_by,
    is_sample: row.is_sample,
    effective_restriction_level: EVERYONE_CAN_EDIT,
    effective_privilege_level: CAN_EDIT,
    user_access_level: 'editor',
    timezone: entry?.timezone ?? null,
    is_cached: answer?.isCached ?? false,
    query_status: failure ?? (answer?.status ? presentStatus(row.project_id, answer.status) : null),
    hogql: response?.hogql ?? null,
    types: null,
    resolved_date_range: response?.resolved_date_range ?? null,
    filters_hash: answer?.key ?? null,
    alerts: [],
    last_viewed_at: null,
  }
}

/** The basic form: never computes. */
export const presentBasic = (row: InsightRow) => ({
  id: row.id,
  short_id: row.short_id,
  name: row.name,
  derived_name: row.derived_name,
  filters: presentFilters(row),
  query: presentQuery(row),
  dashboards: [],
  dashboard_tiles: [],
  description: row.description,
  last_refresh: null,
  refreshing: false,
  saved: row.saved,
  tags: row.tags,
  updated_at: row.updated_at,
  created_by: row.created_by,
  created_at: row.created_at,
  last_modified_at: row.last_modified_at,
  favorited: row.favorited,
  user_access_level: 'editor',
  last_viewed_at: null,
})

/** Never null, as clients rely on it; empty when there is a query. */
function presentFilters({ filters, query }: InsightRow): unknown {
  if (query !== null && query !== undefined) return {}
  return filters ?? {}
}

/** As stored; for legacy filters the node they stand for, where that kind is built. */
function presentQuery(row: InsightRow): unknown {
  if (row.query !== null && row.query !== undefined) return row.query
  try {
    const source = queryOf(row)
    return source === undefined ? null : { kind: 'InsightVizNode', source, full: true }
  } catch {
    return null
  }
}
