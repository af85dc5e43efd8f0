/** Dates taken apart, cut and moved; days, weeks and hours are those of a zone (docs/hogql-values.md 5). */
import { call, value, valueOfNow } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { LanguageFunction } from '../../tree/language.ts'
import { coerce } from '../coerce.ts'
import { intervalsOf, negated, shifted, shiftedBy, wholeConstant } from '../date-arithmetic.ts'
import { ANY_UNITS, type AnyUnit, anyUnit, type DateUnit, isOfDays, UNITS } from '../date-units.ts'
import type { NumberClass } from '../number-classes.ts'
import { type FunctionContext, type FunctionRule, rule, type Typed } from '../rules.ts'
import { invoke, tupleFrom } from '../values.ts'
import { zoneArgument, zoneOf } from '../zones.ts'
import { DATE_TEXT_RULES } from './date-texts.ts'

const nothing: Typed = { expr: value(null, 'instant'), type: 'null' }
const text = (v: string) => value(v, 'text')
const capital = (unit: string) => `${unit[0]?.toUpperCase()}${unit.slice(1)}`
const number = (expr: Expr, of: NumberClass = 'Int64'): Typed => ({ expr, type: 'float', number: of })

type Takes = FunctionRule['takes']
type Build = (args: readonly [Typed, ...Typed[]], context: FunctionContext) => Typed
const dated = (min: number, max: number, takes: Takes, build: Build): FunctionRule =>
  rule(min, max, takes, (_, __, context, [of = nothing, ...more]) => build([of, ...more], context))

/** A day, as the instant at which it begins in the project's zone. */
const dayOf = (expr: Expr, zone: string, { timezone }: FunctionContext): Typed => ({
  expr: zone === timezone ? expr : invoke('sameDay', expr, text(zone), text(timezone)),
  type: 'instant',
  format: 'date',
  ...(zone === timezone ? {} : { zone: timezone }),
})

/** The start of the unit that an instant lies in: a day where the unit is longer than one. */
function startOf(unit: string, of: Typed, context: FunctionContext, weekStartDay: 0 | 1 = 1): Typed {
  const zone = zoneOf(of, context)
  const expr = call('startOf', text(unit === 'week' && weekStartDay === 0 ? 'sunday' : unit), of.expr, text(zone))
  if (isOfDays(unit) && unit !== 'day') return dayOf(expr, zone, context)
  return { expr, type: 'instant', format: 'seconds', ...(of.zone ? { zone } : {}) }
}
const starts = (unit: string): FunctionRule => dated(1, 1, ['instant'], ([of], context) => startOf(unit, of, context))

/** Days of a zone as a function of the tree gives them. */
const day = (fn: LanguageFunction): FunctionRule =>
  dated(1, 1, ['instant'], ([of], context) => {
    const zone = zoneOf(of, context)
    return dayOf(invoke(fn, of.expr, text(zone)), zone, context)
  })

/** Without a mode, weeks start on the project's first day of the week; an even mode is Sunday, an odd one Monday. */
function weekStart(mode: Typed | undefined, { weekStartDay, error }: FunctionContext): 0 | 1 {
  if (!mode) return weekStartDay
  const known = wholeConstant(mode.expr)
  if (known === undefined || known < 0 || known > 9)
    throw error('The mode of a week is 0 (from Sunday) or 1 (from Monday).')
  return known % 2 === 0 ? 0 : 1
}
const startOfWeek = dated(1, 2, ['instant', 'float'], ([of, mode], context) =>
  startOf('week', of, context, weekStart(mode, context)),
)
const lastDayOfWeek = dated(1, 2, ['instant', 'float'], ([of, mode], context) =>
  shifted(
    startOf('week', of, context, mode ? weekStart(mode, context) : 0),
    'day',
    { expr: value(6, 'float'), type: 'float' },
    context,
  ),
)

/** A second argument is the zone. */
const part = (name: string, of: NumberClass = 'UInt8'): FunctionRule =>
  dated(1, 2, ['instant', 'text'], ([at, zone], context) => number(partOf(name, at, context, zone), of))
