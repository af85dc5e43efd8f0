import type { PathsNode } from '../nodes/paths/node.ts'
import type { PlanScope } from './context.ts'

export interface PathsPlan {
  readonly kind: 'PathsQuery'
}

export const planPaths = (_node: PathsNode, _scope: PlanScope): PathsPlan => ({ kind: 'PathsQuery' })
