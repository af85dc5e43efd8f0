/** Dates made of texts and numbers, and texts made of dates (docs/hogql-values.md 2, 5). */
import { call, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { isFormatLetter, isReadLetter } from '../../tree/instant-format.ts'
import { coerce } from '../coerce.ts'
import { instantOfDay, instantOfText } from '../date-texts.ts'
import { type FunctionContext, type FunctionRule, rule, type Typed } from '../rules.ts'
import { invoke } from '../values.ts'
import { zoneArgument, zoneOf } from '../zones.ts'

const nothing: Typed = { expr: value(null, 'instant'), type: 'null' }
const text = (v: string) => value(v, 'text')
const seconds = (expr: Expr): Typed => ({ expr, type: 'instant', format: 'seconds' })
/** Null where the text is no date. */
const read = (expr: Expr): Typed => ({ expr, type: 'instant', format: undefined, isNullable: true })
const constantText = ({ expr, type }: Typed): string | undefined =>
  type === 'text' && expr.kind === 'value' && expr.value !== null ? String(expr.value) : undefined

/** A text without a zone is in the given one, in which the instant is shown, too. */
function toDateTime(
  of: Typed,
  zone: Typed | undefined,
  context: FunctionContext,
  isStrict: boolean,
  us = false,
): Typed {
  const shown = zone ? { zone: zoneArgument(zone.expr, context) } : {}
  const where = zoneArgument(zone?.expr, context)
  if (of.type === 'null') return { ...seconds(value(null, 'instant')), isNullable: true }
  if (of.type === 'float' || of.type === 'int') {
    const number = of.number ? of.expr : call('floor', coerce(of, 'float', context).expr)
    return { ...seconds(call('fromEpoch', number)), ...shown }
  }
  if (of.type === 'instant') {
    if (of.isRead) return { ...of, ...shown }
    const whole = of.format ? of.expr : call('startOf', text('second'), of.expr, text(zoneOf(of, context)))
    return { ...seconds(whole), ...shown }
  }
  if (of.type !== 'text') throw context.error('toDateTime takes a text, a number or a date.')
  const constant = constantText(of)
  if (constant === undefined) return { ...read(parsedText(of, where, us, context)), ...shown }
  const known = instantOfText(constant, where, context, us)
  if (!known && isStrict) throw context.error('This is no date.')
  if (!known) return read(value(null, 'instant'))
  const expr = value(known.instant, 'instant')
  return { expr, type: 'instant', format: known.hasFraction ? undefined : 'seconds', ...shown }
}

function parsedText({ expr, isRead }: Typed, zone: string, us: boolean, { timezone }: FunctionContext): Expr {
  if (us) return invoke('toDateTimeUS', expr, text(zone))
  if (zone !== timezone) return invoke('toDateTime', expr, text(zone))
  return expr.kind === 'property' && isRead ? { ...expr, type: 'instant' } : call('parseInstant', expr, text(zone))
}
const dateTime = (isStrict: boolean, us = false): FunctionRule =>
  rule(1, 2, ['any', 'text'], (_, __, context, [of = nothing, zone]) => toDateTime(of, zone, context, isStrict, us))

/** With a fraction; the second argument is how many digits it has. */
const dateTime64 = rule(1, 3, ['any', 'float', 'text'], (_, __, context, [of = nothing, , zone]) => {
  if (of.type === 'instant')
    return { ...of, format: undefined, ...(zone ? { zone: zoneArgument(zone.expr, context) } : {}) }
  if (of.type === 'float') return { expr: call('fromEpoch', of.expr), type: 'instant', format: undefined }
  return { ...toDateTime(of, zone, context, true), format: undefined }
})

function toDate(of: Typed, context: FunctionContext): Typed {
  const { timezone } = context
  const day = (expr: Expr, more: Partial<Typed> = {}): Typed => ({ expr, type: 'instant', format: 'date', ...more })
  if (of.type === 'null') return day(value(null, 'instant'), { isNullable: true })
  const constant = constantText(of)
  if (constant !== undefined) {
    const known = instantOfDay(constant, context)
    return day(value(known, 'instant'), known === null ? { isNullable: true } : {})
  }
  if (of.type === 'text') return day(invoke('textToDate', of.expr, text(timezone)), { isNullable: true })
  const at = of.type === 'instant' ? of : coerce(of, 'instant', context)
  const zone = zoneOf(at, context)
  const start = call('startOf', text('day'), at.expr, text(zone))
  return zone === timezone ? day(start) : day(invoke('sameDay', start, text(zone), text(timezone)), { zone: timezone })
}
const date = rule(1, 1, ['any'], (_, __, context, [of = nothing]) => toDate(of, context))

/** Throws a 400 at the format if it is no constant, or holds an item that is not known. */
function formatOf(format: Typed | undefined, isKnown: (letter: string) => boolean, context: FunctionContext): string {
  const constant = format && constantText(format)
  if (constant === undefined) throw context.error('The format is a text.')
  for (const item of constant.match(/%.?/gs) ?? [])
    if (item !== '%%' && !isKnown(item.slice(1))) throw context.error(`The format ${item} is not known.`)
  return constant
}

const shown = (of: Typed, format: string, context: FunctionContext, zone?: Typed): Typed => ({
  expr: call('instantText', of.expr, text(zone ? zoneArgument(zone.expr, context) : zoneOf(of, context)), text(format)),
  type: 'text',
})
const formatted = rule(2, 3, ['instant', 'text', 'text'], (_, __, context, [of = nothing, format, zone]) =>
  shown(of, formatOf(format, isFormatLetter, context), context, zone),
)
const named = (format: string): FunctionRule =>
  rule(1, 1, ['instant'], (_, __, context, [of = nothing]) => shown(of, format, context))

const NAMES: ReadonlyMap<string, string> = new Map([
  ['year', '%Y'],
  ['month', '%M'],
  ['weekday', '%W'],
])
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['quarter', 'quarter'],
  ['dayofyear', 'doy'],
  ['day', 'day'],
  ['week', 'week'],
  ['hour', 'hour'],
  ['minute', 'minute'],
  ['second', 'second'],
])
const dateName = rule(2, 3, ['text', 'instant', 'text'], (_, __, context, [part = nothing, of = nothing, zone]) => {
  const word = (constantText(part) ?? '').toLowerCase()
  const name = NAMES.get(word)
  if (name) return shown(of, name, context, zone)
  const number = NUMBERS.get(word)
  if (!number) throw context.error('dateName takes year, quarter, month, week, weekday, day, hour, minute or second.')
  const where = zone ? zoneArgument(zone.expr, context) : zoneOf(of, context)
  return { expr: call('numberText', call('datePart', text(number), of.expr, text(where))), type: 'text' }
})