const partOf = (name: string, of: Typed, context: FunctionContext, zone?: Typed): Expr =>
  call('datePart', text(name), of.expr, text(zone ? zoneArgument(zone.expr, context) : zoneOf(of, context)))
const zoned = (fn: LanguageFunction, of: NumberClass): FunctionRule =>
  dated(1, 2, ['instant', 'text'], ([at, zone], context) =>
    number(invoke(fn, at.expr, text(zone ? zoneArgument(zone.expr, context) : zoneOf(at, context))), of),
  )

/** Monday is 1 and Sunday 7; from 0 of mode 1; Sunday is 0 of mode 2 and 1 of mode 3. */
const dayOfWeek = dated(1, 3, ['instant', 'float', 'text'], ([of, mode, zone], context) => {
  const expr = partOf('isodow', of, context, zone)
  const known = mode ? wholeConstant(mode.expr) : 0
  if (known === undefined || known < 0 || known > 3)
    throw context.error('The mode of a day of the week is 0, 1, 2 or 3.')
  const [one, seven] = [value(1, 'float'), value(7, 'float')]
  if (known === 1) return number(call('numberSubtract', expr, one), 'UInt8')
  const fromSunday = call('numberModulo', expr, seven)
  if (known === 2) return number(fromSunday, 'UInt8')
  return number(known === 3 ? call('numberAdd', fromSunday, one) : expr, 'UInt8')
})

/** The number of a week in one of MySQL's ways. */
const week = (fn: 'toWeek' | 'toYearWeek', of: NumberClass): FunctionRule =>
  dated(1, 3, ['instant', 'float', 'text'], ([at, mode, zone], context) => {
    const known = mode ? wholeConstant(mode.expr) : 0
    if (known === undefined || known < 0 || known > 7) throw context.error('The mode of a week is one of 0 to 7.')
    // a year and its week go together, so that there is no week 0
    const asked = fn === 'toYearWeek' ? known | 2 : known
    const where = text(zone ? zoneArgument(zone.expr, context) : zoneOf(at, context))
    return number(invoke(fn, at.expr, value(asked, 'float'), where), of)
  })

/** A constant unit of time as the first argument. */
function unitOf(of: Typed, { error }: FunctionContext): AnyUnit {
  const unit = of.expr.kind === 'value' ? anyUnit(String(of.expr.value)) : undefined
  if (!unit) throw error(`The first argument is one of ${ANY_UNITS.map((name) => `'${name}'`).join(', ')}.`)
  return unit
}

/** Weeks begin on Monday here. */
const truncated = dated(2, 3, ['text', 'instant', 'text'], ([name, of = nothing, zone], context) => {
  const unit = unitOf(name, context)
  if (unit === 'millisecond' || unit === 'microsecond') throw context.error('dateTrunc takes seconds and longer units.')
  return startOf(unit, zone ? { ...of, zone: zoneArgument(zone.expr, context) } : of, context)
})

/** The borders between the two; those of weeks are Mondays. */
const between = (fn: 'dateDiff' | 'age'): FunctionRule =>
  dated(3, 4, ['text', 'instant', 'instant', 'text'], ([name, a = nothing, b = nothing, zone], context) => {
    const args = [text(unitOf(name, context)), a.expr, b.expr]
    const where = text(
      zone ? zoneArgument(zone.expr, context) : a.zone === b.zone ? zoneOf(a, context) : context.timezone,
    )
    return number(fn === 'age' ? invoke(fn, ...args, where) : call(fn, ...args, where))
  })

/** `dateAdd('day', 1, at)`, `dateAdd(at, interval 1 day)`, `dateAdd(interval 1 day, at)` */
const moved = (sign: 1 | -1): FunctionRule =>
  dated(2, 3, ['any'], ([first, second = nothing, third], context) => {
    if (third) {
      const amount = { ...asNumber(second, context) }
      return shifted(asInstant(third, context), unitOf(first, context), sign < 0 ? negated(amount) : amount, context)
    }
    const [ofFirst, ofSecond] = [intervalsOf(first), intervalsOf(second)]
    if (ofSecond) return shiftedBy(asInstant(first, context), ofSecond, sign, context)
    if (ofFirst) return shiftedBy(asInstant(second, context), ofFirst, sign, context)
    throw context.error('A date and an interval are needed: dateAdd(timestamp, interval 1 day).')
  })
