import type { StickinessPoint } from '../../nodes/actors/stickiness-point.ts'
import type { PlanScope } from '../context.ts'
import { planStickiness, type StickinessPlan } from '../stickiness.ts'

/** A number of a StickinessQuery, whose actors are listed. */
export interface StickinessPointPlan {
  readonly kind: 'StickinessPoint'
  readonly plan: StickinessPlan
}

export const planStickinessPoint = ({ source }: StickinessPoint, scope: PlanScope): StickinessPointPlan => ({
  kind: 'StickinessPoint',
  plan: planStickiness(source, scope),
})
