import { notSupported } from '../core/errors.ts'
import type { GroupOwner } from '../tree/types.ts'
import { breakdown, type NodeBreakdowns } from './computable-breakdown.ts'
import { allOf, group, groupOwner, type NodeGroup } from './computable-filter.ts'
import type { Entity, MathName } from './entity.ts'
import type { DISPLAYS, TrendsQuery } from './trends.ts'
import { trendsEcho } from './trends-echo.ts'

/** Midnight of seven days ago. */
export const DEFAULT_DATE_FROM = '-7d'

/** Maths of a property. */
const PROPERTY_MATHS: readonly string[] = ['sum', 'avg', 'min', 'max', 'median', 'p75', 'p90', 'p95', 'p99']
/** Maths that count groups when the series names a group type. */
const GROUP_MATHS: readonly string[] = ['unique_group', 'weekly_active', 'monthly_active']

export interface NodeSeries {
  /** null: any event. */
  readonly event: string | null
  readonly actionId: number | null
  readonly name: string | null
  readonly customName: string | null
  readonly math: MathName
  readonly mathAsSent: string
  /** The aggregate of the math `hogql`, and where it stands, for errors. */
  readonly mathHogql: { readonly text: string; readonly attr: string } | null
  readonly mathProperty: string | null
  readonly mathPropertyOf: 'event' | 'person' | 'session'
  /** The type of the groups that are counted in place of persons. */
  readonly mathGroup: GroupOwner | null
  readonly mathGroupTypeIndex: number | null
  readonly multiplier: number
  readonly filter: NodeGroup
}

export interface ComputableTrends {
  readonly kind: 'TrendsQuery'
  readonly series: readonly NodeSeries[]
  readonly dateFrom: string
  readonly dateTo: string | null
  readonly explicitDate: boolean
  readonly interval: 'minute' | 'hour' | 'day' | 'week' | 'month'
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
  readonly breakdown: NodeBreakdowns | null
  readonly compare: boolean
  readonly compareTo: string | null
  readonly display: (typeof DISPLAYS)[number]
  readonly formulas: readonly { readonly formula: string; readonly customName: string | null }[]
  readonly smoothing: number
  /** What each item's `filter` says; the same for queries that are. */
  readonly echo: Readonly<Record<string, unknown>>
}

/** The wire node -> the node that is computed. Throws 400 `not_supported` naming the option that is not built. */
export function computableTrends(query: TrendsQuery, path: readonly string[]): ComputableTrends {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const interval = query.interval ?? 'day'
  if (interval === 'second' || interval === 'quarter' || interval === 'year')
    throw notSupported(attr('interval'), `The interval ${interval}`)
  if (query.aggregation_group_type_index != null)
    throw notSupported(attr('aggregation_group_type_index'), 'Aggregating by group')
  if (query.conversionGoal != null) throw notSupported(attr('conversionGoal'), 'A conversion goal')
  const trends = query.trendsFilter ?? {}
  const display = trends.display ?? 'ActionsLineGraph'
  if (display === 'CalendarHeatmap') throw notSupported(attr('trendsFilter', 'display'), 'The display CalendarHeatmap')
  const node = {
    kind: 'TrendsQuery' as const,
    series: query.series.map((entity, i) => series(entity, interval, [...path, 'series', String(i)])),
    dateFrom: query.dateRange?.date_from || DEFAULT_DATE_FROM,
    dateTo: query.dateRange?.date_to || null,
    explicitDate: query.dateRange?.explicitDate ?? false,
    interval,
    filter: group(query.properties ?? [], [...path, 'properties']),
    filterTestAccounts: query.filterTestAccounts ?? false,
    breakdown: breakdown(query.breakdownFilter, display, attr),
    compare: query.compareFilter?.compare ?? false,
    compareTo: query.compareFilter?.compare ? (query.compareFilter.compare_to ?? null) : null,
    display,
    formulas: formulas(trends),
    smoothing: trends.smoothingIntervals ?? 1,
  }
  return { ...node, echo: trendsEcho(node) }
}

function formulas(trends: NonNullable<TrendsQuery['trendsFilter']>) {
  if (trends.formulaNodes?.length)
    return trends.formulaNodes.map((node) => ({ formula: node.formula, customName: node.custom_name ?? null }))
  const texts = trends.formulas?.length ? trends.formulas : trends.formula ? [trends.formula] : []
  return texts.map((formula) => ({ formula, customName: null }))
}

/** Weekly active users of weeks, and monthly ones of months, are the users of each. */
const isCoarse = (math: MathName, interval: ComputableTrends['interval']): boolean =>
  (math === 'weekly_active' && (interval === 'week' || interval === 'month')) ||
  (math === 'monthly_active' && interval === 'month')

function series(entity: Entity, interval: ComputableTrends['interval'], path: readonly string[]): NodeSeries {
  const attr = (key: string) => [...path, key].join('__')
  if (entity.kind === 'DataWarehouseNode') throw notSupported(attr('kind'), `A series of ${entity.kind}`)
  const math: MathName = entity.math ?? 'total'
  if (entity.kind === 'EventsNode' && entity.limit != null) throw notSupported(attr('limit'), 'A limit on a series')
  if (entity.math_property_revenue_currency != null)
    throw notSupported(attr('math_property_revenue_currency'), 'Currency conversion')
  const of =
    entity.math_property === '$session_duration'
      ? 'session'
      : propertyOwner(entity.math_property_type, attr('math_property_type'))
  const needsProperty = PROPERTY_MATHS.includes(math)
  // PostHog counts events where the property of the math is missing
  const counted = isCoarse(math, interval) ? 'dau' : needsProperty && !entity.math_property ? 'total' : math
  const countsGroups = math === 'unique_group' || (GROUP_MATHS.includes(math) && entity.math_group_type_index != null)
  return {
    event: entity.kind === 'EventsNode' ? (entity.event ?? null) : null,
    actionId: entity.kind === 'ActionsNode' ? entity.id : null,
    name: entity.name ?? (entity.kind === 'EventsNode' ? (entity.event ?? 'All events') : null),
    customName: entity.custom_name ?? null,
    math: counted,
    mathAsSent: math,
    mathHogql: math === 'hogql' ? { text: entity.math_hogql ?? '', attr: attr('math_hogql') } : null,
    mathProperty: needsProperty ? (entity.math_property ?? null) : null,
    mathPropertyOf: of,
    mathGroup: countsGroups ? groupOwner(entity.math_group_type_index, attr('math_group_type_index')) : null,
    mathGroupTypeIndex: entity.math_group_type_index ?? null,
    multiplier: needsProperty ? (entity.math_multiplier ?? 1) : 1,
    filter: allOf([
      group(entity.properties ?? [], [...path, 'properties']),
      group(entity.fixedProperties ?? [], [...path, 'fixedProperties']),
    ]),
  }
}

function propertyOwner(type: string | null | undefined, attr: string): 'event' | 'person' {
  if (type == null || type === 'event_properties' || type === 'event') return 'event'
  if (type === 'person_properties' || type === 'person') return 'person'
  throw notSupported(attr, `A property of type ${type}`)
}
