import type { FunnelsNode } from '../funnels/node.ts'
import type { InsightHead, NodeText } from '../insight.ts'
import type { NodeCleaningRule } from '../path-cleaning.ts'
import type { ITEM_KINDS } from './wire.ts'

export type ItemKind = (typeof ITEM_KINDS)[number]

/** Only events before, between or after steps of a funnel count. */
export interface FunnelPart {
  readonly source: FunnelsNode
  readonly part: 'before' | 'between' | 'after'
  /** As `funnelStep` of PostHog: n from 1, or -n for those who dropped off before step n. */
  readonly step: number
}

export interface PathsNode extends InsightHead {
  readonly kind: 'PathsQuery'
  /** The events whose items make paths; null: all events. */
  readonly items: readonly ItemKind[] | null
  /** An expression whose value is the item of an event. */
  readonly expression: NodeText | null
  readonly start: string | null
  readonly end: string | null
  /** The rules of the project clean items, too, before those of the query. */
  readonly usesProjectRules: boolean
  readonly rules: readonly NodeCleaningRule[]
  /** Names of groups of items, with `*` for any text. */
  readonly groupings: readonly string[]
  readonly excluded: readonly string[]
  readonly stepLimit: number
  readonly edgeLimit: number
  /** Edges that were travelled less or more often are left out; null: no bound. */
  readonly minWeight: number | null
  readonly maxWeight: number | null
  readonly funnel: FunnelPart | null
}
