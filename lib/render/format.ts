/** Formats numbers, durations and dates for people, always in English. */

/** How the numbers of a chart are written. */
export interface NumberFormat {
  /** Short form, for axes. */
  short(value: number): string
  full(value: number): string
}

/** Display keys of a trends filter. */
export interface AxisFormat {
  readonly aggregationAxisFormat?: unknown
  readonly aggregationAxisPrefix?: unknown
  readonly aggregationAxisPostfix?: unknown
  readonly decimalPlaces?: unknown
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const SCIENTIFIC = new Intl.NumberFormat('en', { notation: 'scientific', maximumFractionDigits: 2 })

const compact = (value: number) =>
  Math.abs(value) >= 1e15 ? SCIENTIFIC.format(value) : Math.abs(value) < 1 ? SMALL.format(value) : COMPACT.format(value)

const plain = (digits: number) => {
  const format = new Intl.NumberFormat('en', { maximumFractionDigits: digits })
  return (value: number) => (Math.abs(value) >= 1e15 ? SCIENTIFIC.format(value) : format.format(value))
}

/** Two decimal places, or as many significant digits as a small number needs. */
const exact = (value: number) => (value !== 0 && Math.abs(value) < 0.01 ? SMALL.format(value) : TWO_DIGITS(value))
const TWO_DIGITS = plain(2)

export const NUMBERS: NumberFormat = { short: compact, full: exact }
export const PERCENT: NumberFormat = { short: (value) => `${compact(value)}%`, full: (value) => `${exact(value)}%` }

/** The number format that the display keys of an insight ask for. */
export function numberFormat(filter: AxisFormat): NumberFormat {
  const [prefix, postfix] = [textOf(filter.aggregationAxisPrefix), textOf(filter.aggregationAxisPostfix)]
  const digits = Number(filter.decimalPlaces)
  const full = Number.isInteger(digits) && digits >= 0 && digits <= 10 ? plain(digits) : NUMBERS.full
  const around = (short: (value: number) => string, long: (value: number) => string): NumberFormat => ({
    short: (value) => prefix + short(value) + postfix,
    full: (value) => prefix + long(value) + postfix,
  })
  switch (filter.aggregationAxisFormat) {
    case 'duration':
      return around(formatSeconds, formatSeconds)
    case 'duration_ms':
      return around(
        (value) => formatSeconds(value / 1000),
        (value) => formatSeconds(value / 1000),
      )
    case 'percentage':
      return around(PERCENT.short, (value) => `${full(value)}%`)
    case 'percentage_scaled':
      return around(
        (value) => PERCENT.short(value * 100),
        (value) => `${full(value * 100)}%`,
      )
    default:
      return around(compact, full)
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 20) : '')

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const

/** Seconds in their two largest units, such as `1h 30m`. */
export function formatSeconds(seconds: number): string {
  if (Math.abs(seconds) < 1) return seconds === 0 ? '0s' : `${SMALL.format(seconds * 1000)}ms`
  let rest = Math.round(Math.abs(seconds))
  const parts = UNITS.flatMap(([length, unit]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count > 0 ? [`${NUMBERS.full(count)}${unit}`] : []
  })
  return (seconds < 0 ? '-' : '') + parts.slice(0, 2).join(' ')
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** The start of a bucket (local date, `YYYY-MM-DD` with or without `HH:MM`) -> its labels. */
function formatBucket(day: string, interval: string, withYear = false): { short: string; long: string } {
  const [, year, month, date, hour = '00', minute = '00'] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d))?/.exec(day) ?? []
  const name = MONTHS[Number(month) - 1]
  if (!name || !year) return { short: day, long: day }
  const number = Number(date)
  const long = `${name} ${number}, ${year}`
  const short = withYear ? `${name} ${number} ’${year.slice(2)}` : `${name} ${number}`
  if (interval === 'month' || interval === 'quarter') return { short: `${name} ${year}`, long: `${name} ${year}` }
  if (interval === 'year') return { short: year, long: year }
  if (interval === 'week') return { short, long: `Week of ${long}` }
  if (interval === 'day') {
    const weekday = WEEKDAYS[new Date(`${year}-${month}-${date}T00:00:00Z`).getUTCDay()]
    return { short, long: `${weekday}, ${long}` }
  }
  return { short: `${short}, ${hour}:${minute}`, long: `${long}, ${hour}:${minute}` }
}

/** `days` of an answer -> the buckets of a chart. Short labels have the year if the range spans several years. */
export function formatBuckets(days: readonly string[], interval: string) {
  const withYear = days[0]?.slice(0, 4) !== days.at(-1)?.slice(0, 4)
  return days.map((day) => formatBucket(day, interval, withYear))
}

/** Two ISO instants -> a range of days, such as `Jan 1 – 14, 2020`. */
export function formatRange(from: string, to: string): string {
  const [a, b] = [from, to].map((text) => /^(\d{4})-(\d\d)-(\d\d)/.exec(text))
  if (!a || !b) return `${from} – ${to}`
  const day = ([, , month, date]: RegExpExecArray) => `${MONTHS[Number(month) - 1]} ${Number(date)}`
  if (a[0] === b[0]) return `${day(a)}, ${a[1]}`
  if (a[1] !== b[1]) return `${day(a)}, ${a[1]} – ${day(b)}, ${b[1]}`
  return a[2] === b[2] ? `${day(a)} – ${Number(b[3])}, ${b[1]}` : `${day(a)} – ${day(b)}, ${b[1]}`
}

/**
 * An ISO instant -> local time, such as `Jan 14, 2020, 13:45 UTC`. A time zone that is missing or unknown becomes UTC.
 */
export function formatTime(iso: string, timezone: string | null): string {
  const options = { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' } as const
  const format = (timeZone: string) => new Intl.DateTimeFormat('en', { ...options, timeZone }).format(new Date(iso))
  const zone = timezone || 'UTC'
  try {
    return `${format(zone)} ${zone}`
  } catch {
    return `${format('UTC')} UTC`
  }
}
