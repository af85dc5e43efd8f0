import type { FunctionResults } from './results.ts'

/** Functions of dates. A date is the instant at which its day begins; a zone is the name of one, and a constant. */
export const DATE_FUNCTIONS = {
  /** (instant, zone): the same instant, which is shown and taken apart there */
  toTimeZone: 'instant',
  /** (instant, zone of the day, other zone): where the same day begins in the other zone */
  sameDay: 'instant',
  /** (instant, how many, unit, zone) */
  toStartOfInterval: 'instant',
  // (instant, zone)
  toStartOfISOYear: 'instant',
  toLastDayOfMonth: 'instant',
  toTime: 'instant',
  timeZoneOffset: 'float',
  toYYYYMM: 'float',
  toYYYYMMDD: 'float',
  toYYYYMMDDhhmmss: 'float',
  /** (instant, mode of the week, zone) */
  toWeek: 'float',
  toYearWeek: 'float',
  /** (unit, earlier, later, zone) -> how many whole units lie between */
  age: 'float',
  toUnixTimestamp64Milli: 'float',
  /** (text, zone of texts that name none): dates in many forms; null for what is no date */
  toDateTime: 'instant',
  /** Of 01/02/2020 the month comes first. */
  toDateTimeUS: 'instant',
  /** (text, zone): nothing but a day */
  textToDate: 'instant',
  /** (text, format, zone) */
  parseDateTime: 'instant',
  /** (year, month, day, zone) */
  make_date: 'instant',
  /** (year, month, day, hour, minute, second, zone) */
  make_timestamp: 'instant',
} as const satisfies FunctionResults
