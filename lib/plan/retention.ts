import type { RetentionNode } from '../nodes/retention/node.ts'
import type { PlanScope } from './context.ts'

export interface RetentionPlan {
  readonly kind: 'RetentionQuery'
}

export const planRetention = (_node: RetentionNode, _scope: PlanScope): RetentionPlan => ({ kind: 'RetentionQuery' })
