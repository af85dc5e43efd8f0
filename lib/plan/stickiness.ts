import type { StickinessNode } from '../nodes/stickiness/node.ts'
import type { PlanScope } from './context.ts'

export interface StickinessPlan {
  readonly kind: 'StickinessQuery'
}

export const planStickiness = (_node: StickinessNode, _scope: PlanScope): StickinessPlan => ({
  kind: 'StickinessQuery',
})
