import { unreachable } from '../core/assert.ts'
import type { Row } from '../engines/engine.ts'
import type { LifecyclePlan } from '../plan/lifecycle.ts'
import type { ResolvedRange } from './trends.ts'

export type LifecycleStatus = 'new' | 'returning' | 'resurrecting' | 'dormant'
export interface LifecycleItem {
  readonly action: {
    readonly id: string | number | null
    readonly name: string
    readonly type: 'events' | 'actions'
    readonly order: number
    readonly math: 'total'
    readonly custom_name?: string
  }
  /** Dormant actors count negative. */
  readonly data: readonly number[]
  readonly count: number
  readonly days: readonly string[]
  readonly labels: readonly string[]
  readonly label: string
  readonly status: LifecycleStatus
}

export interface LifecycleResult {
  readonly kind: 'LifecycleQuery'
  readonly results: readonly LifecycleItem[]
  readonly resolved_date_range: ResolvedRange
}

export const shapeLifecycle = (_plan: LifecyclePlan, _rows: readonly (readonly Row[])[]): LifecycleResult =>
  unreachable('not built')
