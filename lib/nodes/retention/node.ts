import type { GroupOwner } from '../../tree/types.ts'
import type { NodeBreakdowns } from '../breakdown.ts'
import type { InsightHead, NodeEntity } from '../insight.ts'

export interface RetentionNode extends Omit<InsightHead, 'dateFrom'> {
  readonly kind: 'RetentionQuery'
  /** null: as many intervals before the end as the result has columns. */
  readonly dateFrom: string | null
  readonly totalIntervals: number
  /** Starts a cohort. */
  readonly target: NodeEntity
  /** Counts as a return. */
  readonly returning: NodeEntity
  /** Target and return are different events or actions, whatever their filters. */
  readonly isOfTwo: boolean
  /** Which events of the target start: all, the first ever that meets all filters, or the first ever of its name. */
  readonly starts: 'recurring' | 'first_time' | 'first_ever'
  readonly cumulative: boolean
  /** An interval with fewer events is no return. */
  readonly minimumOccurrences: number
  /** Intervals count from the actor's start, not by the calendar. */
  readonly rolling: boolean
  /** How many intervals each column after the first holds; null: one. */
  readonly brackets: readonly number[] | null
  /** A sum, or an average for each actor, of a property; null: actors are counted alone. */
  readonly aggregate: {
    readonly fn: 'sum' | 'avg'
    readonly of: 'event' | 'person'
    readonly property: string
  } | null
  readonly group: GroupOwner | null
  readonly breakdown: NodeBreakdowns | null
}
