import { DateTime } from 'luxon'
import { inRange, nextStart, startOf } from './calendar.ts'
import { ALL_TIME, type DateRange, type DateRangeInput, firstEvent, readDate, requireForward } from './dates.ts'

/** As for `dateRange`, but without `dateFrom` the range has so many intervals. */
export interface WholeRangeInput extends Omit<DateRangeInput, 'dateFrom'> {
  readonly dateFrom: string | null
  readonly intervals: number
}

/**
 * The range of whole intervals that holds both dates (docs/retention.md 1). Throws 400 `invalid_input` naming
 * `date_from` or `date_to` if it is not a date, out of range or before the other.
 */
export function wholeRange(input: WholeRangeInput): DateRange {
  const { dateFrom, dateTo, interval, intervals, timezone, weekStartDay, now } = input
  const last = dateTo === null ? DateTime.fromJSDate(now, { zone: timezone }) : readDate(dateTo, input, 'date_to').at
  const end = nextStart(startOf(last, interval, weekStartDay), interval)
  const from = (): DateTime => {
    if (dateFrom === null) return nextStart(end, interval, -intervals)
    const first = dateFrom === ALL_TIME ? firstEvent(input) : readDate(dateFrom, input, 'date_from')
    return startOf(first.at, interval, weekStartDay)
  }
  const start = inRange(from(), 'date_from')
  requireForward(input, start, end)
  return { from: start, to: end.minus({ seconds: 1 }), countFrom: start, end, wholeWeeks: false }
}
