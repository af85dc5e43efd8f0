/** Weekly and monthly active users: how far a bucket looks back (docs/trends.md 3). */
import { DateTime } from 'luxon'
import type { MathName } from '../nodes/entity.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import { addDays, iso } from './calendar.ts'
import type { Bucket, DateRange } from './dates.ts'

export type ActiveDays = 7 | 30

/** Null for other maths. */
export const activeDays = (math: MathName): ActiveDays | null =>
  math === 'weekly_active' ? 7 : math === 'monthly_active' ? 30 : null

export interface ActiveRange {
  /** What each bucket looks back on; they overlap. */
  readonly bounds: readonly Bounds[]
  readonly steps: ActiveSteps | null
}

export const activeRange = (...args: Parameters<typeof activeBounds>): ActiveRange => ({
  bounds: activeBounds(...args),
  steps: activeSteps(...args),
})

/** The steps of a range and of what its first bucket looks back on; each bucket sees the last `reach` of them. */
export interface ActiveSteps {
  readonly bounds: readonly Bounds[]
  readonly reach: number
}

/** Null where buckets do not look back on whole buckets: weeks and months, minutes (too many), totals. */
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
 * Hours and minutes look back on full hours that end with the bucket; days on whole days that end with the bucket's
 * first; a total on those that end with the range.
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
