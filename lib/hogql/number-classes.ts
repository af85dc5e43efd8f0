/** ClickHouse's types of whole numbers: what is not one of them is a Float64. */
import type { Expr } from '../tree/expr.ts'

const BITS = [8, 16, 32, 64] as const
export type NumberClass = `${'UInt' | 'Int'}${(typeof BITS)[number]}`
type MaybeWhole = { readonly number?: NumberClass }

const bitsOf = (name: NumberClass): number => Number(/\d+/.exec(name)?.[0])
const isSigned = (name: NumberClass): boolean => name.startsWith('Int')
function classOf(signed: boolean, bits: number): NumberClass {
  const known = BITS.find((each) => each >= bits) ?? 64
  return signed ? `Int${known}` : `UInt${known}`
}
const known = (name: NumberClass | undefined): MaybeWhole => (name ? { number: name } : {})

/** The smallest type that holds a constant. */
export function classOfConstant(value: number): MaybeWhole {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 64) return {}
  const bits = BITS.find((each) => (value < 0 ? -value <= 2 ** (each - 1) : value < 2 ** each))
  return bits ? known(classOf(value < 0, bits)) : {}
}

/** Of a sum, a difference or a product, which gets twice the room. */
export function classOfSum(op: 'plus' | 'minus' | 'multiply', a: MaybeWhole, b: MaybeWhole): MaybeWhole {
  if (!a.number || !b.number) return {}
  const signed = op === 'minus' || isSigned(a.number) || isSigned(b.number)
  return known(classOf(signed, 2 * Math.max(bitsOf(a.number), bitsOf(b.number))))
}

export const classOfNegative = ({ number }: MaybeWhole): MaybeWhole =>
  known(number && (isSigned(number) ? number : classOf(true, 2 * bitsOf(number))))

export const classOfAbsolute = ({ number }: MaybeWhole): MaybeWhole => known(number && classOf(false, bitsOf(number)))

/** `of` gives as many bits as the result has. */
export const classOfQuotient = (a: MaybeWhole, b: MaybeWhole, of: MaybeWhole): MaybeWhole =>
  known(a.number && b.number && of.number && classOf(isSigned(a.number) || isSigned(b.number), bitsOf(of.number)))

/** The type that has room for all of them. */
export function widestClass(all: readonly MaybeWhole[]): MaybeWhole {
  const names = all.map(({ number }) => number)
  if (names.length === 0 || names.includes(undefined)) return {}
  const whole = names.filter((name) => name !== undefined)
  const bits = Math.max(...whole.map(bitsOf))
  const signed = whole.some(isSigned)
  const isTight = signed && whole.some((name) => !isSigned(name) && bitsOf(name) === bits)
  return known(classOf(signed, isTight ? 2 * bits : bits))
}

/** Could the number be NaN? Postgres takes NaN for equal to itself and for greater than any other number. */
export function mayBeNaN(e: Expr): boolean {
  switch (e.kind) {
    case 'column':
      return e.mayBeNaN === true
    case 'call':
      return NOT_NUMBERS.includes(e.fn) || (PASSING.includes(e.fn) && e.args.some(mayBeNaN))
    case 'function':
      return NOT_NUMBERS.includes(e.fn)
    case 'if':
      return mayBeNaN(e.whenTrue) || mayBeNaN(e.whenFalse)
    case 'aggregate':
      return e.fn !== 'count' && e.fn !== 'uniq' && e.args.some(mayBeNaN)
    case 'windowFunction':
      return e.args.some(mayBeNaN)
    case 'scalarQuery':
      return e.query.columns.some(({ expr }) => mayBeNaN(expr))
    default:
      return false
  }
}

const NOT_NUMBERS: readonly string[] = [
  'numberDivide',
  'sqrt',
  'power',
  'log',
  'log2',
  'log10',
  'asin',
  'acos',
  'acosh',
  'atanh',
  'textToFloat',
]
const PASSING: readonly string[] = [
  'numberAdd',
  'numberSubtract',
  'numberMultiply',
  'numberModulo',
  'negate',
  'abs',
  'floor',
  'ceil',
  'truncate',
  'round',
  'coalesce',
  'nullIf',
  'greatest',
  'least',
  'sum',
  'avg',
  'numberSum',
  'numberAvg',
]
