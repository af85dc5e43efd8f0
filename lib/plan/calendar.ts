/** Days and hours of a time zone, clock changes included. */
import { DateTime } from 'luxon'
import { invalid } from '../core/errors.ts'
import type { Interval } from '../tree/types.ts'

/** The years that the database can read, less a day at both ends, so that every time zone has its midnights. */
const FIRST_INSTANT = Date.parse('0001-01-02T00:00:00Z')
const LAST_INSTANT = Date.parse('9999-12-30T00:00:00Z')

export const isInRange = (at: DateTime): boolean =>
  at.isValid && at.toMillis() >= FIRST_INSTANT && at.toMillis() < LAST_INSTANT

/** Throws a 400 that names `attr` for an instant that the database cannot read. */
export function inRange(at: DateTime, attr: string): DateTime {
  if (isInRange(at)) return at
  throw invalid(attr, 'The date is out of range: years are 1 to 9999.')
}

/** An instant as ISO text in UTC. Throws a 400 for an instant beyond the years that the database can read. */
export const iso = (at: DateTime) => inRange(at, 'date_from').toUTC().toISO({ suppressMilliseconds: false }) ?? ''

/**
 * The first instant of the local day. Not always a midnight: clocks may be set forward over it, or back to it, so that
 * there are two.
 */
export function startOfDay(at: DateTime): DateTime {
  const start = at.startOf('day')
  const earlier = start.minus({ hours: 1 })
  return earlier.toISODate() === start.toISODate() ? earlier : start
}

/** The first instant of the local day that is so many days later. */
export const addDays = (at: DateTime, days: number): DateTime => startOfDay(startOfDay(at).plus({ days }))

/** Start of the interval that `at` lies in; weeks start on Sunday (0) or Monday (1). */
export function startOf(at: DateTime, interval: Interval, weekStartDay: 0 | 1): DateTime {
  if (interval === 'hour' || interval === 'minute') return at.startOf(interval)
  if (interval !== 'week') return startOfDay(at.startOf(interval))
  const back = weekStartDay === 1 ? at.weekday - 1 : at.weekday % 7
  return addDays(at, -back)
}

export const isStartOfDay = (at: DateTime) => at.toMillis() === startOfDay(at).toMillis()

/** The wall-clock time of an instant, as an instant in UTC; the first instant of a day counts as midnight. */
export const wall = (at: DateTime): DateTime =>
  isStartOfDay(at) ? DateTime.utc(at.year, at.month, at.day) : at.setZone('utc', { keepLocalTime: true })

/**
 * The instant at which clocks in the zone of `like` show a wall-clock time; midnight is the first instant of the day.
 */
export function fromWall(shown: DateTime, like: DateTime): DateTime {
  const at = shown.setZone(like.zone, { keepLocalTime: true })
  return shown.toMillis() === shown.startOf('day').toMillis() ? startOfDay(at) : at
}

/** Moves by wall-clock milliseconds, so that a DST change in between does not move the time of day. */
export const shiftWall = (at: DateTime, milliseconds: number): DateTime => fromWall(wall(at).plus(milliseconds), at)
