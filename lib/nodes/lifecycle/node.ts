import type { GroupOwner } from '../../tree/types.ts'
import type { InsightHead, NodeEntity } from '../insight.ts'

export interface LifecycleNode extends InsightHead {
  readonly kind: 'LifecycleQuery'
  /** The events that count meet the names and filters of all of them; answers name the first. */
  readonly series: readonly NodeEntity[]
  readonly customName: string | null
  /** The type of groups that is counted; null: persons. */
  readonly group: GroupOwner | null
}
