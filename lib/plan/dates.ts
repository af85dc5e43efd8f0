import { DateTime, type DurationLikeObject } from 'luxon'
import { invalid, resultTooLarge } from '../core/errors.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import {
  addDays,
  fromWallClock,
  inRange,
  iso,
  isStartOfDay,
  nextStart,
  shiftWallClock,
  startOf,
  startOfDay,
  wallClock,
} from './calendar.ts'

const ABSOLUTE = /^\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?\s*(?:Z|[+-]\d{2}(?::?\d{2})?)?$/i
const RELATIVE = /^-?(\d{0,9})([hdwmMsqy])(Start|End)?$/
const EXAMPLES = 'Dates are such as "2026-01-31" or "2026-01-31T12:00", relative ones such as "-7d" or "-1mStart".'
const MAX_BUCKETS = 2_500
/** The `date_from` that means the day of the first event. */
export const ALL_TIME = 'all'

export type Unit = 'h' | 'd' | 'w' | 'm' | 'M' | 's' | 'q' | 'y'

/**
 * A date text after reading: its instant in the project's time zone, and amount and unit if it was relative (`-7d`).
 */
export interface ReadDate {
  readonly at: DateTime
  readonly relative: { readonly amount: number; readonly unit: Unit; readonly position: 'Start' | 'End' | null } | null
}

/** The time zone, the first day of the week (Sunday 0, Monday 1) and the instant that relative dates count from. */
export interface DateScope {
  /** IANA name. */
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly now: Date
}

/** A date range from which buckets and labels are made. All instants are in the project's time zone. */
export interface DateRange {
  /** The rounded start; answers show it as `date_from`. */
  readonly from: DateTime
  /** The last second that counts; answers show it as `date_to`. */
  readonly to: DateTime
  /** The first instant from which events count. */
  readonly countFrom: DateTime
  /** The first instant that no longer counts. */
  readonly end: DateTime
  /** `date_from` was relative by whole weeks, and `date_to` not relative or missing: see `previousRange`. */
  readonly wholeWeeks: boolean
}

export interface DateRangeInput extends DateScope {
  readonly dateFrom: string
  readonly dateTo: string | null
  readonly interval: Interval
  readonly explicitDate: boolean
  /** BoldNumber: no rounding, and now as the end (docs/trends.md 1). */
  readonly exact: boolean
  /** ISO instant of the first event, for `all`. Without one, `all` means the day of `now`. */
  readonly earliest?: string | null
}

/**
 * Reads an absolute (`2020-01-14 12:00`) or relative (`-7dStart`) date in the project's time zone (docs/trends.md 1).
 * Throws 400 `invalid_input` naming `attr` if the text is not a date or out of range.
 */
export function readDate(text: string, { timezone, weekStartDay, now }: DateScope, attr: string): ReadDate {
  const trimmed = text.trim()
  if (ABSOLUTE.test(trimmed)) {
    const at = DateTime.fromISO(padded(trimmed), { zone: timezone })
    if (at.isValid) return { at: inRange(/[T ]\d/i.test(trimmed) ? at : startOfDay(at), attr), relative: null }
  }
  const match = RELATIVE.exec(trimmed)
  if (!match) throw invalid(attr, `${JSON.stringify(text.slice(0, 100))} is not a date. ${EXAMPLES}`)
  const amount = match[1] ? Number(match[1]) : 0
  const unit = match[2] as Unit
  const position = (match[3] as 'Start' | 'End' | undefined) ?? null
  const at = inRange(DateTime.fromJSDate(now, { zone: timezone }).minus(duration(amount, unit)), attr)
  return { at: positioned(at, unit, position, weekStartDay), relative: { amount, unit, position } }
}

function padded(text: string): string {
  const [, year, month, day, rest] = /^(\d{4})-(\d{1,2})-(\d{1,2})(.*)$/.exec(text) ?? []
  const time = (rest ?? '')
    .replace(/^[T ](\d):/i, 'T0$1:')
    .replace(/^ (?=\d)/, 'T')
    .replace(/\s+/g, '')
    .replace(',', '.')
  return `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}${time.toUpperCase()}`
}

