import type { GroupOwner } from '../../tree/types.ts'
import type { InsightHead, NodeEntity, NodeText } from '../insight.ts'

export interface StickinessNode extends InsightHead {
  readonly kind: 'StickinessQuery'
  readonly series: readonly (NodeEntity & { readonly group: GroupOwner | null; readonly mathHogql: NodeText | null })[]
}
