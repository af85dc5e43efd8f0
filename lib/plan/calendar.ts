/** Days, hours and wall-clock times of a time zone; every function is right where clocks change. */
import { DateTime } from 'luxon'
import { invalid } from '../core/errors.ts'
import type { Interval } from '../tree/types.ts'

/** The years 1 to 9999, which the database can read, less a day at each end so that all time zones fit. */
const FIRST_INSTANT = Date.parse('0001-01-02T00:00:00Z')
const LAST_INSTANT = Date.parse('9999-12-30T00:00:00Z')

/** Is the instant one that the database can read? */
export const isInRange = (at: DateTime): boolean =>
  at.isValid && at.toMillis() >= FIRST_INSTANT && at.toMillis() < LAST_INSTANT

/** Returns the instant. Throws 400 `invalid_input` naming `attr` if the database cannot read it. */
export function inRange(at: DateTime, attr: string): DateTime {
  if (isInRange(at)) return at
  throw invalid(attr, 'The date is out of range: years are 1 to 9999.')
}

/** An instant as ISO text in UTC. Throws 400 `invalid_input` naming `date_from` if the database cannot read it. */
export const iso = (at: DateTime) => inRange(at, 'date_from').toUTC().toISO({ suppressMilliseconds: false }) ?? ''

/**
 * The first instant of the local day, in the zone of `at`. It is not always the only midnight: if clocks go forward at
 * midnight, the day has none; if they go back to it, the day has two.
 */
export function startOfDay(at: DateTime): DateTime {
  const start = at.startOf('day')
  const earlier = start.minus({ hours: 1 })
  return earlier.toISODate() === start.toISODate() ? earlier : start
}

/** The first instant of the local day that is `days` days after the day of `at`. */
export const addDays = (at: DateTime, days: number): DateTime => startOfDay(startOfDay(at).plus({ days }))

/** The start of the interval that `at` lies in, in the zone of `at`. `weekStartDay`: Sunday (0) or Monday (1). */
export function startOf(at: DateTime, interval: Interval, weekStartDay: 0 | 1): DateTime {
  if (interval === 'hour' || interval === 'minute') return at.startOf(interval)
  if (interval !== 'week') return startOfDay(at.startOf(interval))
  const back = weekStartDay === 1 ? at.weekday - 1 : at.weekday % 7
  return addDays(at, -back)
}

/**
 * The start of the interval that is `count` intervals after the one that starts at `start`. Hours and minutes advance by
 * elapsed time, so that a repeated hour is two buckets; longer intervals by the calendar.
 */
export const nextStart = (start: DateTime, interval: Interval, count = 1): DateTime => {
  const next = start.plus({ [`${interval}s`]: count })
  return interval === 'hour' || interval === 'minute' ? next : startOfDay(next)
}

/** Is it the first instant of its local day? */
export const isStartOfDay = (at: DateTime) => at.toMillis() === startOfDay(at).toMillis()

/** The wall-clock time of an instant, written as an instant in UTC. The first instant of a day becomes midnight. */
export const wallClock = (at: DateTime): DateTime =>
  isStartOfDay(at) ? DateTime.utc(at.year, at.month, at.day) : at.setZone('utc', { keepLocalTime: true })

/**
 * The reverse of `wallClock`: the instant at which clocks in the zone of `like` show the wall-clock time `shown`.
 * Midnight becomes the first instant of the day.
 */
export function fromWallClock(shown: DateTime, like: DateTime): DateTime {
  const at = shown.setZone(like.zone, { keepLocalTime: true })
  return shown.toMillis() === shown.startOf('day').toMillis() ? startOfDay(at) : at
}

/** Moves an instant by milliseconds of wall-clock time: a clock change in between does not change the time of day. */
export const shiftWallClock = (at: DateTime, milliseconds: number): DateTime =>
  fromWallClock(wallClock(at).plus(milliseconds), at)