const parsed = rule(2, 3, ['text', 'text', 'text'], (_, __, context, [of = nothing, format, zone]) => ({
  ...read(
    invoke(
      'parseDateTime',
      of.expr,
      text(formatOf(format, isReadLetter, context)),
      text(zoneArgument(zone?.expr, context)),
    ),
  ),
  format: 'seconds',
  ...(zone ? { zone: zoneArgument(zone.expr, context) } : {}),
}))

const made = (count: number, fn: 'make_date' | 'make_timestamp'): FunctionRule =>
  rule(
    count,
    fn === 'make_date' ? count : count + 1,
    [...Array<'float'>(count).fill('float'), 'text'],
    (args, _, context) => {
      const zone = args[count] ? zoneArgument(args[count], context) : context.timezone
      return {
        expr: invoke(fn, ...args.slice(0, count), text(zone)),
        type: 'instant',
        format: fn === 'make_date' ? 'date' : 'seconds',
        isNullable: true,
        ...(args[count] ? { zone } : {}),
      }
    },
  )

const fromUnix = (per: number): FunctionRule =>
  rule(1, 2, ['float', 'text'], ([of = nothing.expr, zone], _, context) => ({
    expr: call('fromEpoch', per === 1 ? of : call('numberDivide', of, value(per, 'float'))),
    type: 'instant',
    format: per === 1 ? 'seconds' : undefined,
    ...(zone ? { zone: zoneArgument(zone, context) } : {}),
  }))

function inZone(of: Typed, zone: Typed | undefined, context: FunctionContext): Typed {
  const where = zoneArgument(zone?.expr, context)
  if (of.format === 'date') throw context.error('A day has no time zone: toTimeZone takes an instant.')
  return { ...of, expr: invoke('toTimeZone', of.expr, text(where)), zone: where }
}

export const DATE_TEXT_RULES: Readonly<Record<string, FunctionRule>> = {
  toDateTime: dateTime(true),
  toDateTimeUS: dateTime(true, true),
  toDateTime64: dateTime64,
  parseDateTimeBestEffort: dateTime(false),
  toDate: date,
  to_date: date,
  _toDate: date,
  fromUnixTimestamp: fromUnix(1),
  to_timestamp: fromUnix(1),
  fromUnixTimestamp64Milli: fromUnix(1_000),
  fromUnixTimestamp64Micro: fromUnix(1_000_000),
  formatDateTime: formatted,
  to_char: formatted,
  dateName,
  monthName: named('%M'),
  dayName: named('%W'),
  parseDateTime: parsed,
  make_date: made(3, 'make_date'),
  makeDate: made(3, 'make_date'),
  make_timestamp: made(6, 'make_timestamp'),
  make_datetime: made(6, 'make_timestamp'),
  makeDateTime: made(6, 'make_timestamp'),
  toTimeZone: rule(1, 2, ['instant', 'text'], (_, __, context, [of = nothing, zone]) => inZone(of, zone, context)),
  timezone: rule(0, 2, ['text', 'instant'], (_, __, context, [zone, of]) =>
    of ? inZone(of, zone, context) : { expr: text(context.timezone), type: 'text' },
  ),
  timeZoneOf: {
    ...rule(1, 1, ['instant'], (_, __, context, [of = nothing]) => ({ expr: text(zoneOf(of, context)), type: 'text' })),
    nulls: 'never',
  },
}
