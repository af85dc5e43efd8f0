import { unreachable } from '../core/assert.ts'
import type { Row } from '../engines/engine.ts'
import type { PathsPlan } from '../plan/paths.ts'
import type { ResolvedRange } from './trends.ts'

/** How often actors went from one item to another; items carry their position: `1_/pricing`. */
export interface PathsEdge {
  readonly source: string
  readonly target: string
  readonly value: number
  /** Milliseconds. */
  readonly average_conversion_time: number
}

export interface PathsResult {
  readonly kind: 'PathsQuery'
  readonly results: readonly PathsEdge[]
  readonly resolved_date_range: ResolvedRange
}

export const shapePaths = (_plan: PathsPlan, _rows: readonly (readonly Row[])[]): PathsResult =>
  unreachable('not built')
