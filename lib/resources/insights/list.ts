/** `GET insights/`: filters -> SQL conditions, one page, the refresh mode applied to each insight of it. */
import { and, eq, ilike, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Caller } from '../../access/caller.ts'
import { answerLookup, type Lookup, type QueryAnswer } from '../../cache/answer.ts'
import { entryKey, unpackEntry } from '../../cache/entry.ts'
import type { RefreshMode } from '../../cache/policy.ts'
import { decide, freshness } from '../../cache/policy.ts'
import { type Prepared, prepareQuery } from '../../cache/prepare.ts'
import { parseStatus, statusKey } from '../../cache/status.ts'
import { ApiError, invalid } from '../../core/errors.ts'
import type { Project } from '../../core/project.ts'
import { readDate } from '../../plan/dates.ts'
import type { Services } from '../../services.ts'
import { type InsightRow, listInsights } from '../../store/insights.ts'
import { areMembers } from '../../store/organizations.ts'
import { insights } from '../../store/schema.ts'
import { queryOf } from './read.ts'

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
}

const ORDERS: Readonly<Record<string, SQL>> = {
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
}

/** One page. Throws 400 with `attr` for a filter that cannot be read. */
export async function findPage(
  services: Services,
  project: Project,
  caller: Caller,
  params: ListParams,
  page: { limit: number; offset: number },
): Promise<{ rows: InsightRow[]; count: number }> {
  const own = [eq(insights.project_id, project.id), eq(insights.deleted, false)]
  const where = and(...own, ...conditions(params, caller, project, services.now()))
  const found = await listInsights(services.db, where, { ...page, order: orderOf(params.order) })
  const creators = found.count === 0 ? readCreators(params.created_by) : undefined
  if (creators && !(await areMembers(services.db, project.organizationId, creators))) throw noSuchUser()
  return found
}

function orderOf(order = 'order'): SQL {
  const column = ORDERS[order.replace(/^-/, '')]
  if (!column) throw invalid('order', `Cannot order by "${order}". The columns are: ${Object.keys(ORDERS).join(', ')}.`)
  return order.startsWith('-') ? sql`${column} desc nulls last` : sql`${column} asc nulls last`
}

function conditions(params: ListParams, caller: Caller, project: Project, now: Date): (SQL | undefined)[] {
  const date = (name: 'date_from' | 'date_to') => {
    const text = params[name]
    return text ? readDate(text, project.timezone, now, project.weekStartDay, name).at.toUTC().toISO() : undefined
  }
  const creators = readCreators(params.created_by)
  const from = date('date_from')
  const to = date('date_to')
  return [
    params.short_id ? eq(insights.short_id, params.short_id) : undefined,
    creators ? inArray(insights.created_by, creators) : undefined,
    params.saved === undefined ? undefined : eq(insights.saved, params.saved),
    params.favorited === undefined ? undefined : eq(insights.favorited, params.favorited),
    params.user === undefined ? undefined : eq(insights.created_by, caller.userId),
    params.search ? matches(params.search) : undefined,
    params.insight ? ofKind(params.insight) : undefined,
    from ? sql`${insights.last_modified_at} > ${from}::timestamptz` : undefined,
    to ? sql`${insights.last_modified_at} < ${to}::timestamptz` : undefined,
    params.dashboards ? onDashboards(params.dashboards) : undefined,
    params.tags ? taggedWith(params.tags) : undefined,
  ]
}

const noSuchUser = () =>
  invalid('created_by', 'Select a valid choice. That choice is not one of the available choices.', 'invalid_choice')

