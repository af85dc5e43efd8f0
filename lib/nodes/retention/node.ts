import type { GroupOwner } from '../../tree/types.ts'
import type { NodeBreakdowns } from '../breakdown.ts'
import type { InsightHead, NodeEntity } from '../insight.ts'

export interface RetentionNode extends InsightHead {
  readonly kind: 'RetentionQuery'
  readonly target: NodeEntity
  readonly returning: NodeEntity
  readonly group: GroupOwner | null
  readonly breakdown: NodeBreakdowns | null
}
