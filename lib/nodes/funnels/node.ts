import type { GroupOwner } from '../../tree/types.ts'
import type { NodeBreakdown } from '../breakdown.ts'
import type { InsightHead, NodeEntity, NodeText } from '../insight.ts'

export interface NodeStep extends NodeEntity {
  readonly name: string | null
  readonly customName: string | null
  /** Only the first event of a person counts: of all events with the name, or of those that match the filters. */
  readonly first: 'named' | 'matching' | null
  readonly isOptional: boolean
}
/** Between reaching `from` and reaching `to`, steps counted from 0. */
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
  /** The step, counted from 0, whose event has the value. */
  readonly step: number
  /** Values are texts, not lists of them. */
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
  /** The actor of the funnel; null: persons. */
  readonly group: GroupOwner | null
  readonly aggregateBy: NodeText | null
  readonly breakdown: FunnelBreakdown | null
}
