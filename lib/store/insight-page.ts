/** `GET insights/`: the filters as conditions, and one page of rows. */
import { and, eq, ilike, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Caller } from '../access/caller.ts'
import { isAdmin } from '../access/levels.ts'
import { invalid } from '../core/errors.ts'
import { MAX_INT, readId } from '../core/ids.ts'
import { readJson, textOf } from '../core/input.ts'
import type { Project } from '../core/project.ts'
import { readDate } from '../plan/dates.ts'
import { idList } from './column-values.ts'
import { type InsightRow, listInsights } from './insights.ts'
import { areMembers } from './organizations.ts'
import { insights } from './schema.ts'
import { visibleTo } from './visible.ts'

export interface ListParams {
  readonly short_id?: string | undefined
  readonly created_by?: string | undefined
  readonly saved?: boolean | undefined
  readonly favorited?: boolean | undefined
  readonly user?: string | undefined
  readonly search?: string | undefined
  readonly insight?: string | undefined
  readonly date_from?: string | undefined
  readonly date_to?: string | undefined
  readonly dashboards?: string | undefined
  readonly tags?: string | undefined
  readonly order?: string | undefined
  readonly feature_flag?: string | undefined
  readonly last_viewed_date_from?: string | undefined
  readonly last_viewed_date_to?: string | undefined
  /** Also those that rules hide, for admins. */
  readonly admin_include_all?: boolean | undefined
}

const LAST_VIEWED = sql`(select max(v.last_viewed_at) from insight_views v where v.insight_id = ${insights.id})`
const ORDERS: ReadonlyMap<string, SQL> = new Map(
  Object.entries({
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
  }),
)

/** Who has a link sees one insight. */
export interface OnlyInsight {
  readonly insightId: number
}

/** One page. Throws 400 with `attr` for a filter that cannot be read. */
export async function findInsightPage(
  db: NeonHttpDatabase,
  project: Project,
  reader: Caller | OnlyInsight,
  params: ListParams,
  page: { limit: number; offset: number },
  now: Date,
): Promise<{ rows: InsightRow[]; count: number }> {
  const visible = 'insightId' in reader ? eq(insights.id, reader.insightId) : isVisible(reader, project, params)
  const own = [eq(insights.project_id, project.id), eq(insights.deleted, false), visible]
  const userId = 'insightId' in reader ? null : reader.userId
  const where = and(...own, ...conditions(params, userId, project, now))
  const found = await listInsights(db, where, { ...page, order: orderOf(params.order) })
  const creators = found.count === 0 ? readCreators(params.created_by) : undefined
  if (creators && !(await areMembers(db, project.organizationId, creators))) throw noSuchUser()
  return found
}

function orderOf(order = 'order'): SQL {
  const column = ORDERS.get(order.replace(/^-/, ''))
  if (!column) throw invalid('order', `Cannot order by "${order}". The columns are: ${[...ORDERS.keys()].join(', ')}.`)
  return order.startsWith('-') ? sql`${column} desc nulls last` : sql`${column} asc nulls last`
}

function conditions(params: ListParams, userId: number | null, project: Project, now: Date): (SQL | undefined)[] {
  const date = (name: 'date_from' | 'date_to' | 'last_viewed_date_from' | 'last_viewed_date_to') => {
    const text = params[name]
    return text ? readDate(text, project.timezone, now, project.weekStartDay, name).at.toUTC().toISO() : undefined
  }
  const creators = readCreators(params.created_by)
  const from = date('date_from')
  const to = date('date_to')
  const viewedFrom = date('last_viewed_date_from')
  const viewedTo = date('last_viewed_date_to')
  return [
    params.short_id ? eq(insights.short_id, params.short_id) : undefined,
    creators ? inArray(insights.created_by, creators) : undefined,
    params.saved === undefined ? undefined : params.saved ? isKept : eq(insights.saved, false),
    params.favorited === undefined ? undefined : eq(insights.favorited, params.favorited),
    params.user === undefined ? undefined : sql`${insights.created_by} = ${userId}`,
    params.search ? matches(params.search) : undefined,
    params.insight ? ofKind(params.insight) : undefined,
    from ? sql`${insights.last_modified_at} > ${from}::timestamptz` : undefined,
    to ? sql`${insights.last_modified_at} < ${to}::timestamptz` : undefined,
    params.dashboards ? onDashboards(params.dashboards) : undefined,
    params.tags ? taggedWith(params.tags) : undefined,
    params.feature_flag ? ofFeatureFlag(params.feature_flag) : undefined,
    viewedFrom ? sql`${LAST_VIEWED} > ${viewedFrom}::timestamptz` : undefined,
    viewedTo ? sql`${LAST_VIEWED} < ${viewedTo}::timestamptz` : undefined,
  ]
}

