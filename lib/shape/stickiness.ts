import { unreachable } from '../core/assert.ts'
import type { Row } from '../engines/engine.ts'
import type { StickinessPlan } from '../plan/stickiness.ts'
import type { ResolvedRange } from './trends.ts'

export interface StickinessItem {
  /** The number of actors. */
  readonly count: number
  /** How many were active in so many intervals as `days` says. */
  readonly data: readonly number[]
  readonly days: readonly number[]
  readonly labels: readonly string[]
  readonly label: string
  readonly action: Readonly<Record<string, unknown>>
  readonly compare?: true
  readonly compare_label?: 'current' | 'previous'
}

export interface StickinessResult {
  readonly kind: 'StickinessQuery'
  readonly results: readonly StickinessItem[]
  readonly resolved_date_range: ResolvedRange
}

export const shapeStickiness = (_plan: StickinessPlan, _rows: readonly (readonly Row[])[]): StickinessResult =>
  unreachable('not built')
