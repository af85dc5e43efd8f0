/**
 * Texts that are dates, in the forms that ClickHouse's best effort takes (docs/hogql-values.md 5). The database reads those of
 * data in the same way: `text_instant`.
 */
import type { FunctionContext } from './rules.ts'

interface Read {
  /** `2020-01-15 13:45:30`, `+02:00` behind it if the text names an offset. */
  readonly text: string
  /** Digits behind the second; undefined if there is no point. */
  readonly fraction: string | undefined
}
export interface Known {
  readonly instant: string
  readonly hasFraction: boolean
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const MONTH = MONTHS.join('|')
const WEEKDAY = /^(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?,?\s+/
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(.*)$/
const DIGITS = /^(\d{4})(\d\d)(\d\d)(?!\d)(.*)$/
const ALL_DIGITS = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)(.*)$/
const DAY_AND_NAME = new RegExp(`^(\\d{1,2})[- ]?(${MONTH})[a-z]*\\.?,?[- ]+(\\d{4})(?!\\d)(.*)$`)
const NAME_AND_DAY = new RegExp(`^(${MONTH})[a-z]*\\.?\\s+(\\d{1,2}),?\\s+(\\d{4})(?!\\d)(.*)$`)
const TIME =
  /^(?:[t,]|\s)+(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6})\d*)?)?)?\s*(am|pm)?\s*(z|utc|gmt|[-+]\d{1,2}(?::?\d{2})?)?$/

/** The instant that a constant text is in the zone; null if it is no date. `us`: the month of 01/02/2020 comes first. */
export function instantOfText(text: string, zone: string, context: FunctionContext, us = false): Known | null {
  const read = readText(text.trim().toLowerCase(), us)
  if (!read) return epochOf(text.trim(), context)
  const whole = context.instant(read.text, zone)
  if (whole === null) return null
  const { fraction } = read
  if (fraction === undefined) return { instant: whole, hasFraction: false }
  return { instant: whole.replace(/\.\d+Z$/, `.${fraction.padEnd(6, '0')}Z`), hasFraction: true }
}

/** Seconds, milliseconds or microseconds since 1970. */
function epochOf(text: string, context: FunctionContext): Known | null {
  const [, seconds, fraction] = /^(\d{9,10})(\d{3}|\d{6})?$/.exec(text) ?? []
  if (!seconds || (fraction && seconds.length !== 10)) return null
  const whole = context.instant(seconds)
  if (whole === null || fraction === undefined) return whole === null ? null : { instant: whole, hasFraction: false }
  return { instant: whole.replace(/\.\d+Z$/, `.${fraction.padEnd(6, '0')}Z`), hasFraction: true }
}

function readText(text: string, us: boolean): Read | null {
  const date = text.length > 64 ? undefined : readDay(text, us)
  if (!date) return null
  const [year = '', month = '', day = '', rest = ''] = date
  const two = (part: string) => part.padStart(2, '0')
  const shown = `${year}-${two(month)}-${two(day)}`
  if (rest.trim() === '') return { text: `${shown} 00:00:00`, fraction: undefined }
  const [, hour = '', minute, second = '00', fraction, half, offset] = TIME.exec(rest) ?? []
  if (minute === undefined && half === undefined) return null
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return null
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (half === 'pm' ? 12 : 0)
  return { text: `${shown} ${two(String(hours))}:${minute ?? '00'}:${second}${offsetOf(offset)}`, fraction }
}

/** Year, month, day and what follows them. */
function readDay(text: string, us: boolean): readonly string[] | undefined {
  const iso = YEAR_FIRST.exec(text)
  if (iso) return iso.slice(1)
  const named = text.replace(WEEKDAY, '')
  const digits = ALL_DIGITS.exec(named)
  if (digits) return [...digits.slice(1, 4), ` ${digits.slice(4).join(':')}`]
  const short = DIGITS.exec(named)
  if (short) return short.slice(1)
  const last = YEAR_LAST.exec(named)
  if (last) {
    const [, a = '', b = '', year = '', rest = ''] = last
    const isMonthFirst = us ? Number(a) <= 12 : Number(b) > 12
    return isMonthFirst ? [year, a, b, rest] : [year, b, a, rest]
  }
  const [, day, name, year, rest] = DAY_AND_NAME.exec(named) ?? swapped(NAME_AND_DAY.exec(named))
  return name && year ? [year, String(MONTHS.indexOf(name) + 1), day ?? '', rest ?? ''] : undefined
}

const swapped = (found: RegExpExecArray | null): readonly (string | undefined)[] =>
  found ? [found[0], found[2], found[1], found[3], found[4]] : []

function offsetOf(offset: string | undefined): string {
  if (offset === undefined) return ''
  if (!/^[-+]/.test(offset)) return 'Z'
  const [, sign, hours = '', minutes = '00'] = /^([-+])(\d{1,2}?):?(\d{2})?$/.exec(offset) ?? []
  return `${sign}${hours.padStart(2, '0')}:${minutes}`
}

/** A text that is nothing but a day: `2020-01-15`; null for any other. */
export function instantOfDay(text: string, context: FunctionContext): string | null {
  const [, year = '', month = '', day = ''] = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})$/.exec(text) ?? []
  if (!year || (!/[-/.]/.test(text) && text.length !== 8)) return null
  return context.instant(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} 00:00:00`, context.timezone)
}
