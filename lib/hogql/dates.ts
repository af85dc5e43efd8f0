/** Functions of dates; days, weeks and hours are those of the project's time zone (docs/hogql.md 5). */

import { call, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import { isFormatLetter } from '../tree/instant-format.ts'
import type { SqlType } from '../tree/types.ts'
import { type DateUnit, dateUnit, UNITS } from './date-units.ts'
import type { FunctionContext, FunctionRule, Typed, ValueType } from './rules.ts'
import { zoneArgument } from './zones.ts'

const capital = (unit: DateUnit) => `${unit[0]?.toUpperCase()}${unit.slice(1)}`
const text = (v: string) => value(v, 'text')

function rule(
  takes: FunctionRule['takes'],
  build: (args: readonly Expr[], context: FunctionContext) => Typed,
): FunctionRule {
  return { min: takes.length, max: takes.length, takes, build: (args, _, context) => build(args, context) }
}

const at = (args: readonly Expr[], index = 0): Expr => args[index] ?? value(null, 'instant')
const seconds = (expr: Expr): Typed => ({ expr, type: 'instant', format: 'seconds' })
const date = (expr: Expr): Typed => ({ expr, type: 'instant', format: 'date' })
const number = (expr: Expr): Typed => ({ expr, type: 'float' })

/** The start of the unit that an instant lies in. `unit` may also be a number of minutes: `5 minutes`. */
const startOf = (unit: string, of: Expr, { timezone, weekStartDay }: FunctionContext): Expr =>
  call('startOf', text(unit === 'week' && weekStartDay === 0 ? 'sunday' : unit), of, text(timezone))

/** A day where the unit is longer than one. */
const start = (unit: string, of: Expr, context: FunctionContext): Typed =>
  ['week', 'month', 'quarter', 'year'].includes(unit)
    ? date(startOf(unit, of, context))
    : seconds(startOf(unit, of, context))
const starts = (unit: string): FunctionRule => rule(['instant'], (args, context) => start(unit, at(args), context))

/** Without a mode, weeks start on the project's first day of the week; mode 0 is Sunday, 1 and 3 are Monday. */
const startOfWeek: FunctionRule = {
  min: 1,
  max: 2,
  takes: ['instant', 'int'],
  build: ([of = at([]), mode], _, context) => {
    const day = mode === undefined ? context.weekStartDay : modeOf(mode, context)
    return start('week', of, { ...context, weekStartDay: day })
  },
}

function modeOf(mode: Expr, { error }: FunctionContext): 0 | 1 {
  const number = mode.kind === 'value' ? mode.value : null
  if (number === 0) return 0
  if (number === 1 || number === 3) return 1
  throw error('The mode of a week is 0 (from Sunday), 1 or 3 (from Monday).')
}

const part = (name: string): FunctionRule =>
  rule(['instant'], (args, { timezone }) => number(call('datePart', text(name), at(args), text(timezone))))

const added = (unit: DateUnit, amount: Expr, of: Expr, { timezone }: FunctionContext): Typed => ({
  expr: call('dateAdd', text(unit), amount, of, text(timezone)),
  type: 'instant',
})
const negated = (amount: Expr) => call('negate', amount)

/** A constant unit of time as the first argument. */
const ofUnit = (
  takes: readonly SqlType[],
  build: (unit: DateUnit, args: readonly Expr[], context: FunctionContext) => Typed,
) =>
  rule(['text', ...takes], ([first, ...rest], context) => {
    const unit = first?.kind === 'value' ? dateUnit(String(first.value)) : undefined
    if (!unit) throw context.error(`The first argument is one of ${UNITS.map((name) => `'${name}'`).join(', ')}.`)
    return build(unit, rest, context)
  })

// weeks begin on Monday here
const truncated = ofUnit(['instant'], (unit, args, context) => start(unit, at(args), { ...context, weekStartDay: 1 }))

/** Throws a 400 at the format if it holds an item that no dialect knows. */
function checkFormat(format: string, context: FunctionContext): void {
  for (const item of format.match(/%.?/gs) ?? [])
    if (item !== '%%' && !isFormatLetter(item.slice(1))) throw context.error(`The format ${item} is not known.`)
}

/** A text without a zone is in the given one. */
function toDateTime(of: Expr, type: ValueType | undefined, zone: string, { instant, error }: FunctionContext): Typed {
  if (type === 'instant') return seconds(of)
  if (type === 'null') return seconds(value(null, 'instant'))
  if (type === 'float' || type === 'int') return seconds(call('fromEpoch', of))
  if (type !== 'text') throw error(`This is of type ${type}, and should be instant.`)
  if (of.kind === 'property') return seconds({ ...of, type: 'instant' })
  if (of.kind !== 'value') return seconds(call('parseInstant', of, text(zone)))
  const known = instant(String(of.value), zone)
  if (known === null) throw error('This is no date.')
  return seconds(value(known, 'instant'))
}

export const DATE_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  now: rule([], (_, { now }) => ({ expr: value(now, 'instant'), type: 'instant' })),
  today: rule([], (_, context) => date(startOf('day', value(context.now, 'instant'), context))),
  yesterday: rule([], (_, context) =>
    date(added('day', value(-1, 'float'), startOf('day', value(context.now, 'instant'), context), context).expr),
  ),
  toDateTime: {
    min: 1,
    max: 2,
    takes: ['any', 'text'],
    build: ([of = at([]), zone], [type], context) => toDateTime(of, type, zoneArgument(zone, context), context),
  },
  toDate: rule(['instant'], (args, context) => date(startOf('day', at(args), context))),
  toUnixTimestamp: rule(['instant'], (args) => number(call('floor', call('epoch', at(args))))),
  fromUnixTimestamp: rule(['float'], (args) => seconds(call('fromEpoch', at(args)))),
  toMonday: rule(['instant'], (args, context) => date(startOf('week', at(args), { ...context, weekStartDay: 1 }))),
  ...Object.fromEntries(UNITS.map((unit) => [`toStartOf${capital(unit)}`, starts(unit)])),
  toStartOfWeek: startOfWeek,
  toStartOfFiveMinutes: starts('5 minutes'),
  toStartOfTenMinutes: starts('10 minutes'),
  toStartOfFifteenMinutes: starts('15 minutes'),
  toYear: part('year'),
  toQuarter: part('quarter'),
  toMonth: part('month'),
  toISOWeek: part('week'),
  toDayOfMonth: part('day'),
  toDayOfYear: part('doy'),
  toDayOfWeek: part('isodow'),
  toHour: part('hour'),
  toMinute: part('minute'),
  toSecond: part('second'),
  toYYYYMM: rule(['instant'], (args, { timezone }) => {
    const [year, month] = (['year', 'month'] as const).map((name) =>
      call('datePart', text(name), at(args), text(timezone)),
    )
    return number(call('add', call('multiply', year as Expr, value(100, 'float')), month as Expr))
  }),
  dateTrunc: truncated,
  date_trunc: truncated,
  // the borders between the two; those of weeks are Mondays
  dateDiff: ofUnit(['instant', 'instant'], (unit, args, { timezone }) =>
    number(call('dateDiff', text(unit), at(args), at(args, 1), text(timezone))),
  ),
  dateAdd: ofUnit(['float', 'instant'], (unit, args, context) => added(unit, at(args), at(args, 1), context)),
  dateSub: ofUnit(['float', 'instant'], (unit, args, context) => added(unit, negated(at(args)), at(args, 1), context)),
  ...Object.fromEntries(
    UNITS.flatMap((unit): [string, FunctionRule][] => [
      [
        `add${capital(unit)}s`,
        rule(['instant', 'float'], (args, context) => added(unit, at(args, 1), at(args), context)),
      ],
      [
        `subtract${capital(unit)}s`,
        rule(['instant', 'float'], (args, context) => added(unit, negated(at(args, 1)), at(args), context)),
      ],
    ]),
  ),
  formatDateTime: rule(['instant', 'text'], ([of = value(null, 'instant'), format], context) => {
    if (format?.kind !== 'value') throw context.error('The format is a text.')
    checkFormat(String(format.value), context)
    return { expr: call('instantText', of, text(context.timezone), text(String(format.value))), type: 'text' }
  }),
}

/** How the text of an instant looks, as a format of `formatDateTime`. */
export const INSTANT_FORMATS = {
  date: '%F',
  seconds: '%F %T',
  micros: '%F %T.%f',
} as const