const shift = (unit: AnyUnit, sign: 1 | -1): FunctionRule =>
  dated(2, 2, ['instant', 'float'], ([of, amount = nothing], context) =>
    shifted(of, unit, sign < 0 ? negated(amount) : amount, context),
  )

/** `toStartOfInterval(at, interval 15 minute)` */
const startOfInterval = dated(2, 2, ['instant', 'any'], ([of, interval = nothing], context) => {
  const [one, ...more] = intervalsOf(interval) ?? []
  if (!one?.interval || more.length > 0) throw context.error('The second argument is an interval: interval 1 day.')
  const count = wholeConstant(one.expr)
  if (one.expr.kind === 'value' && (count === undefined || count < 1))
    throw context.error('An interval is one or more.')
  if (count === 1) return startOf(one.interval, of, context)
  const zone = zoneOf(of, context)
  const expr = invoke('toStartOfInterval', of.expr, one.expr, text(one.interval), text(zone))
  const isDay = isOfDays(one.interval) && one.interval !== 'day'
  return isDay ? dayOf(expr, zone, context) : { expr, type: 'instant', format: 'seconds' }
})

const PARTS: ReadonlyMap<string, string> = new Map([
  ['year', 'year'],
  ['quarter', 'quarter'],
  ['month', 'month'],
  ['week', 'week'],
  ['day', 'day'],
  ['hour', 'hour'],
  ['minute', 'minute'],
  ['second', 'second'],
  ['dow', 'isodow'],
  ['isodow', 'isodow'],
  ['doy', 'doy'],
  ['isoyear', 'isoyear'],
])
const datePart = dated(2, 2, ['text', 'instant'], ([name, of = nothing], context) => {
  const word = name.expr.kind === 'value' ? String(name.expr.value).toLowerCase() : ''
  if (word === 'epoch') return { expr: call('epoch', of.expr), type: 'float' }
  const known = PARTS.get(word)
  if (!known)
    throw context.error(`The first argument is one of ${[...PARTS.keys()].map((each) => `'${each}'`).join(', ')}.`)
  return number(partOf(known, of, context))
})

const cutSeconds = dated(1, 1, ['instant'], ([of], context) => {
  if (of.format) throw context.error('toStartOfSecond takes an instant with a fraction.')
  return { ...startOf('second', of, context), format: undefined }
})

const now = dated(0, 1, ['text'], ([zone], context) => ({
  expr: valueOfNow(context.now),
  type: 'instant',
  ...(zone === nothing ? {} : { zone: zoneArgument(zone.expr, context) }),
}))
const today = (days: number): FunctionRule =>
  rule(0, 0, [], (_, __, context) => {
    const start = startOf('day', { expr: valueOfNow(context.now), type: 'instant' }, context)
    const of: Typed = { ...start, format: 'date' }
    return days === 0 ? of : shifted(of, 'day', { expr: value(days, 'float'), type: 'float' }, context)
  })

const byUnit = (name: (unit: string) => string, of: (unit: DateUnit) => FunctionRule): Record<string, FunctionRule> =>
  Object.fromEntries(UNITS.map((unit) => [name(capital(unit)), of(unit)]))

