import type { GroupOwner } from '../../tree/types.ts'
import type { InsightHead, NodeEntity, NodeText } from '../insight.ts'
import type { CountOperator } from './wire.ts'

export interface StickinessSeries extends NodeEntity {
  readonly customName: string | null
  readonly mathAsSent: string
  /** The type of groups that the series counts; null: persons. */
  readonly group: GroupOwner | null
  /** An expression whose values are counted in place of persons or groups. */
  readonly mathHogql: NodeText | null
}

export interface StickinessNode extends InsightHead {
  readonly kind: 'StickinessQuery'
  readonly series: readonly StickinessSeries[]
  /** So many intervals are one. */
  readonly intervalCount: number
  /** An interval counts if the actor has so many events in it; null: one is enough. */
  readonly criteria: { readonly operator: CountOperator; readonly value: number } | null
  readonly isCumulative: boolean
  readonly compare: boolean
  readonly compareTo: string | null
}