function duration(amount: number, unit: Unit): DurationLikeObject {
  switch (unit) {
    case 'h':
      return { hours: amount }
    case 'd':
      return { days: amount }
    case 'w':
      return { weeks: amount }
    case 'm':
      return { months: amount }
    case 'M':
      return { minutes: amount }
    case 's':
      return { seconds: amount }
    case 'q':
      // PostHog counts a quarter as 13 weeks
      return { weeks: 13 * amount }
    case 'y':
      return { years: amount }
    default:
      return unit satisfies never
  }
}

const endOfDay = (at: DateTime) => addDays(at, 1).minus({ milliseconds: 1 })

function positioned(at: DateTime, unit: Unit, position: 'Start' | 'End' | null, weekStartDay: 0 | 1): DateTime {
  if (!position) return at
  const start = position === 'Start'
  switch (unit) {
    case 'h':
      return start ? at.startOf('hour') : at.endOf('hour')
    case 'd':
      return start ? startOfDay(at) : endOfDay(at)
    case 'w':
      return start ? startOf(at, 'week', weekStartDay) : endOfDay(addDays(startOf(at, 'week', weekStartDay), 6))
    case 'm':
      return start ? at.set({ day: 1 }) : at.set({ day: at.daysInMonth ?? 28 })
    case 'y':
      // as in PostHog, `yEnd` is the last day of the current month
      return start ? at.set({ month: 1, day: 1 }) : at.set({ day: at.daysInMonth ?? 28 })
    case 'q':
      return start ? startOfDay(at.startOf('quarter')) : endOfDay(at.endOf('quarter'))
    case 'M':
    case 's':
      return at
    default:
      return unit satisfies never
  }
}

/**
 * `date_from` and `date_to` -> a range, rounded as docs/trends.md 1 says. Throws 400 `invalid_input` naming `date_from`
 * or `date_to` if it is not a date, out of range or before the other.
 */
export function dateRange(input: DateRangeInput): DateRange {
  const { interval, timezone, now, exact, weekStartDay } = input
  const fine = interval === 'hour' || interval === 'minute'
  const read = (text: string, key: string) => readDate(text, input, key)
  const from = input.dateFrom === ALL_TIME ? firstEvent(input) : read(input.dateFrom, 'date_from')
  const to = input.dateTo === null ? null : read(input.dateTo, 'date_to')
  const current = DateTime.fromJSDate(now, { zone: timezone })

  const start = roundedFrom(from, interval, exact)
  let end: DateTime
  if (exact && !to) end = afterSecond(current)
  else if (input.explicitDate && to) end = after(to.at)
  else if (!fine) end = addDays(to?.at ?? current, 1)
  else if (to && !to.relative) end = after(to.at)
  else end = (to?.at ?? current).startOf(interval).plus({ [interval]: 1 })

  requireForward(input, start, end)

  const keepFrom = input.explicitDate || exact || from.relative !== null
  return {
    from: start,
    to: end.minus({ seconds: 1 }).startOf('second'),
    countFrom: keepFrom ? start : startOf(start, fine ? interval : 'day', weekStartDay),
    end,
    wholeWeeks: wholeWeeks(from, to, interval),
  }
}

/** Throws 400 `invalid_input` for dates of a client that leave no time between them; the first event may be later than both. */
export function requireForward(
  { dateFrom, dateTo }: { readonly dateFrom: string | null; readonly dateTo: string | null },
  start: DateTime,
  end: DateTime,
): void {
  if (dateTo === null || dateFrom === ALL_TIME || start < end) return
  const [from, to] = [dateFrom, dateTo].map((text) => JSON.stringify(text?.slice(0, 100)))
  throw invalid('date_to', `The range ends before it begins: date_from is ${from}, date_to is ${to}.`)
}

/** The day of the first event; without one, the day of `now`. */
export function firstEvent({ earliest, timezone, now }: Omit<DateRangeInput, 'dateFrom'>): ReadDate {
  const at = earliest ? DateTime.fromISO(earliest, { zone: timezone }) : DateTime.fromJSDate(now, { zone: timezone })
  return { at: startOfDay(at), relative: null }
}

