import { unreachable } from '../core/assert.ts'
import type { Row } from '../engines/engine.ts'
import type { RetentionPlan } from '../plan/retention.ts'
import type { ResolvedRange } from './trends.ts'

export interface RetentionCell {
  /** Distinct actors. */
  readonly count: number
  readonly label: string
  /** The sum, or the average for each actor, of a property. */
  readonly aggregation_value?: number
}
/** Those who started in one interval, in each interval after. */
export interface RetentionRow {
  readonly values: readonly RetentionCell[]
  readonly label: string
  readonly date: string
  readonly breakdown_value: string | null
}

export interface RetentionResult {
  readonly kind: 'RetentionQuery'
  readonly results: readonly RetentionRow[]
  readonly resolved_date_range: ResolvedRange
}

export const shapeRetention = (_plan: RetentionPlan, _rows: readonly (readonly Row[])[]): RetentionResult =>
  unreachable('not built')
