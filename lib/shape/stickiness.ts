import type { Row } from '../engines/engine.ts'
import type { StickinessPeriod, StickinessPlan, StickinessSeries } from '../plan/stickiness.ts'
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

/** The rows of each query of `buildStickiness` -> result. */
export function shapeStickiness(plan: StickinessPlan, rows: readonly (readonly Row[])[]): StickinessResult {
  const { dateFrom: date_from = '', dateTo: date_to = '' } = plan.periods[0] ?? {}
  return {
    kind: 'StickinessQuery',
    results: plan.series.flatMap((series, order) =>
      plan.periods.map((period, index) =>
        stickinessItem(plan, series, order, period, rows[order * plan.periods.length + index] ?? []),
      ),
    ),
    resolved_date_range: { date_from, date_to },
  }
}

function stickinessItem(
  { interval, isCumulative }: StickinessPlan,
  { name, customName, mathAsSent }: StickinessSeries,
  order: number,
  { label, bounds }: StickinessPeriod,
  rows: readonly Row[],
): StickinessItem {
  const data: number[] = new Array(bounds.length).fill(0)
  for (const { slots, value } of rows) data[Number(slots) - 1] = Number(value)
  const days = data.map((_, index) => index + 1)
  const named = name ?? 'All events'
  return {
    count: data.reduce((a, b) => a + b, 0),
    data: isCumulative ? sumsToTheEnd(data) : data,
    days,
    labels: days.map((day) => `${day} ${interval}${day === 1 ? '' : 's'}${isCumulative ? ' or more' : ''}`),
    label: named,
    action: { id: name, type: 'events', order, name: named, custom_name: customName, math: mathAsSent },
    ...(label ? { compare: true, compare_label: label } : {}),
  }
}

/** Of each value and all after it, the sum. */
function sumsToTheEnd(values: readonly number[]): number[] {
  let sum = 0
  return values
    .toReversed()
    .map((value) => (sum += value))
    .toReversed()
}
