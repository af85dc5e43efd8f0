/** Listings of persons and groups (docs/actors.md). */
import { invalid } from '../core/errors.ts'
import { canonicalJson } from '../core/json.ts'
import type { Project } from '../core/project.ts'
import { hogqlError } from '../hogql/error.ts'
import { bindColumn } from '../hogql/expressions.ts'
import { actorFields, type Fields } from '../hogql/fields.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import type { FunnelPoint } from '../nodes/actors/funnel-point.ts'
import { type ActorsNode, type ActorsSource, actorGroup, type TrendsPoint } from '../nodes/actors/node.ts'
import type { NodeText } from '../nodes/insight.ts'
import { column, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { Bounds, GroupOwner, SqlType } from '../tree/types.ts'
import type { QueryContext } from './context.ts'
import { type CorrelationPointPlan, planCorrelationPoint } from './correlation.ts'
import { readDate } from './dates.ts'
import { type FilterGroup, type FilterInput, planFilter, scopeOf } from './filter.ts'
import { FUNNEL_OTHER, type FunnelsPlan, planFunnels } from './funnels.ts'
import { planTrends, type TrendsPeriod, type TrendsPlan, type TrendsSeries } from './trends.ts'

export type ActorKind = 'person' | GroupOwner

export interface ActorColumn {
  /** As asked for. */
  readonly text: string
  readonly expr: Expr
  /** `object`: the actor with all that is known of it. */
  readonly type: SqlType | 'object'
  readonly isAggregate: boolean
}

/** The events behind one value of a trend. */
export interface TrendsPointPlan {
  readonly kind: 'trends'
  readonly trends: TrendsPlan
  readonly series: TrendsSeries
  readonly period: TrendsPeriod
  readonly bounds: Bounds
  /** The value of each part of the breakdown, as in the answer. */
  readonly breakdown: readonly string[] | null
}

/** The ways through a funnel that lead to one of its numbers. */
export interface FunnelPointPlan {
  readonly kind: 'funnel'
  readonly funnels: FunnelsPlan
  readonly step: number
  /** As `walks.value`. */
  readonly value: string | null
  readonly isOther: boolean
  readonly bucket: number | null
  readonly dropOff: boolean
}

export type ActorsSourcePlan = TrendsPointPlan | FunnelPointPlan | CorrelationPointPlan

export interface ActorsPlan {
  readonly kind: 'actors'
  readonly of: ActorKind
  readonly source: ActorsSourcePlan | null
  readonly columns: readonly ActorColumn[]
  readonly filter: FilterGroup
  readonly search: string | null
  readonly orderBy: readonly Order[]
  readonly limit: number
  readonly offset: number
}

/** Persons, or the groups that the series behind the point counts. */
const actorKind = ({ source }: ActorsNode): ActorKind => actorGroup(source) ?? 'person'

/** What the texts of a listing may name. */
export const fieldsOfActors = (node: ActorsNode): Fields => actorFields(actorKind(node), node.source !== null)

/** Texts that stand for the whole actor, or for nothing that can be looked up. */
export const isCell = (text: string): boolean => CELLS.includes(bare(text))
const CELLS: readonly string[] = ['person', 'group', 'actor', 'person.$delete', 'group.$delete']

/** `expression desc` -> its expression and direction. */
export function orderOf({ text, attr }: NodeText): { readonly of: NodeText; readonly descending: boolean } {
  const [, direction] = /\s(asc|desc)\s*$/i.exec(bare(text)) ?? []
  const expression = direction ? bare(text).slice(0, -direction.length).trim() : bare(text)
  return { of: { text: expression, attr }, descending: direction?.toLowerCase() === 'desc' }
}

/** A text without the label behind it. */
export const bare = (text: string): string => text.replace(/--.*$/, '').trim()

/** Throws 400 for names, values and dates that cannot be, and 503 for a cohort that is not calculated yet. */
export function planActors(node: ActorsNode, project: Project, context: QueryContext, now: Date): ActorsPlan {
  const of = actorKind(node)
  const fields = fieldsOfActors(node)
  const { timezone, weekStartDay } = project
  const input: FilterInput = {
    context,
    timezone,
    weekStartDay,
    now,
    fields,
    element: ({ attr }) => {
      throw invalid(attr, 'Persons have no elements.')
    },
  }
  const resolve = (item: NodeText) => {
    const scope = scopeOf(input, item.attr)
    const { expr, type, isAggregate } = bindColumn(parseExpression(item.text, item.attr), scope)
    return { expr, type: type === 'null' ? ('text' as const) : type, isAggregate }
  }
  const columns = node.select.map((item): ActorColumn => {
    const text = bare(item.text)
    const cell = cellOf(text, of, item)
    return { text: item.text, ...(cell ?? resolve({ ...item, text })) }
  })
  const object = columns.find(({ type }) => type === 'object')
  if (object && columns.some(({ isAggregate }) => isAggregate))
    throw invalid(
      node.select[columns.indexOf(object)]?.attr ?? null,
      `${object.text} cannot stand beside an aggregate.`,
    )
  const asked = node.orderBy?.map((item): Order => {
    const { of: named, descending } = orderOf(item)
    const { expr, type, isAggregate } = isCell(named.text)
      ? { expr: idOf(of), type: 'int', isAggregate: false }
      : resolve(named)
    checkOrder(expr, isAggregate, columns, item)
    return { expr, descending, byCodePoint: type === 'text', nullsLast: true }
  })
  return {
    kind: 'actors',
    of,
    source: node.source && planSource(node.source, project, context, now),
    columns,
    filter: planFilter(node.filter, input),
    search: node.search,
    orderBy: asked ?? defaultOrder(columns, of),
    limit: node.limit,
    offset: node.offset,
  }
}

/** Rows that are counted together have nothing else to be ordered by. */
function checkOrder(expr: Expr, isAggregate: boolean, columns: readonly ActorColumn[], { text, attr }: NodeText): void {
  const isGrouped = columns.some((column) => column.isAggregate)
  if (isAggregate && !isGrouped)
    throw invalid(attr, `${text}: An aggregate can only order aggregates that are selected.`)
  const wanted = canonicalJson(expr)
  if (isGrouped && !isAggregate && !columns.some((column) => canonicalJson(column.expr) === wanted))
    throw invalid(attr, `${text}: Beside an aggregate, rows are ordered by what is selected.`)
}

const idOf = (of: ActorKind): Expr => column(of === 'person' ? 'persons' : of, 'id')

function cellOf(text: string, of: ActorKind, { attr }: NodeText) {
  if (!CELLS.includes(text)) return undefined
  if (text.endsWith('.$delete')) return { expr: value(1, 'int'), type: 'int' as const, isAggregate: false }
  if (text !== 'actor' && (text === 'person') !== (of === 'person'))
    throw hogqlError(`Unable to resolve field: ${text}`, 0, attr)
  return {
    expr: { kind: 'actorCell' as const, table: of === 'person' ? 'persons' : of, of },
    type: 'object' as const,
    isAggregate: false,
  }
}

/** The number of rows, else the first aggregate, else the newest, else the first column. */
function defaultOrder(columns: readonly ActorColumn[], of: ActorKind): Order[] {
  const aggregate = columns.find(({ text }) => text === 'count()') ?? columns.find(({ isAggregate }) => isAggregate)
  if (aggregate) return [{ expr: aggregate.expr, descending: true, nullsLast: true }]
  const created = columns.find(({ text }) => text === 'created_at')
  if (created) return [{ expr: created.expr, descending: true, nullsLast: true }]
  const [first] = columns
  if (!first || first.type === 'object') return [{ expr: idOf(of) }]
  return [{ expr: first.expr, byCodePoint: first.type === 'text', nullsLast: true }]
}

function planSource(source: ActorsSource, project: Project, context: QueryContext, now: Date): ActorsSourcePlan {
  switch (source.kind) {
    case 'TrendsPoint':
      return planPoint(source, project, context, now)
    case 'FunnelPoint':
      return planFunnelPoint(source, project, context, now)
    case 'CorrelationPoint':
      return planCorrelationPoint(source, project, context, now)
    default:
      return source satisfies never
  }
}

function planFunnelPoint(point: FunnelPoint, project: Project, context: QueryContext, now: Date): FunnelPointPlan {
  const funnels = planFunnels(point.source, project, context, now)
  const attr = (key: string) => [...point.path, key].join('__')
  const { breakdown } = funnels
  if (point.breakdown && !breakdown) throw invalid(attr('funnelStepBreakdown'), 'The funnel is not broken down.')
  const isOther = point.breakdown?.join() === FUNNEL_OTHER
  const parts = breakdown?.cohorts ? 1 : (breakdown?.parts.length ?? 0)
  if (point.breakdown && !isOther && point.breakdown.length !== parts)
    throw invalid(attr('funnelStepBreakdown'), `The funnel is broken down by ${parts} properties.`)
  const [first = ''] = point.breakdown ?? []
  const text = breakdown?.cohorts && first === '0' ? 'all' : parts > 1 ? JSON.stringify(point.breakdown) : first
  return {
    kind: 'funnel',
    funnels,
    step: point.step,
    value: point.breakdown ? text : null,
    isOther,
    bucket: point.entry === null ? null : entryBucket(point, funnels, project, now),
    dropOff: point.dropOff,
  }
}

function entryBucket({ entry, path }: FunnelPoint, { entries, to }: FunnelsPlan, project: Project, now: Date): number {
  const attr = [...path, 'funnelTrendsEntrancePeriodStart'].join('__')
  const at = readDate(entry ?? '', project.timezone, now, project.weekStartDay, attr).at.toMillis()
  const index = entries.findLastIndex((start) => Date.parse(start) <= at)
  if (index < 0 || at >= Date.parse(to)) throw invalid(attr, 'This is not in the range of the funnel.')
  return index
}

function planPoint(point: TrendsPoint, project: Project, context: QueryContext, now: Date): TrendsPointPlan {
  const attr = (key: string) => [...point.path, key].join('__')
  const trends = planTrends(point.source, project, context, now)
  const series = trends.series[point.series]
  const period = trends.periods[point.isPrevious ? 1 : 0]
  if (!series || !period) throw new Error('a point is of a series and a period')
  const { breakdown } = point
  if (breakdown) checkBreakdown(breakdown, trends, attr('breakdown'))
  return {
    kind: 'trends',
    trends,
    series,
    period,
    bounds: pointBounds(point, trends, series, period, project, now),
    breakdown,
  }
}

function checkBreakdown(values: readonly string[], { breakdown }: TrendsPlan, attr: string): void {
  if (!breakdown) throw invalid(attr, 'The query is not broken down.')
  const parts = breakdown.cohorts ? 1 : breakdown.parts.length
  if (values.length !== parts) throw invalid(attr, `The query is broken down by ${parts} properties.`)
  if (breakdown.cohorts && !breakdown.cohorts.some(({ id }) => String(id) === values[0]))
    throw invalid(attr, `The query is not broken down by the cohort ${values[0]}.`)
}

/** What counts for the bucket: running sums count from the start. Throws 400 for a day outside the range. */
function pointBounds(
  { day, path }: TrendsPoint,
  { shape }: TrendsPlan,
  { activeDays }: TrendsSeries,
  period: TrendsPeriod,
  { timezone, weekStartDay }: Project,
  now: Date,
): Bounds {
  const bounds = (activeDays && period.active[activeDays]?.bounds) || period.bounds
  const first = bounds[0]
  const last = bounds.at(-1)
  if (!first || !last) throw new Error('a period has buckets')
  if (shape === 'total' || day === null) return { from: first.from, to: last.to }
  const attr = [...path, 'day'].join('__')
  const at = readDate(day, timezone, now, weekStartDay, attr).at.toMillis()
  const index = period.starts.findLastIndex((start) => Date.parse(start) <= at)
  const bucket = bounds[index]
  if (!bucket || at >= Date.parse(period.bounds.at(-1)?.to ?? ''))
    throw invalid(attr, `${JSON.stringify(day.slice(0, 50))} is not in the range of the query.`)
  return shape === 'cumulative' ? { from: first.from, to: bucket.to } : bucket
}
