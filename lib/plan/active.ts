/** Weekly and monthly active users: how far a bucket looks back (docs/trends.md 3). */
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

export const activeRange = (...args: Parameters<typeof activeBounds>): ActiveRange => ({
  bounds: activeBounds(...args),
  steps: activeSteps(...args),
})

/**
 * The steps of a range, beginning with the window of its first bucket; the window of each bucket is `reach` steps long.
 */
export interface ActiveSteps {
  readonly bounds: readonly Bounds[]
  readonly reach: number
}

/** Null where windows are not made of whole buckets: for weeks, months, minutes (too many) and totals. */
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
 * The window of an hour or a minute is made of full hours and ends with the bucket; that of a day and longer is made of
 * whole days and ends with the first day of the bucket; that of a total ends with the range.
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
