/** Dates, numbers and intervals that are added and subtracted (docs/hogql-values.md 5). */
import { call, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import { coerce } from './coerce.ts'
import { type AnyUnit, isOfDays } from './date-units.ts'
import type { FunctionContext, Typed } from './rules.ts'
import { decode, invoke, isTuple, tupleFrom } from './values.ts'
import { zoneOf } from './zones.ts'

const text = (v: string) => value(v, 'text')
const isNullable = (...of: readonly Typed[]) => (of.some((each) => each.isNullable) ? { isNullable: true } : {})

/** So many units later: the same time of day for days and longer ones. A day stays one if nothing shorter is added. */
export function shifted(of: Typed, unit: AnyUnit, amount: Typed, context: FunctionContext): Typed {
  const { expr, zone } = of
  const isDate = of.format === 'date'
  const exact = unit === 'millisecond' || unit === 'microsecond'
  return {
    expr: call('dateAdd', text(unit), amount.expr, expr, text(zoneOf(of, context))),
    type: 'instant',
    format: isDate && !isOfDays(unit) ? 'seconds' : exact ? undefined : of.format,
    ...(zone ? { zone } : {}),
    ...isNullable(of, amount),
  }
}

export const negated = (amount: Typed): Typed => ({ ...amount, expr: call('negate', amount.expr) })

/** The intervals that a value is made of; undefined if it is no interval. */
export function intervalsOf(of: Typed | undefined): readonly Typed[] | undefined {
  if (!of) return undefined
  if (of.interval) return [of]
  if (!isTuple(of.type) || of.type.of.length === 0 || !of.type.of.every((info) => info.interval)) return undefined
  return of.type.of.map((info, index) => decode(invoke('jsonElement', of.expr, value(index + 1, 'int')), info))
}

/** An instant and the intervals of a value. */
export const shiftedBy = (of: Typed, intervals: readonly Typed[], sign: 1 | -1, context: FunctionContext): Typed =>
  intervals.reduce(
    (at, each) => shifted(at, each.interval ?? 'second', sign < 0 ? negated(each) : each, context),
    coerce(of, 'instant', context) as Typed,
  )

/** A number is one of days beside a date, of seconds beside an instant; so is the difference of two. */
export function dateArithmetic(name: string, [a, b]: readonly Typed[], context: FunctionContext): Typed | undefined {
  if ((name !== 'plus' && name !== 'minus') || !a || !b) return undefined
  const sign = name === 'plus' ? 1 : -1
  const [left, right] = [intervalsOf(a), intervalsOf(b)]
  if (left && right) return sumOfIntervals(left, right, sign, context)
  if (right) return isDateLike(a) ? shiftedBy(asInstant(a, context), right, sign, context) : undefined
  if (left) return sign > 0 && isDateLike(b) ? shiftedBy(asInstant(b, context), left, sign, context) : undefined
  if (a.type === 'instant' && b.type === 'instant') return difference(a, b, sign, context)
  if (a.type === 'instant' && isAmount(b))
    return byNumber(a, sign < 0 ? negated(amount(b, context)) : amount(b, context), context)
  return b.type === 'instant' && sign > 0 && isAmount(a) ? byNumber(b, amount(a, context), context) : undefined
}

const isDateLike = ({ type }: Typed): boolean => type === 'instant' || type === 'text' || type === 'null'
const asInstant = (of: Typed, context: FunctionContext): Typed => ({
  ...coerce(of, 'instant', context),
  ...isNullable(of),
})
const isAmount = ({ type }: Typed): boolean => ['float', 'int', 'text', 'boolean', 'null'].includes(String(type))
const amount = (of: Typed, context: FunctionContext): Typed => ({ ...coerce(of, 'float', context), ...isNullable(of) })
const byNumber = (of: Typed, days: Typed, context: FunctionContext): Typed =>
  shifted(of, of.format === 'date' ? 'day' : 'second', days, context)

function difference(a: Typed, b: Typed, sign: 1 | -1, context: FunctionContext): Typed {
  if (sign > 0) throw context.error('Two dates cannot be added.')
  const unit = a.format === 'date' && b.format === 'date' ? 'day' : 'second'
  const expr = call('dateDiff', text(unit), b.expr, a.expr, text(context.timezone))
  return { expr, type: 'float', number: 'Int32', ...isNullable(a, b) }
}

/** Of one unit they are one interval, else they stand beside each other. */
function sumOfIntervals(a: readonly Typed[], b: readonly Typed[], sign: 1 | -1, context: FunctionContext): Typed {
  const [one, other, ...more] = [...a, ...b.map((each) => (sign < 0 ? negated(each) : each))]
  if (one && other && more.length === 0 && one.interval === other.interval)
    return { ...one, expr: call('numberAdd', one.expr, other.expr), ...isNullable(one, other) }
  return tupleFrom([...a, ...b.map((each) => (sign < 0 ? negated(each) : each))], context)
}

/** The whole number of a constant; undefined for anything else. */
export const wholeConstant = (e: Expr): number | undefined =>
  e.kind === 'value' && typeof e.value === 'number' && Number.isInteger(e.value) ? e.value : undefined
