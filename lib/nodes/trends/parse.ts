import { notSupported } from '../../core/errors.ts'
import { parseBreakdowns } from '../breakdown.ts'
import type { Entity, MathName } from '../entity.ts'
import { groupOwner } from '../filter.ts'
import { parseCompare, parseHead, parseSeriesEntity } from '../insight.ts'
import { trendsEcho } from './echo.ts'
import type { NodeSeries, TrendsNode } from './node.ts'
import type { TrendsQuery } from './wire.ts'

/** Maths that aggregate a property. */
const PROPERTY_MATHS: readonly string[] = ['sum', 'avg', 'min', 'max', 'median', 'p75', 'p90', 'p95', 'p99']
/** Maths that count groups when the series names a group type. */
const GROUP_MATHS: readonly string[] = ['unique_group', 'weekly_active', 'monthly_active']

/**
 * The TrendsQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `not_supported` naming
 * an option that is not computed yet.
 */
export function parseTrends(query: TrendsQuery, path: readonly string[]): TrendsNode {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const head = parseHead(query, path)
  if (query.aggregation_group_type_index != null)
    throw notSupported(attr('aggregation_group_type_index'), 'Aggregating by group')
  if (query.conversionGoal != null) throw notSupported(attr('conversionGoal'), 'A conversion goal')
  const trends = query.trendsFilter ?? {}
  const display = trends.display ?? 'ActionsLineGraph'
  if (display === 'CalendarHeatmap') throw notSupported(attr('trendsFilter', 'display'), 'The display CalendarHeatmap')
  const node = {
    kind: 'TrendsQuery' as const,
    ...head,
    series: query.series.map((entity, i) => parseSeries(entity, head.interval, [...path, 'series', String(i)])),
    breakdown: parseBreakdowns(query.breakdownFilter, display, attr),
    ...parseCompare(query.compareFilter),
    display,
    formulas: parseFormulas(trends),
    smoothing: trends.smoothingIntervals ?? 1,
  }
  return { ...node, echo: trendsEcho(node) }
}

function parseFormulas(trends: NonNullable<TrendsQuery['trendsFilter']>) {
  if (trends.formulaNodes?.length)
    return trends.formulaNodes.map((node) => ({ formula: node.formula, customName: node.custom_name ?? null }))
  const texts = trends.formulas?.length ? trends.formulas : trends.formula ? [trends.formula] : []
  return texts.map((formula) => ({ formula, customName: null }))
}

/** Weekly actives by week or month, and monthly actives by month, are counted as the unique users of each bucket. */
const isCoarse = (math: MathName, interval: TrendsNode['interval']): boolean =>
  (math === 'weekly_active' && (interval === 'week' || interval === 'month')) ||
  (math === 'monthly_active' && interval === 'month')

function parseSeries(entity: Entity, interval: TrendsNode['interval'], path: readonly string[]): NodeSeries {
  const attr = (key: string) => [...path, key].join('__')
  const counted = parseSeriesEntity(entity, path)
  const math: MathName = entity.math ?? 'total'
  if (entity.math_property_revenue_currency != null)
    throw notSupported(attr('math_property_revenue_currency'), 'Currency conversion')
  const of =
    entity.math_property === '$session_duration'
      ? 'session'
      : propertyOwner(entity.math_property_type, attr('math_property_type'))
  const needsProperty = PROPERTY_MATHS.includes(math)
  // PostHog counts events where the property of the math is missing
  const countedAs = isCoarse(math, interval) ? 'dau' : needsProperty && !entity.math_property ? 'total' : math
  const countsGroups = math === 'unique_group' || (GROUP_MATHS.includes(math) && entity.math_group_type_index != null)
  return {
    ...counted,
    name: entity.name ?? (entity.kind === 'EventsNode' ? (entity.event ?? 'All events') : null),
    customName: entity.custom_name ?? null,
    math: countedAs,
    mathAsSent: math,
    mathHogql: math === 'hogql' ? { text: entity.math_hogql ?? '', attr: attr('math_hogql') } : null,
    mathProperty: needsProperty ? (entity.math_property ?? null) : null,
    mathPropertyOf: of,
    mathGroup: countsGroups ? groupOwner(entity.math_group_type_index, attr('math_group_type_index')) : null,
    mathGroupTypeIndex: entity.math_group_type_index ?? null,
    multiplier: needsProperty ? (entity.math_multiplier ?? 1) : 1,
  }
}

function propertyOwner(type: string | null | undefined, attr: string): 'event' | 'person' {
  if (type == null || type === 'event_properties' || type === 'event') return 'event'
  if (type === 'person_properties' || type === 'person') return 'person'
  throw notSupported(attr, `A property of type ${type}`)
}
