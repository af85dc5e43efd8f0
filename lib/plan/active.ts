/** Weekly and monthly active users: the window of days whose events count for a bucket (docs/trends.md 3). */
import { DateTime } from 'luxon'
import type { MathName } from '../nodes/entity.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import { addDays, iso } from './calendar.ts'
import type { Bucket, DateRange } from './dates.ts'

export type ActiveDays = 7 | 30

/** The number of days of a rolling math; null for other maths. */
export const activeDays = (math: MathName): ActiveDays | null =>
  math === 'weekly_active' ? 7 : math === 'monthly_active' ? 30 : null

export interface ActiveRange {
  /** The window of each bucket; windows overlap. */
  readonly bounds: readonly Bounds[]
  readonly steps: ActiveSteps | null
}

/** Windows of the buckets of `range`, each `days` long. `lookBack`: the interval of the buckets, or one total. */
export const activeRange = (...args: Parameters<typeof activeBounds>): ActiveRange => ({
  bounds: activeBounds(...args),
  steps: activeSteps(...args),
})

/**
 * Consecutive days or hours, from the start of the first bucket's window to the last bucket. The window of a bucket is
 * the last `reach` steps up to and including the bucket itself.
 */
export interface ActiveSteps {
  readonly bounds: readonly Bounds[]
  readonly reach: number
}

/** Null if windows are not made of whole buckets (weeks, months, totals) or of too many of them (minutes). */
function activeSteps(
  buckets: readonly Bucket[],
  range: DateRange,
  days: ActiveDays,
  lookBack: Interval | 'total',
): ActiveSteps | null {
  const first = buckets[0]?.start
  if (!first || (lookBack !== 'day' && lookBack !== 'hour')) return null
  const reach = lookBack === 'day' ? days : days * 24
  const earlier = Array.from({ length: reach - 1 }, (_, index) => {
    const back = reach - 1 - index
    return lookBack === 'day' ? addDays(first, -back) : first.minus({ hours: back })
  })
  const starts = [...earlier, ...buckets.map(({ start }) => start)]
  return {
    reach,
    bounds: starts.map((start, index) => {
      const next = starts[index + 1] ?? (lookBack === 'day' ? addDays(start, 1) : start.plus({ hours: 1 }))
      return { from: iso(start), to: iso(DateTime.min(next, range.end)) }
    }),
  }
}

/**
 * The window of each bucket. For hours and minutes it ends with the bucket and is `24 * days` hours long. For days and
 * longer intervals it ends with the first day of the bucket and is made of whole local days. For a total it ends with
 * the range.
 */
function activeBounds(
  buckets: readonly Bucket[],
  range: DateRange,
  days: ActiveDays,
  lookBack: Interval | 'total',
): Bounds[] {
  return buckets.map(({ start, bounds }) => {
    if (lookBack === 'hour' || lookBack === 'minute') {
      const end = start.plus({ [`${lookBack}s`]: 1 })
      return { from: iso(end.minus({ hours: days * 24 })), to: bounds.to }
    }
    const day = lookBack === 'total' ? range.to : start
    const end = lookBack === 'total' ? range.end : addDays(day, 1)
    return { from: iso(addDays(day, 1 - days)), to: iso(DateTime.min(end, range.end)) }
  })
}
