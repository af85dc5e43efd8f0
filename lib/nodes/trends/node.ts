import type { GroupOwner } from '../../tree/types.ts'
import type { NodeBreakdowns } from '../breakdown.ts'
import type { MathName } from '../entity.ts'
import type { InsightHead, NodeEntity, NodeText } from '../insight.ts'
import type { DISPLAYS } from './wire.ts'

export interface NodeSeries extends NodeEntity {
  readonly name: string | null
  readonly customName: string | null
  readonly math: MathName
  readonly mathAsSent: string
  /** The aggregate of the math `hogql`; null for other maths. */
  readonly mathHogql: NodeText | null
  readonly mathProperty: string | null
  readonly mathPropertyOf: 'event' | 'person' | 'session'
  /** The type of groups that the series counts; null: it counts persons or events. */
  readonly mathGroup: GroupOwner | null
  readonly mathGroupTypeIndex: number | null
  readonly multiplier: number
}

export interface TrendsNode extends InsightHead {
  readonly kind: 'TrendsQuery'
  readonly series: readonly NodeSeries[]
  readonly breakdown: NodeBreakdowns | null
  readonly compare: boolean
  readonly compareTo: string | null
  readonly display: (typeof DISPLAYS)[number]
  readonly formulas: readonly { readonly formula: string; readonly customName: string | null }[]
  readonly smoothing: number
  /** The `filter` of each item of the answer; queries with equal numbers have equal filters. */
  readonly echo: Readonly<Record<string, unknown>>
}