export const DATE_RULES: Readonly<Record<string, FunctionRule>> = {
  ...DATE_TEXT_RULES,
  now,
  now64: {
    ...now,
    max: 2,
    takes: ['any'],
    build: (_, __, context) => ({ expr: valueOfNow(context.now), type: 'instant' }),
  },
  current_timestamp: { ...now, max: 0 },
  today: today(0),
  current_date: today(0),
  yesterday: today(-1),
  ...byUnit((unit) => `toStartOf${unit}`, starts),
  toStartOfSecond: cutSeconds,
  toStartOfWeek: startOfWeek,
  toStartOfDay: dated(1, 2, ['instant', 'text'], ([of, zone], context) =>
    startOf('day', zone ? { ...of, zone: zoneArgument(zone.expr, context) } : of, context),
  ),
  toStartOfFiveMinutes: starts('5 minutes'),
  toStartOfFiveMinute: starts('5 minutes'),
  toStartOfTenMinutes: starts('10 minutes'),
  toStartOfFifteenMinutes: starts('15 minutes'),
  timeSlot: dated(1, 1, ['instant'], ([of], context) => ({
    expr: invoke('toStartOfInterval', of.expr, value(30, 'float'), text('minute'), text(zoneOf(of, context))),
    type: 'instant',
    format: 'seconds',
  })),
  toMonday: starts('week'),
  toStartOfISOYear: day('toStartOfISOYear'),
  toLastDayOfMonth: day('toLastDayOfMonth'),
  toLastDayOfWeek: lastDayOfWeek,
  toStartOfInterval: startOfInterval,
  dateTrunc: truncated,
  date_trunc: truncated,
  toYear: part('year', 'UInt16'),
  toQuarter: part('quarter'),
  toMonth: part('month'),
  toISOWeek: part('week'),
  toISOYear: part('isoyear', 'UInt16'),
  toDayOfMonth: part('day'),
  toDayOfYear: part('doy', 'UInt16'),
  toDayOfWeek: dayOfWeek,
  toHour: part('hour'),
  toMinute: part('minute'),
  toSecond: part('second'),
  toWeek: week('toWeek', 'UInt8'),
  toYearWeek: week('toYearWeek', 'UInt32'),
  toYYYYMM: zoned('toYYYYMM', 'UInt32'),
  toYYYYMMDD: zoned('toYYYYMMDD', 'UInt32'),
  toYYYYMMDDhhmmss: zoned('toYYYYMMDDhhmmss', 'UInt64'),
  toTime: dated(1, 1, ['instant'], ([of], context) => ({
    expr: invoke('toTime', of.expr, text(zoneOf(of, context))),
    type: 'instant',
    format: 'seconds',
  })),
  date_part: datePart,
  timeZoneOffset: zoned('timeZoneOffset', 'Int32'),
  toUnixTimestamp: dated(1, 2, ['instant', 'text'], ([of]) => number(call('floor', call('epoch', of.expr)), 'UInt32')),
  toUnixTimestamp64Milli: dated(1, 1, ['instant'], ([of]) => number(invoke('toUnixTimestamp64Milli', of.expr))),
  toUnixTimestamp64Micro: dated(1, 1, ['instant'], ([of]) =>
    number(call('numberMultiply', call('epoch', of.expr), value(1_000_000, 'float'))),
  ),
  dateDiff: between('dateDiff'),
  date_diff: between('dateDiff'),
  DATEDIFF: between('dateDiff'),
  age: between('age'),
  ...Object.fromEntries(['dateAdd', 'date_add', 'timeStampAdd', 'addDate'].map((name) => [name, moved(1)])),
  ...Object.fromEntries(
    ['dateSub', 'date_sub', 'date_subtract', 'timeStampSub', 'subDate'].map((name) => [name, moved(-1)]),
  ),
  ...Object.fromEntries(
    ANY_UNITS.flatMap((unit): [string, FunctionRule][] => [
      [`add${capital(unit)}s`, shift(unit, 1)],
      [`subtract${capital(unit)}s`, shift(unit, -1)],
    ]),
  ),
  ...byUnit(
    (unit) => `toInterval${unit}`,
    (interval) => rule(1, 1, ['float'], ([amount = nothing.expr]) => ({ ...number(amount), interval })),
  ),
  make_interval: rule(6, 6, ['float'], (args, _, context) => {
    const units = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
    return tupleFrom(
      args.map((expr, index) => ({ ...number(expr), interval: units[index] ?? 'second' })),
      context,
    )
  }),
}
const asInstant = (of: Typed, context: FunctionContext): Typed =>
  of.type === 'instant' ? of : { ...coerce(of, 'instant', context), ...(of.isNullable ? { isNullable: true } : {}) }
const asNumber = (of: Typed, context: FunctionContext): Typed => coerce(of, 'float', context)
