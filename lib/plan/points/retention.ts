import type { RetentionPoint } from '../../nodes/actors/retention-point.ts'
import type { PlanScope } from '../context.ts'
import { planRetention, type RetentionPlan } from '../retention.ts'

/** A number of a RetentionQuery, whose actors are listed. */
export interface RetentionPointPlan {
  readonly kind: 'RetentionPoint'
  readonly plan: RetentionPlan
}

export const planRetentionPoint = ({ source }: RetentionPoint, scope: PlanScope): RetentionPointPlan => ({
  kind: 'RetentionPoint',
  plan: planRetention(source, scope),
})
