import type { LifecyclePoint } from '../../nodes/actors/lifecycle-point.ts'
import type { PlanScope } from '../context.ts'
import { type LifecyclePlan, planLifecycle } from '../lifecycle.ts'

/** A number of a LifecycleQuery, whose actors are listed. */
export interface LifecyclePointPlan {
  readonly kind: 'LifecyclePoint'
  readonly plan: LifecyclePlan
}

export const planLifecyclePoint = ({ source }: LifecyclePoint, scope: PlanScope): LifecyclePointPlan => ({
  kind: 'LifecyclePoint',
  plan: planLifecycle(source, scope),
})
