/** Arithmetic and functions of numbers (docs/hogql-values.md 1). */
import { call, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { LanguageFunction } from '../../tree/language.ts'
import { classOfAbsolute, classOfNegative, classOfQuotient, classOfSum, type NumberClass } from '../number-classes.ts'
import { boolean, type FunctionRule, first, rule, second, type Typed } from '../rules.ts'
import { invoke } from '../values.ts'

const zero = value(0, 'float')
const nothing: Typed = { expr: value(null, 'float'), type: 'float' }

/** Of numbers; `number`: the type of the result if it is no Float64. */
const numeric = (
  count: number,
  build: (args: readonly Expr[]) => Expr,
  number: (a: Typed, b: Typed) => { readonly number?: NumberClass } = () => ({}),
): FunctionRule =>
  rule(count, count, ['float'], (args, _, __, [a = nothing, b = nothing]) => ({
    expr: build(args),
    type: 'float',
    ...number(a, b),
  }))
const named = (count: number, name: LanguageFunction, number?: Parameters<typeof numeric>[2]): FunctionRule =>
  numeric(count, (args) => invoke(name, ...args), number)
const sum = (op: 'plus' | 'minus' | 'multiply', fn: SqlFunction): FunctionRule =>
  numeric(
    2,
    (args) => call(fn, ...args),
    (a, b) => classOfSum(op, a, b),
  )

/** A division by a constant nothing is a mistake of the text, one by nothing in the data is null. */
const byWhole = (of: FunctionRule): FunctionRule => ({
  ...of,
  nulls: 'always',
  build: (args, types, context, typed) => {
    const by = second(args)
    if (by.kind === 'value' && by.value === 0) throw context.error('Division by zero.')
    const { isNullable: _, ...rest } = of.build(args, types, context, typed)
    return by.kind === 'value' ? { ...rest, isNullable: typed.some((each) => each.isNullable) } : rest
  },
})

/** To so many digits behind the point, or before it. */
const rounding = (whole: SqlFunction, digits: LanguageFunction): FunctionRule =>
  rule(1, 2, ['float'], ([of = zero, to], _, __, [a = nothing]) => ({
    expr: to ? invoke(digits, of, to) : call(whole, of),
    type: 'float',
    ...(a.number ? { number: a.number } : {}),
  }))
const rounded = (awayFromZero: boolean): FunctionRule =>
  rule(1, 2, ['float'], ([of = zero, to = zero], _, __, [a = nothing]) => ({
    expr: a.number && awayFromZero ? invoke('roundWhole', of, to) : call('round', of, to),
    type: 'float',
    ...(a.number ? { number: a.number } : {}),
  }))

const test = (name: 'isNaN' | 'isInfinite' | 'isFinite'): FunctionRule =>
  rule(1, 1, ['float'], (args) => boolean(invoke(name, ...args)))
const whole = (number: NumberClass) => () => ({ number })
const quotient = (a: Typed, b: Typed) => classOfQuotient(a, b, a)
const rest = (a: Typed, b: Typed) => classOfQuotient(a, b, b)

const ONE_NUMBER =
  'exp exp2 exp10 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh degrees radians'.split(
    ' ',
  ) as readonly LanguageFunction[]

const modulo = byWhole(numeric(2, (args) => call('numberModulo', ...args), rest))
const constant = (of: number): FunctionRule => rule(0, 0, [], () => ({ expr: value(of, 'float'), type: 'float' }))
const power = numeric(2, (args) => call('power', ...args))

export const NUMBER_RULES: Readonly<Record<string, FunctionRule>> = {
  plus: sum('plus', 'numberAdd'),
  minus: sum('minus', 'numberSubtract'),
  multiply: sum('multiply', 'numberMultiply'),
  divide: numeric(2, (args) => call('numberDivide', ...args)),
  negate: numeric(1, (args) => call('negate', ...args), classOfNegative),
  modulo,
  mod: modulo,
  moduloOrZero: named(2, 'moduloOrZero', rest),
  positiveModulo: byWhole(named(2, 'positiveModulo', rest)),
  intDiv: byWhole(named(2, 'intDiv', quotient)),
  intDivOrZero: named(2, 'intDivOrZero', quotient),
  gcd: named(2, 'gcd', quotient),
  lcm: named(2, 'lcm', quotient),
  max2: named(2, 'max2'),
  min2: named(2, 'min2'),
  abs: numeric(1, (args) => call('abs', ...args), classOfAbsolute),
  sign: named(1, 'sign', whole('Int8')),
  floor: rounding('floor', 'floorTo'),
  ceil: rounding('ceil', 'ceilTo'),
  ceiling: rounding('ceil', 'ceilTo'),
  trunc: rounding('truncate', 'truncTo'),
  truncate: rounding('truncate', 'truncTo'),
  round: rounded(true),
  roundBankers: rounded(false),
  sqrt: numeric(1, (args) => call('sqrt', ...args)),
  cbrt: numeric(1, (args) => call('cubeRoot', ...args)),
  pow: power,
  power,
  ln: named(1, 'log'),
  ...Object.fromEntries(ONE_NUMBER.map((name) => [name, named(1, name)])),
  atan2: named(2, 'atan2'),
  hypot: named(2, 'hypot'),
  pi: constant(Math.PI),
  e: constant(Math.E),
  factorial: { ...named(1, 'factorial', whole('UInt64')), nulls: 'always' },
  intExp2: numeric(1, (args) => invoke('exp2', ...args), whole('UInt64')),
  intExp10: numeric(1, (args) => invoke('exp10', ...args), whole('UInt64')),
  width_bucket: named(4, 'width_bucket', whole('UInt64')),
  bitAnd: named(2, 'bitAnd', quotient),
  bitOr: named(2, 'bitOr', quotient),
  bitXor: named(2, 'bitXor', quotient),
  bitNot: rule(1, 1, ['float'], (args, _, __, [a = nothing]) => ({
    // the bits of an unsigned number are as many as its type has
    expr: a.number?.startsWith('U')
      ? call('numberSubtract', value(2 ** Number(a.number.slice(4)) - 1, 'float'), first(args))
      : invoke('bitNot', ...args),
    type: 'float',
    number: a.number ?? 'Int64',
  })),
  bitCount: named(1, 'bitCount', whole('UInt8')),
  bitShiftLeft: named(2, 'bitShiftLeft', quotient),
  bitShiftRight: named(2, 'bitShiftRight', quotient),
  bitTest: named(2, 'bitTest', whole('UInt8')),
  rand: rule(0, 0, [], () => ({ expr: invoke('rand'), type: 'float', number: 'UInt32' })),
  isNaN: test('isNaN'),
  isInfinite: test('isInfinite'),
  isFinite: test('isFinite'),
  ifNotFinite: named(2, 'ifNotFinite'),
}
