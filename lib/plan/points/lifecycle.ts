import { invalid } from '../../core/errors.ts'
import type { LifecyclePoint } from '../../nodes/actors/lifecycle-point.ts'
import { dateScope, type PlanScope } from '../context.ts'
import { readDate } from '../dates.ts'
import { type LifecyclePlan, planLifecycle } from '../lifecycle.ts'

/** The actors that have a status in an interval. */
export interface LifecyclePointPlan {
  readonly kind: 'LifecyclePoint'
  readonly plan: LifecyclePlan
  /** The interval, as an index of `plan.intervals`: from 1. */
  readonly index: number
  readonly status: LifecyclePoint['status']
}

/** Throws 400 `invalid_input` if the day is not in the range, and what `planLifecycle` throws. */
export function planLifecyclePoint(
  { source, day, status, path }: LifecyclePoint,
  scope: PlanScope,
): LifecyclePointPlan {
  const plan = planLifecycle(source, scope)
  const attr = [...path, 'day'].join('__')
  const at = readDate(day, dateScope(scope), attr).at.toMillis()
  const index = plan.intervals.findIndex(({ from, to }) => Date.parse(from) <= at && at < Date.parse(to))
  if (index < 1) throw invalid(attr, `${JSON.stringify(day.slice(0, 50))} is not in the range of the query.`)
  return { kind: 'LifecyclePoint', plan, index, status }
}
