import type { GroupOwner } from '../../tree/types.ts'
import type { InsightHead, NodeEntity } from '../insight.ts'

export interface LifecycleNode extends InsightHead {
  readonly kind: 'LifecycleQuery'
  readonly series: readonly NodeEntity[]
  readonly group: GroupOwner | null
}
