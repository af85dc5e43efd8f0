import { assert } from '../../core/assert.ts'
import { invalid } from '../../core/errors.ts'
import type { TrendsPoint } from '../../nodes/actors/node.ts'
import type { Bounds } from '../../tree/types.ts'
import { dateScope, type PlanScope } from '../context.ts'
import { readDate } from '../dates.ts'
import { planTrends, type TrendsPeriod, type TrendsPlan, type TrendsSeries } from '../trends.ts'

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

/** Throws 400 `invalid_input` if the trend has no such number, and what `planTrends` throws. */
export function planTrendsPoint(point: TrendsPoint, scope: PlanScope): TrendsPointPlan {
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
