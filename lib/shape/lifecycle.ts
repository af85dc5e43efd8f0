import type { Row } from '../engines/engine.ts'
import type { LifecyclePlan } from '../plan/lifecycle.ts'
import type { ResolvedRange } from './trends.ts'

const STATUSES = ['new', 'returning', 'resurrecting', 'dormant'] as const
export type LifecycleStatus = (typeof STATUSES)[number]

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

/** The rows of the query of `buildLifecycle` -> result: an item for each status. */
export function shapeLifecycle(plan: LifecyclePlan, [rows = []]: readonly (readonly Row[])[]): LifecycleResult {
  const { days, labels, name, customName } = plan
  const byBucket = new Map(rows.map((row) => [Number(row.bucket), countsOf(row)]))
  const action = {
    id: plan.id,
    name,
    type: plan.type,
    order: 0,
    math: 'total' as const,
    ...(customName === null ? {} : { custom_name: customName }),
  }
  return {
    kind: 'LifecycleQuery',
    results: STATUSES.map((status): LifecycleItem => {
      const data = days.map((_, bucket) => byBucket.get(bucket)?.[status] ?? 0)
      const count = data.reduce((a, b) => a + b, 0)
      return { action, data, count, days, labels, label: `${name} - ${status}`, status }
    }),
    resolved_date_range: { date_from: plan.dateFrom, date_to: plan.dateTo },
  }
}

/** Whoever is active is new, returning or resurrecting; whoever was active in the interval before and is not is dormant. */
function countsOf(row: Row): Record<LifecycleStatus, number> {
  const [active, before, returning, fresh] = [row.active, row.before, row.returning, row.new].map(Number) as [
    number,
    number,
    number,
    number,
  ]
  // 0 - 0 is 0, but -0 is another
  return { new: fresh, returning, resurrecting: active - returning - fresh, dormant: 0 - (before - returning) }
}
