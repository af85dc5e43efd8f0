/** Plans ActorsQuery: pages of persons and groups (docs/actors.md). */
import { assert } from '../core/assert.ts'
import { invalid } from '../core/errors.ts'
import { canonicalJson } from '../core/json.ts'
import { hogqlError } from '../hogql/error.ts'
import { bindColumn } from '../hogql/expressions.ts'
import { actorFields, appearanceFields, eventCount, type Fields } from '../hogql/fields.ts'
import type { FunnelPoint } from '../nodes/actors/funnel-point.ts'
import { type ActorsNode, type ActorsSource, actorGroup, type TrendsPoint } from '../nodes/actors/node.ts'
import type { NodeText } from '../nodes/insight.ts'
import { call, column, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { Bounds, GroupOwner, SqlType } from '../tree/types.ts'
import type { FilterGroup } from './condition.ts'
import { dateScope, type PlanScope } from './context.ts'
import { type CorrelationPointPlan, planCorrelationPoint } from './correlation.ts'
import { readDate } from './dates.ts'
import { bindingScope, planFilter } from './filter.ts'
import { FUNNEL_OTHER, type FunnelsPlan, planFunnels } from './funnels.ts'
import { type LifecyclePointPlan, planLifecyclePoint } from './points/lifecycle.ts'
import { type PathsPointPlan, planPathsPoint } from './points/paths.ts'
import { planRetentionPoint, type RetentionPointPlan } from './points/retention.ts'
import { planStickinessPoint, type StickinessPointPlan } from './points/stickiness.ts'
import { columnCount } from './retention.ts'
import { syntaxOf } from './syntax.ts'
import { planTrends, type TrendsPeriod, type TrendsPlan, type TrendsSeries } from './trends.ts'

export type ActorKind = 'person' | GroupOwner

export interface ActorColumn {
  /** The text in `select`, which is the column's name in the answer. */
  readonly text: string
  readonly expr: Expr
  /** `object`: a JSON object of the whole person or group. */
  readonly type: SqlType | 'numbers' | 'object'
  readonly isAggregate: boolean
}

/** The events behind one value of a trend. */
export interface TrendsPointPlan {
  readonly kind: 'TrendsPoint'
  readonly trends: TrendsPlan
  readonly series: TrendsSeries
  readonly period: TrendsPeriod
  readonly bounds: Bounds
  /** The value of each part of the breakdown, as in the answer. */
  readonly breakdown: readonly string[] | null
}

/** The walks through a funnel that one of its numbers counts. */
export interface FunnelPointPlan {
  readonly kind: 'FunnelPoint'
  readonly funnels: FunnelsPlan
  /** As `funnelStep` of PostHog: n for people who did step n, -n for people who dropped off before it. */
  readonly step: number
  /** The breakdown value, as in the column `value` of `walks`; null: any. */
  readonly value: string | null
  /** The values beyond the limit of the breakdown. */
  readonly isOther: boolean
  /** For trends: the index of the interval in which people entered. */
  readonly bucket: number | null
  readonly dropOff: boolean
}

export type ActorsSourcePlan =
  | TrendsPointPlan
  | FunnelPointPlan
  | RetentionPointPlan
  | LifecyclePointPlan
  | StickinessPointPlan
  | PathsPointPlan
  | CorrelationPointPlan

export interface ActorsPlan {
  readonly kind: 'ActorsQuery'
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

/** The fields that expressions in `select`, `orderBy` and filters of a listing can name. */
export const fieldsOfActors = (node: ActorsNode): Fields => actorFields(actorKind(node), sourceFields(node.source))

/** The fields of what led to the actors. */
function sourceFields(source: ActorsNode['source']): Fields {
  if (source?.kind === 'RetentionPoint') return appearanceFields(source.source.interval, columnCount(source.source))
  return source && HAVE_EVENTS.includes(source.kind) ? eventCount : () => undefined
}
const HAVE_EVENTS: readonly ActorsSource['kind'][] = ['TrendsPoint', 'FunnelPoint', 'PathsPoint', 'CorrelationPoint']

/** Is it a column that is no expression, such as `person` (the whole person) or `person.$delete`? */
export const isCell = (text: string): boolean => CELLS.includes(withoutLabel(text))
const CELLS: readonly string[] = ['person', 'group', 'actor', 'person.$delete', 'group.$delete']

/** An item of `orderBy`, such as `created_at desc`, -> its expression and direction. */
export function parseOrder({ text }: NodeText): { readonly text: string; readonly descending: boolean } {
  const [, direction] = /\s(asc|desc)\s*$/i.exec(withoutLabel(text)) ?? []
  const expression = direction ? withoutLabel(text).slice(0, -direction.length).trim() : withoutLabel(text)
  return { text: expression, descending: direction?.toLowerCase() === 'desc' }
}

/** An expression without the comment that PostHog's interface puts behind it as a label: `count() -- visits`. */
export const withoutLabel = (text: string): string => text.replace(/--.*$/, '').trim()

/**
 * The node of a listing -> its plan: bound expressions, typed filters, absolute instants. Throws 400 naming the field
 * if an expression, a filter, a date or the point of the insight is invalid; 503 if a cohort is not calculated yet.
 */
export function planActors(node: ActorsNode, scope: PlanScope): ActorsPlan {
  const of = actorKind(node)
  const fields = fieldsOfActors(node)
  const ofActors: PlanScope = { ...scope, fields }
  const resolve = (item: NodeText, text: string) => {
    const binding = bindingScope(ofActors, item.attr)
    const { expr, type, isAggregate } = bindColumn(syntaxOf(item, text, item.attr), binding)
    return { expr, type: type === 'null' ? ('text' as const) : type, isAggregate }
  }
  const columns = node.select.map((item): ActorColumn => {
    const text = withoutLabel(item.text)
    const cell = cellOf(text, of, item)
    return { text: item.text, ...(cell ?? resolve(item, text)) }
  })
  const object = columns.find(({ type }) => type === 'object')
  if (object && columns.some(({ isAggregate }) => isAggregate))
    throw invalid(
      node.select[columns.indexOf(object)]?.attr ?? null,
      `${object.text} cannot stand beside an aggregate.`,
    )
  const asked = node.orderBy?.map((item): Order => {
    const { text, descending } = parseOrder(item)
    const { expr, type, isAggregate } = isCell(text)
      ? { expr: idOf(of), type: 'int', isAggregate: false }
      : resolve(item, text)
    checkOrder(expr, isAggregate, columns, item)
    return { expr, descending, byCodePoint: type === 'text', nullsLast: true }
  })
  return {
    kind: 'ActorsQuery',
    of,
    source: node.source && planSource(node.source, scope),
    columns,
    filter: planFilter(node.filter, ofActors),
    search: node.search,
    orderBy: asked ?? defaultOrder(columns, of, node.source),
    limit: node.limit,
    offset: node.offset,
  }
}

/**
 * In a listing with aggregates, rows can be ordered by selected columns and by aggregates alone. Throws 400
 * `invalid_input`.
 */
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

/**
 * PostHog's default order: `count()`, else the first aggregate, else who appears most in a row of a retention, else
 * `created_at`, else the first column.
 */
function defaultOrder(columns: readonly ActorColumn[], of: ActorKind, source: ActorsNode['source']): Order[] {
  const aggregate = columns.find(({ text }) => text === 'count()') ?? columns.find(({ isAggregate }) => isAggregate)
  if (aggregate) return [{ expr: aggregate.expr, descending: true, nullsLast: true }]
  if (source?.kind === 'RetentionPoint')
    return [{ expr: call('setSize', column('source', 'appearances')), descending: true }]
  const created = columns.find(({ text }) => text === 'created_at')
  if (created) return [{ expr: created.expr, descending: true, nullsLast: true }]
  const [first] = columns
  if (!first || first.type === 'object') return [{ expr: idOf(of) }]
  return [{ expr: first.expr, byCodePoint: first.type === 'text', nullsLast: true }]
}

function planSource(source: ActorsSource, scope: PlanScope): ActorsSourcePlan {
  switch (source.kind) {
    case 'TrendsPoint':
      return planPoint(source, scope)
    case 'FunnelPoint':
      return planFunnelPoint(source, scope)
    case 'RetentionPoint':
      return planRetentionPoint(source, scope)
    case 'LifecyclePoint':
      return planLifecyclePoint(source, scope)
    case 'StickinessPoint':
      return planStickinessPoint(source, scope)
    case 'PathsPoint':
      return planPathsPoint(source, scope)
    case 'CorrelationPoint':
      return planCorrelationPoint(source, scope)
    default:
      return source satisfies never
  }
}

function planFunnelPoint(point: FunnelPoint, scope: PlanScope): FunnelPointPlan {
  const funnels = planFunnels(point.source, scope)
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
    kind: 'FunnelPoint',
    funnels,
    step: point.step,
    value: point.breakdown ? text : null,
    isOther,
    bucket: point.entry === null ? null : entryBucket(point, funnels, scope),
    dropOff: point.dropOff,
  }
}

function entryBucket({ entry, path }: FunnelPoint, { entries, to }: FunnelsPlan, scope: PlanScope): number {
  const attr = [...path, 'funnelTrendsEntrancePeriodStart'].join('__')
  const at = readDate(entry ?? '', dateScope(scope), attr).at.toMillis()
  const index = entries.findLastIndex((start) => Date.parse(start) <= at)
  if (index < 0 || at >= Date.parse(to)) throw invalid(attr, 'This is not in the range of the funnel.')
  return index
}

function planPoint(point: TrendsPoint, scope: PlanScope): TrendsPointPlan {
  const attr = (key: string) => [...point.path, key].join('__')
  const trends = planTrends(point.source, scope)
  const series = trends.series[point.series]
  const period = trends.periods[point.isPrevious ? 1 : 0]
  assert(series && period, 'a point is of a series and a period')
  const { breakdown } = point
  if (breakdown) checkBreakdown(breakdown, trends, attr('breakdown'))
  return {
    kind: 'TrendsPoint',
    trends,
    series,
    period,
    bounds: pointBounds(point, trends, series, period, scope),
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

/**
 * The instants between which events count for the number. A running sum counts from the start of the range. Throws 400
 * `invalid_input` if the day is not in the range.
 */
function pointBounds(
  { day, path }: TrendsPoint,
  { shape }: TrendsPlan,
  { activeDays }: TrendsSeries,
  period: TrendsPeriod,
  scope: PlanScope,
): Bounds {
  const bounds = (activeDays && period.active[activeDays]?.bounds) || period.bounds
  const first = bounds[0]
  const last = bounds.at(-1)
  assert(first && last, 'a period has buckets')
  if (shape === 'total' || day === null) return { from: first.from, to: last.to }
  const attr = [...path, 'day'].join('__')
  const at = readDate(day, dateScope(scope), attr).at.toMillis()
  const index = period.starts.findLastIndex((start) => Date.parse(start) <= at)
  const bucket = bounds[index]
  if (!bucket || at >= Date.parse(period.bounds.at(-1)?.to ?? ''))
    throw invalid(attr, `${JSON.stringify(day.slice(0, 50))} is not in the range of the query.`)
  return shape === 'cumulative' ? { from: first.from, to: bucket.to } : bucket
}
