import type { DATE_FUNCTIONS } from '../../../tree/language/dates.ts'
import type { Printed } from './printed.ts'

const local = (x: string, zone: string) => `(${x} at time zone ${zone})`
/** A number whose digits are the parts of an instant. */
const digits =
  (pattern: string) =>
  ([x = '', zone = '']: readonly string[]) =>
    `to_char(${local(x, zone)}, '${pattern}')::float8`
const week = ([x = '', mode = '', zone = '']: readonly string[]) =>
  `week_of_date(${local(x, zone)}::date, ${mode}::int4)`

export const PRINTED_DATE: Printed<typeof DATE_FUNCTIONS> = {
  // a parameter that stands nowhere has no type
  toTimeZone: ([x, zone]) => `(case when ${zone} is not null then ${x} end)`,
  sameDay: ([x = '', from = '', to]) => `(${local(x, from)} at time zone ${to})`,
  toStartOfInterval: (args) => `instant_start(${args.join(', ')})`,
  toStartOfISOYear: ([x = '', zone = '']) =>
    `(date_trunc('week', make_date(extract(isoyear from ${local(x, zone)})::int4, 1, 4)::timestamp) at time zone ${zone})`,
  toLastDayOfMonth: ([x = '', zone = '']) =>
    `((date_trunc('month', ${local(x, zone)}) + interval '1 month - 1 day') at time zone ${zone})`,
  toTime: ([x = '', zone = '']) => `((timestamp '1970-01-02' + ${local(x, zone)}::time) at time zone ${zone})`,
  timeZoneOffset: ([x = '', zone = '']) => `(extract(epoch from ${local(x, zone)}) - extract(epoch from ${x}))::float8`,
  toYYYYMM: digits('YYYYMM'),
  toYYYYMMDD: digits('YYYYMMDD'),
  toYYYYMMDDhhmmss: digits('YYYYMMDDHH24MISS'),
  toWeek: (args) => `mod(${week(args)}::int4, 100)::float8`,
  toYearWeek: (args) => `${week(args)}`,
  age: (args) => `instant_age(${args.join(', ')})`,
  toUnixTimestamp64Milli: ([x]) => `floor(extract(epoch from ${x}) * 1000)::float8`,
  toDateTime: ([text, zone]) => `text_instant(${text}, ${zone}, false)`,
  toDateTimeUS: ([text, zone]) => `text_instant(${text}, ${zone}, true)`,
  textToDate: ([text, zone]) => `text_date(${text}, ${zone})`,
  parseDateTime: (args) => `text_instant_of_format(${args.join(', ')})`,
  make_date: ([year, month, day, zone]) => `instant_of_parts(${year}, ${month}, ${day}, 0, 0, 0, ${zone})`,
  make_timestamp: (args) => `instant_of_parts(${args.join(', ')})`,
}
