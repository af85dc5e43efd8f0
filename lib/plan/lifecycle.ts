import type { LifecycleNode } from '../nodes/lifecycle/node.ts'
import type { PlanScope } from './context.ts'

export interface LifecyclePlan {
  readonly kind: 'LifecycleQuery'
}

export const planLifecycle = (_node: LifecycleNode, _scope: PlanScope): LifecyclePlan => ({ kind: 'LifecycleQuery' })
