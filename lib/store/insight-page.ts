/** The filters and orders of `GET insights/`: conditions in SQL, and one page of rows. */
import { and, eq, ilike, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Grantee } from '../access/levels.ts'
import type { NamedItems } from '../core/actor.ts'
import { idList } from './column-values.ts'
import { type InsightRow, listInsights } from './insights.ts'
import { isNamed, isOneOf } from './named.ts'
import { contains } from './patterns.ts'
import { insights } from './schema.ts'
import { visibleTo } from './visible.ts'

export interface InsightFilter {
  readonly visibleTo: Grantee | 'everything'
  readonly id?: number | undefined
  readonly named?: NamedItems | undefined
  /** On this dashboard, if it is one of those named. */
  readonly onDashboard?: { readonly id: number; readonly named: NamedItems } | undefined
  readonly shortId?: string | undefined
  /** Ids of users. */
  readonly createdBy?: readonly number[] | undefined
  /** true: saved or on a dashboard; false: `saved` is false. */
  readonly saved?: boolean | undefined
  readonly favorited?: boolean | undefined
  readonly search?: string | undefined
  readonly kind?: InsightKindFilter | undefined
  /** ISO with offset, exclusive at both ends. */
  readonly modified?: Between | undefined
  readonly lastViewed?: Between | undefined
  /** On all of these dashboards. */
  readonly dashboards?: readonly number[] | undefined
  /** With any of these tags. */
  readonly tags?: readonly string[] | undefined
  /** Broken down or filtered by this feature flag. */
  readonly featureFlag?: string | undefined
}

export interface Between {
  readonly after: string | undefined
  readonly before: string | undefined
}

/** `sql`: a SQL query; `json`: any other query node; else an insight of one kind, as a node or as legacy filters. */
export type InsightKindFilter = 'sql' | 'json' | { readonly node: string; readonly legacy: string }

const LAST_VIEWED = sql`(select max(v.last_viewed_at) from insight_views v where v.insight_id = ${insights.id})`
const ORDERS = {
  id: sql`${insights.id}`,
  short_id: sql`${insights.short_id}`,
  name: sql`${insights.name}`,
  derived_name: sql`${insights.derived_name}`,
  description: sql`${insights.description}`,
  order: sql`${insights.order}`,
  favorited: sql`${insights.favorited}`,
  saved: sql`${insights.saved}`,
  created_at: sql`${insights.created_at}`,
  created_by: sql`${insights.created_by}`,
  updated_at: sql`${insights.updated_at}`,
  last_modified_at: sql`${insights.last_modified_at}`,
  last_modified_by: sql`${insights.last_modified_by}`,
  last_viewed_at: LAST_VIEWED,
}
export type InsightColumn = keyof typeof ORDERS
export const INSIGHT_COLUMNS = Object.keys(ORDERS) as InsightColumn[]

export interface InsightOrder {
  readonly column: InsightColumn
  readonly descending: boolean
}

/** One page of a project's insights that match the filter, and the number of all that match. */
export const findInsightPage = (
  db: NeonHttpDatabase,
  projectId: number,
  filter: InsightFilter,
  { column, descending }: InsightOrder,
  page: { limit: number; offset: number },
): Promise<{ rows: InsightRow[]; count: number }> => {
  const order = descending ? sql`${ORDERS[column]} desc nulls last` : sql`${ORDERS[column]} asc nulls last`
  const where = and(eq(insights.project_id, projectId), eq(insights.deleted, false), ...conditions(filter))
  return listInsights(db, where, { ...page, order })
}

const conditions = (filter: InsightFilter): (SQL | undefined)[] => [
  visibleTo(filter.visibleTo),
  filter.id === undefined ? undefined : eq(insights.id, filter.id),
  filter.named &&
    or(
      isNamed(sql`${insights.id}`, sql`${insights.tags}`, filter.named),
      isOneOf(sql`${insights.short_id}`, filter.named.shortIds),
    ),
  filter.onDashboard &&
    sql`exists (select ${TILES_OF} and d.id = ${filter.onDashboard.id}
      and ${isNamed(sql`d.id`, sql`d.tags`, filter.onDashboard.named)})`,
  filter.shortId === undefined ? undefined : eq(insights.short_id, filter.shortId),
  filter.createdBy && sql`${insights.created_by} = any(${idList(filter.createdBy)})`,
  filter.saved === undefined ? undefined : filter.saved ? IS_KEPT : eq(insights.saved, false),
  filter.favorited === undefined ? undefined : eq(insights.favorited, filter.favorited),
  filter.search === undefined ? undefined : matches(filter.search),
  filter.kind && ofKind(filter.kind),
  ...between(sql`${insights.last_modified_at}`, filter.modified),
  filter.dashboards && sql`${idList(filter.dashboards)} <@ array(select d.id ${TILES_OF})`,
  filter.tags && sql`exists (select from unnest(${insights.tags}) tag where tag in ${filter.tags})`,
  filter.featureFlag === undefined ? undefined : ofFeatureFlag(filter.featureFlag),
  ...between(LAST_VIEWED, filter.lastViewed),
]

const between = (column: SQL, { after, before }: Between = { after: undefined, before: undefined }) => [
  after === undefined ? undefined : sql`${column} > ${after}::timestamptz`,
  before === undefined ? undefined : sql`${column} < ${before}::timestamptz`,
]

function matches(search: string): SQL | undefined {
  const pattern = contains(search)
  return or(
    ilike(insights.name, pattern),
    ilike(insights.derived_name, pattern),
    ilike(insights.description, pattern),
    sql`exists (select from unnest(${insights.tags}) tag where tag ilike ${pattern})`,
  )
}

const KIND = sql`(${insights.query} ->> 'kind')`
const SOURCE_KIND = sql`(${insights.query} -> 'source' ->> 'kind')`
const IS_SQL = sql`(${KIND} in ('DataTableNode', 'DataVisualizationNode', 'InsightVizNode') and ${SOURCE_KIND} = 'HogQLQuery')`

function ofKind(kind: InsightKindFilter): SQL | undefined {
  if (kind === 'sql') return IS_SQL
  if (kind === 'json') return sql`(${insights.query} is not null and not coalesce(${IS_SQL}, false))`
  return or(
    sql`(${KIND} = 'InsightVizNode' and ${SOURCE_KIND} = ${kind.node})`,
    and(isNull(insights.query), sql`${insights.filters} ->> 'insight' = ${kind.legacy}`),
  )
}

const TILES_OF = sql`from dashboard_tiles t join dashboards d on d.id = t.dashboard_id
  where t.insight_id = ${insights.id} and t.deleted is not true and not d.deleted`

const IS_KEPT = sql`(${insights.saved} or exists (select ${TILES_OF}))`

function ofFeatureFlag(flag: string): SQL {
  const key = JSON.stringify(`$feature/${flag}`)
  const holds = (json: SQL) =>
    sql`coalesce(jsonb_path_exists(${json}::jsonb, ${`$.** ? (@ == ${key})`}::jsonpath), false)`
  return sql`(${holds(sql`${insights.query}`)} or ${holds(sql`${insights.filters}`)})`
}
