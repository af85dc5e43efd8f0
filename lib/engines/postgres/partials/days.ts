/** The pieces of buckets for which partial results are kept: none is in two days of the project's zone. */
import { DateTime } from 'luxon'
import type { Bounds } from '../../../tree/types.ts'
import type { Piece } from '../physical.ts'

export interface DividedBuckets {
  /** All days that the buckets lie in, in their order (`YYYY-MM-DD`). */
  readonly days: readonly string[]
  readonly buckets: readonly Piece[]
  /** The buckets cut at each midnight, each piece once. */
  readonly pieces: readonly Piece[]
}

/** More days are not looked at one by one. */
const MOST_DAYS = 4_000
/** The first bucket and the last. */
const MOST_ENDS = 2
const HOUR_MS = 3_600_000

/**
 * Cuts buckets at the midnights of the zone. undefined where that does not pay: there are very many days, or buckets of less
 * than an hour beside those at the ends of the range.
 */
export function divide(bounds: readonly Bounds[], zone: string): DividedBuckets | undefined {
  const ends = bounds.map(({ from, to }) => [DateTime.fromISO(from, { zone }), DateTime.fromISO(to, { zone })] as const)
  const short = ends.filter(([from, to]) => to.toMillis() - from.toMillis() < HOUR_MS)
  if (ends.length === 0 || short.length > MOST_ENDS) return undefined
  const begin = DateTime.min(...ends.map(([from]) => from))?.startOf('day')
  const end = DateTime.max(...ends.map(([, to]) => to))
  if (!begin || !end || end.diff(begin, 'days').days > MOST_DAYS) return undefined
  const midnights = beginsOfDays(begin, end)
  const starts = midnights.map((day) => day.toMillis())
  const pieces = new Map<string, Piece>()
  const buckets = bounds.map(({ from, to }, index): Piece => {
    const [start, stop] = ends[index] as readonly [DateTime, DateTime]
    const first = lastBefore(starts, start.toMillis() + 1)
    const last = lastBefore(starts, stop.toMillis())
    for (let day = first; day <= last; day++) {
      const piece = {
        from: day === first ? from : isoOf(midnights[day - 1]),
        to: day === last ? to : isoOf(midnights[day]),
        first: day,
        last: day,
      }
      pieces.set(`${piece.from} ${piece.to}`, piece)
    }
    return { from, to, first, last }
  })
  return { days: midnights.map((day) => day.toISODate() ?? ''), buckets, pieces: [...pieces.values()] }
}

/** The days of the zone that a range lies in, whole. */
export function daysOf({ from, to }: Bounds, zone: string): Bounds[] {
  const begin = DateTime.fromISO(from, { zone }).startOf('day')
  return beginsOfDays(begin, DateTime.fromISO(to, { zone })).map((day) => ({ from: isoOf(day), to: isoOf(next(day)) }))
}

function beginsOfDays(begin: DateTime, end: DateTime): DateTime[] {
  const days: DateTime[] = []
  for (let day = begin; day < end; day = next(day)) days.push(day)
  return days
}

const next = (day: DateTime): DateTime => day.plus({ days: 1 }).startOf('day')

/** Days as pieces, each with so many days before it. */
export function withDaysBefore(
  days: readonly Bounds[],
  before: number,
  zone: string,
): Pick<DividedBuckets, 'days' | 'buckets'> {
  const [first] = days
  const begin = DateTime.fromISO(first?.from ?? '', { zone })
  const earlier = Array.from({ length: before }, (_, index) => begin.minus({ days: before - index }).toISODate() ?? '')
  return {
    days: [...earlier, ...days.map(({ from }) => DateTime.fromISO(from, { zone }).toISODate() ?? '')],
    buckets: days.map((day, index) => ({ ...day, first: index + 1, last: index + 1 + before })),
  }
}

/** The number, from 1, of the last start that lies before the instant. */
function lastBefore(starts: readonly number[], instant: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

const isoOf = (at: DateTime | undefined): string => at?.toUTC().toISO() ?? ''
