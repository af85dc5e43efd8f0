/**
 * The insight object of the API (docs/insights.md 4). Keys of features that are not built are null or empty as
 * documented.
 */
import { accessLevel, CAN_VIEW, COLLABORATORS_CAN_EDIT, privilegeLevel, restrictionLevel } from '../../access/levels.ts'
import { type QueryAnswer, servedFrom } from '../../refresh/answer.ts'
import type { SharedFields } from '../../shape/index.ts'
import type { InsightRow } from '../../store/insights.ts'
import type { ProjectCtx } from '../ctx.ts'
import { entryTimes, presentStatus } from '../queries/present-query.ts'
import { type Narrowing, NOT_NARROWED, narrowQuery } from './narrowing.ts'
import { queryOf } from './read.ts'

/** The actor who will see the insight. */
export type PresentCtx = Pick<ProjectCtx, 'actor' | 'project'>

/** Hides users such as `created_by` from links and viewers, who must not learn names and e-mail addresses. */
const userFor = <User>({ actor }: PresentCtx, user: User): User | null => (actor.kind === 'key' ? user : null)

export interface Presented {
  /** The answer of the refresh protocol; null if nothing was asked for. */
  readonly answer: QueryAnswer | null
  readonly narrowing?: Narrowing
  /** The status of a computation that failed. */
  readonly failure?: object | null
}

/** The full form. */
export function presentInsight(row: InsightRow, ctx: PresentCtx, presented: Presented) {
  const { answer, narrowing = NOT_NARROWED, failure } = presented
  const entry = answer?.entry ?? null
  const head = entry?.head
  const shared: SharedFields = head ?? {}
  const times = entry
    ? entryTimes(entry)
    : { last_refresh: null, data_until: null, cache_target_age: null, next_allowed_client_refresh: null }
  return {
    id: row.id,
    short_id: row.short_id,
    name: row.name,
    derived_name: row.derived_name,
    ...presentMade(row, ctx, narrowing),
    order: row.order,
    deleted: row.deleted,
    ...presentTiles(row),
    ...times,
    result: entry?.results ?? null,
    hasMore: shared.hasMore ?? null,
    columns: shared.columns ?? null,
    created_at: row.created_at,
    created_by: userFor(ctx, row.created_by),
    description: row.description,
    updated_at: row.updated_at,
    tags: row.tags,
    favorited: row.favorited,
    saved: row.saved,
    last_modified_at: row.last_modified_at,
    last_modified_by: userFor(ctx, row.last_modified_by),
    is_sample: row.is_sample,
    ...presentLevels(row, ctx),
    timezone: entry?.timezone ?? null,
    is_cached: answer?.kind === 'cached',
    served_from: answer && servedFrom(answer),
    query_status: failure ?? (answer?.run ? presentStatus(row.project_id, answer.run) : null),
    hogql: showsMade(ctx) ? (head?.hogql ?? null) : null,
    types: shared.types ?? null,
    resolved_date_range: shared.resolved_date_range ?? null,
    filters_hash: answer?.key ?? null,
    alerts: [],
    ...(ctx.actor.kind === 'key' && head?.warnings ? { warnings: head.warnings } : {}),
    last_viewed_at: row.last_viewed_at,
    refresh_interval: row.refresh_interval,
    ...(narrowing.tile ? { color: narrowing.tile.color, layouts: narrowing.tile.layouts } : {}),
  }
}

/** The basic form: never computes. */
export const presentBasic = (row: InsightRow, ctx: PresentCtx) => ({
  id: row.id,
  short_id: row.short_id,
  name: row.name,
  derived_name: row.derived_name,
  ...presentMade(row, ctx, NOT_NARROWED),
  ...presentTiles(row),
  description: row.description,
  last_refresh: null,
  refreshing: false,
  saved: row.saved,
  tags: row.tags,
  updated_at: row.updated_at,
  created_by: userFor(ctx, row.created_by),
  created_at: row.created_at,
  last_modified_at: row.last_modified_at,
  favorited: row.favorited,
  user_access_level: ctx.actor.kind === 'key' ? accessLevel(ctx.actor, ctx.project.organizationId, row) : null,
  last_viewed_at: row.last_viewed_at,
  refresh_interval: row.refresh_interval,
})

const presentTiles = ({ tiles }: InsightRow) => ({
  dashboards: tiles.map(({ dashboard_id }) => dashboard_id),
  dashboard_tiles: tiles.map(({ id, dashboard_id, deleted }) => ({ id, dashboard_id, deleted })),
})

const presentLevels = (row: InsightRow, { actor, project }: PresentCtx) =>
  actor.kind === 'key'
    ? {
        effective_restriction_level: restrictionLevel(row),
        effective_privilege_level: privilegeLevel(actor, project.organizationId, row),
        user_access_level: accessLevel(actor, project.organizationId, row),
      }
    : {
        effective_restriction_level: COLLABORATORS_CAN_EDIT,
        effective_privilege_level: CAN_VIEW,
        user_access_level: null,
      }

/** Viewers do not learn what an insight is made of, and through a link only who is to. */
const showsMade = ({ actor }: PresentCtx): boolean =>
  actor.kind !== 'viewer' && (actor.kind !== 'link' || actor.showsQuery === true)

const presentMade = (row: InsightRow, ctx: PresentCtx, narrowing: Narrowing) =>
  showsMade(ctx) ? { filters: presentFilters(row), query: presentQuery(row, narrowing) } : { filters: {}, query: null }

/** Never null, as clients rely on it; empty when there is a query. */
function presentFilters({ filters, query }: InsightRow): unknown {
  if (query !== null && query !== undefined) return {}
  return filters ?? {}
}

/** The stored query, narrowed; for legacy filters the node that they convert to, null if their kind is not built. */
function presentQuery(row: InsightRow, narrowing: Narrowing): unknown {
  if (row.query !== null && row.query !== undefined) return narrowQuery(row.query, narrowing)
  try {
    const source = narrowQuery(queryOf(row), narrowing)
    return source === undefined ? null : { kind: 'InsightVizNode', source, full: true }
  } catch {
    return null
  }
}
