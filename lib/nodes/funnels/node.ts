import type { GroupOwner } from '../../tree/types.ts'
import type { NodeBreakdown } from '../breakdown.ts'
import type { InsightHead, NodeEntity, NodeText } from '../insight.ts'

export interface NodeStep extends NodeEntity {
  readonly name: string | null
  readonly customName: string | null
  /**
   * Only the first event of a person counts as the step: `named`: the first event with the name, `matching`: the first
   * event that meets the filters too. null: every event counts.
   */
  readonly first: 'named' | 'matching' | null
  readonly isOptional: boolean
}
/** An event that must not happen between step `from` and step `to`, both counted from 0. */
export interface NodeExclusion extends NodeEntity {
  readonly from: number
  readonly to: number
}
export type Attribution = 'first_touch' | 'last_touch' | 'all_events' | 'step'

export interface FunnelBreakdown {
  readonly parts: readonly NodeBreakdown[]
  readonly cohorts: readonly (number | 'all')[] | null
  /** null: all values. */
  readonly limit: number | null
  readonly attribution: Attribution
  /** For the attribution `step`: the step, counted from 0, whose event has the breakdown value. */
  readonly step: number
  /** Breakdown values in the answer are texts, not lists of texts. */
  readonly isPlain: boolean
}

export interface FunnelsNode extends InsightHead {
  readonly kind: 'FunnelsQuery'
  readonly series: readonly NodeStep[]
  readonly exclusions: readonly NodeExclusion[]
  readonly view: 'steps' | 'trends' | 'time_to_convert'
  readonly order: 'ordered' | 'strict' | 'unordered'
  readonly windowSeconds: number
  readonly fromStep: number
  readonly toStep: number
  readonly binCount: number | null
  /** The type of groups that the funnel counts; null: persons. */
  readonly group: GroupOwner | null
  /** An expression whose values are counted in place of persons or groups. */
  readonly aggregateBy: NodeText | null
  readonly breakdown: FunnelBreakdown | null
}
