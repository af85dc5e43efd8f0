import { assert } from '../../core/assert.ts'
import type { StickinessPoint } from '../../nodes/actors/stickiness-point.ts'
import type { PlanScope } from '../context.ts'
import { planStickiness, type StickinessPeriod, type StickinessPlan, type StickinessSeries } from '../stickiness.ts'

/** The actors of a series that were active in so many slots of a period. */
export interface StickinessPointPlan {
  readonly kind: 'StickinessPoint'
  readonly plan: StickinessPlan
  readonly series: StickinessSeries
  readonly period: StickinessPeriod
  readonly count: StickinessPoint['count']
}

/** Throws as `planStickiness` does. */
export function planStickinessPoint(point: StickinessPoint, scope: PlanScope): StickinessPointPlan {
  const plan = planStickiness(point.source, scope)
  const series = plan.series[point.series]
  const period = plan.periods[point.isPrevious ? 1 : 0]
  assert(series && period, 'a point is of a series and a period')
  return { kind: 'StickinessPoint', plan, series, period, count: point.count }
}