function roundedFrom(from: ReadDate, interval: Interval, exact: boolean): DateTime {
  if (!from.relative || exact) return from.at
  if (from.relative.unit === 'h') return from.at.startOf('hour')
  if (interval === 'minute' && (from.relative.unit === 'M' || from.relative.unit === 's'))
    return from.at.startOf('second')
  return startOfDay(from.at)
}

const afterSecond = (at: DateTime) => at.startOf('second').plus({ seconds: 1 })
/** The first instant after `at`: a whole second counts to its end. */
const after = (at: DateTime) =>
  at.millisecond === 0 || at.millisecond === 999 ? afterSecond(at) : at.plus({ milliseconds: 1 })

function wholeWeeks(from: ReadDate, to: ReadDate | null, interval: Interval): boolean {
  if (interval !== 'day' || to?.relative || !from.relative || from.relative.position) return false
  const { amount, unit } = from.relative
  return (unit === 'w' && amount > 0) || (unit === 'd' && amount > 0 && amount % 7 === 0)
}

/**
 * The range to compare with, of the same length (docs/trends.md 7): the one just before `range`, or with `compareTo`
 * (`-1w`) the one that starts so much earlier. `input`: the input of `range`. Throws 400 `invalid_input` if `compareTo`
 * is not a relative date or a date is out of range.
 */
export function previousRange(
  range: DateRange,
  compareTo: string | null,
  input: Pick<DateRangeInput, 'interval'>,
): DateRange {
  const from = compareTo ? movedBack(range.from, compareTo) : before(range, input.interval)
  const length = wallClock(range.from).diff(wallClock(from)).as('milliseconds')
  const move = (at: DateTime) => shiftWallClock(at, -length)
  return { from, to: move(range.to), countFrom: move(range.countFrom), end: move(range.end), wholeWeeks: false }
}

function movedBack(from: DateTime, compareTo: string): DateTime {
  const match = RELATIVE.exec(compareTo.trim())
  const amount = Number(match?.[1])
  if (!match || !(amount > 0) || match[3])
    throw invalid('compareFilter__compare_to', `${JSON.stringify(compareTo.slice(0, 100))} is not a relative date.`)
  const moved = inRange(from.minus(duration(amount, match[2] as Unit)), 'compareFilter__compare_to')
  // hours, minutes and seconds move by elapsed time; longer units move from midnight to midnight
  return isStartOfDay(from) && !['h', 'M', 's'].includes(match[2] ?? '') ? startOfDay(moved) : moved
}

function before(range: DateRange, interval: Interval): DateTime {
  if (interval === 'minute') return inRange(range.from.minus(range.end.diff(range.from)), 'date_from')
  const from = wallClock(range.from)
  const { hour, minute, second, millisecond } = from
  const start = from.minus(wallClock(range.to).diff(from)).set({ hour, minute, second, millisecond })
  // a range within a day is compared with the same hours of the day before, not with itself
  const days = start < from ? (range.wholeWeeks ? 1 : 0) : -1
  return inRange(fromWallClock(start.plus({ days }), range.from), 'date_from')
}

/** The ends of a range as answers show them. */
export const shownEnds = ({ from, to }: DateRange) => ({
  dateFrom: from.toISO({ suppressMilliseconds: true }) ?? '',
  dateTo: to.toISO({ suppressMilliseconds: true }) ?? '',
})

/** One bucket. `start`: the start of its interval, for labels. `bounds`: the part of the interval within the range. */
export interface Bucket {
  readonly start: DateTime
  readonly bounds: Bounds
}

/** The buckets of a range, one for each interval. Throws 400 `result_too_large` if there are more than 2,500. */
export function buckets(range: DateRange, interval: Interval, weekStartDay: 0 | 1): Bucket[] {
  const list: Bucket[] = []
  let start = startOf(range.from, interval, weekStartDay)
  while (start < range.end) {
    if (list.length === MAX_BUCKETS) throw resultTooLarge(`The range has more than ${MAX_BUCKETS} intervals.`)
    const next = nextStart(start, interval)
    const from = DateTime.max(start, range.countFrom)
    const to = DateTime.min(next, range.end)
    list.push({ start, bounds: { from: iso(DateTime.min(from, to)), to: iso(to) } })
    start = next
  }
  return list
}