const noSuchUser = () =>
  invalid('created_by', 'Select a valid choice. That choice is not one of the available choices.', 'invalid_choice')

/** One id, or a JSON list of them; undefined for an empty list. */
function readCreators(text: string | undefined): number[] | undefined {
  if (!text) return undefined
  const id = readId(text)
  const ids = id !== undefined ? [id] : parseList('created_by', text)
  if (!ids.every((id) => Number.isInteger(id) && Math.abs(id as number) <= MAX_INT)) throw noSuchUser()
  return ids.length > 0 ? (ids as number[]) : undefined
}

function matches(search: string): SQL | undefined {
  const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  return or(
    ilike(insights.name, pattern),
    ilike(insights.derived_name, pattern),
    ilike(insights.description, pattern),
    sql`exists (select from unnest(${insights.tags}) tag where tag ilike ${pattern})`,
  )
}

const KINDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    TRENDS: 'TrendsQuery',
    FUNNELS: 'FunnelsQuery',
    RETENTION: 'RetentionQuery',
    PATHS: 'PathsQuery',
    STICKINESS: 'StickinessQuery',
    LIFECYCLE: 'LifecycleQuery',
  }),
)
const kind = sql`(${insights.query} ->> 'kind')`
const sourceKind = sql`(${insights.query} -> 'source' ->> 'kind')`
const isSql = sql`(${kind} in ('DataTableNode', 'DataVisualizationNode', 'InsightVizNode') and ${sourceKind} = 'HogQLQuery')`

function ofKind(insight: string): SQL | undefined {
  const word = insight.toUpperCase()
  if (word === 'SQL') return isSql
  if (word === 'JSON') return sql`(${insights.query} is not null and not coalesce(${isSql}, false))`
  const source = KINDS.get(word)
  if (!source) throw invalid('insight', `"${insight}" is not a valid choice.`, 'invalid_choice')
  return or(
    sql`(${kind} = 'InsightVizNode' and ${sourceKind} = ${source})`,
    and(isNull(insights.query), sql`${insights.filters} ->> 'insight' = ${word}`),
  )
}

const TILES_OF = sql`from dashboard_tiles t join dashboards d on d.id = t.dashboard_id
  where t.insight_id = ${insights.id} and t.deleted is not true and not d.deleted`

/** What is on a dashboard is kept, too. */
const isKept = sql`(${insights.saved} or exists (select ${TILES_OF}))`

/** Told apart or filtered by a flag. */
function ofFeatureFlag(flag: string): SQL {
  const key = JSON.stringify(`$feature/${flag}`)
  const holds = (json: SQL) =>
    sql`coalesce(jsonb_path_exists(${json}::jsonb, ${`$.** ? (@ == ${key})`}::jsonpath), false)`
  return sql`(${holds(sql`${insights.query}`)} or ${holds(sql`${insights.filters}`)})`
}

/** On all of them. */
function onDashboards(text: string): SQL | undefined {
  const ids = parseList('dashboards', text)
  if (!ids.every((id) => Number.isInteger(id) && Math.abs(id as number) <= MAX_INT))
    throw invalid('dashboards', 'This must be a JSON list of ids.')
  if (ids.length === 0) return undefined
  return sql`${idList(ids as number[])} <@ array(select d.id ${TILES_OF})`
}

/** Admins see also what is hidden when they ask for it. */
const isVisible = (caller: Caller, { organizationId }: Project, params: ListParams): SQL | undefined =>
  (params.short_id || params.admin_include_all) && isAdmin(caller, organizationId)
    ? undefined
    : visibleTo(caller, organizationId)

function taggedWith(text: string): SQL | undefined {
  const tags = parseList('tags', text).map((tag) => {
    const name = textOf(tag)
    if (name === undefined) throw invalid('tags', 'This must be a JSON list of names.')
    return name.trim().toLowerCase()
  })
  return tags.length > 0 ? sql`exists (select from unnest(${insights.tags}) tag where tag in ${tags})` : undefined
}

const MAX_LIST = 1_000

function parseList(attr: string, text: string): unknown[] {
  const refusal = () => invalid(attr, `This must be a JSON list of ${MAX_LIST} items at most.`)
  const list = readJson(attr, text, refusal)
  if (!Array.isArray(list) || list.length > MAX_LIST) throw refusal()
  return list
}
