import type { FunnelsNode } from '../funnels/node.ts'
import type { InsightHead, NodeText } from '../insight.ts'

export interface PathsNode extends InsightHead {
  readonly kind: 'PathsQuery'
  /** An expression whose value is the item of an event. */
  readonly expression: NodeText | null
  readonly funnel: FunnelsNode | null
}