/** One id, or a JSON list of them; undefined for an empty list. */
function readCreators(text: string | undefined): number[] | undefined {
  if (!text) return undefined
  const ids = /^\d{1,9}$/.test(text) ? [Number(text)] : parseList('created_by', text)
  if (!ids.every((id) => Number.isInteger(id) && Math.abs(id as number) < 2 ** 31)) throw noSuchUser()
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

const KINDS: Readonly<Record<string, string>> = {
  TRENDS: 'TrendsQuery',
  FUNNELS: 'FunnelsQuery',
  RETENTION: 'RetentionQuery',
  PATHS: 'PathsQuery',
  STICKINESS: 'StickinessQuery',
  LIFECYCLE: 'LifecycleQuery',
}
const kind = sql`(${insights.query} ->> 'kind')`
const sourceKind = sql`(${insights.query} -> 'source' ->> 'kind')`
const isSql = sql`(${kind} in ('DataTableNode', 'DataVisualizationNode', 'InsightVizNode') and ${sourceKind} = 'HogQLQuery')`

function ofKind(insight: string): SQL | undefined {
  const word = insight.toUpperCase()
  if (word === 'SQL') return isSql
  if (word === 'JSON') return sql`(${insights.query} is not null and not coalesce(${isSql}, false))`
  if (!KINDS[word]) throw invalid('insight', `"${insight}" is not a valid choice.`, 'invalid_choice')
  return or(
    sql`(${kind} = 'InsightVizNode' and ${sourceKind} = ${KINDS[word]})`,
    and(isNull(insights.query), sql`${insights.filters} ->> 'insight' = ${word}`),
  )
}

/** There are no dashboards yet, so no insight is on one. */
const onDashboards = (text: string): SQL | undefined =>
  parseList('dashboards', text).length > 0 ? sql`false` : undefined

function taggedWith(text: string): SQL | undefined {
  const tags = parseList('tags', text).map((tag) => String(tag).trim().toLowerCase())
  return tags.length > 0 ? sql`exists (select from unnest(${insights.tags}) tag where tag in ${tags})` : undefined
}

function parseList(attr: string, text: string): unknown[] {
  try {
    const list = JSON.parse(text)
    if (Array.isArray(list)) return list
  } catch {}
  throw invalid(attr, 'This must be a JSON list.')
}

const COMPUTED = 10
const AT_ONCE = 4
const WITHIN_MS = 20_000

export interface ListAnswer {
  readonly answer: QueryAnswer | null
  readonly error: ApiError | null
}

/**
 * The results of a page: all look-ups in one call. At most 10 are computed, 4 at a time, within 20 s; the others get a
 * background run. One insight that fails carries its error; the page does not fail.
 */
export async function answerPage(
  services: Services,
  project: Project,
  rows: readonly InsightRow[],
  mode: RefreshMode,
): Promise<ListAnswer[]> {
  const prepared = await Promise.all(rows.map((row) => prepare(services, project, row)))
  const lookups = await readLookups(services, project.id, prepared)
  const started = services.now().getTime()
  let computed = 0
  const answers: ListAnswer[] = rows.map(() => ({ answer: null, error: null }))
  let next = 0
  const worker = async () => {
    for (let index = next++; index < rows.length; index = next++) {
      const query = prepared[index]
      if (!query) continue
      if (query instanceof ApiError) {
        answers[index] = { answer: null, error: mode === 'force_cache' ? null : query }
        continue
      }
      const state = freshness(lookups[index]?.entry, services.now().getTime())
      const computes = decide(mode, state).compute
      const late = computes && (computed >= COMPUTED || services.now().getTime() - started > WITHIN_MS)
      if (computes) computed++
      const request = { mode: late ? ('lazy_async' as const) : mode, insightId: rows[index]?.id ?? null }
      answers[index] = await answerLookup(services, project, query, request, lookups[index]).then(
        (answer) => ({ answer, error: null }),
        (error) => {
          if (error instanceof ApiError && error.status < 500) return { answer: null, error }
          throw error
        },
      )
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

async function prepare(
  services: Services,
  project: Project,
  row: InsightRow,
): Promise<Prepared | ApiError | undefined> {
  try {
    const query = queryOf(row)
    return query ? await prepareQuery(project, query, services.now()) : undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

async function readLookups(
  services: Services,
  projectId: number,
  prepared: readonly (Prepared | ApiError | undefined)[],
): Promise<(Lookup | undefined)[]> {
  const keys = prepared.flatMap((query) => (query && 'key' in query ? [query.key] : []))
  if (keys.length === 0) return []
  const names = [...keys.map((key) => entryKey(projectId, key)), ...keys.map((key) => statusKey(projectId, key))]
  const values = await services.redis.mget<(string | null)[]>(...names).catch(() => undefined)
  if (!values) return []
  const byKey = new Map<string, Lookup>()
  for (const [index, key] of keys.entries())
    byKey.set(key, {
      entry: await unpackEntry(values[index]),
      status: parseStatus(values[keys.length + index]),
      locked: false,
    })
  return prepared.map((query) => (query && 'key' in query ? byKey.get(query.key) : undefined))
}
