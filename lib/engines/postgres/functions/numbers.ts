import type { NUMBER_FUNCTIONS } from '../../../tree/language/numbers.ts'
import type { Printed } from './printed.ts'

type Print = (args: readonly string[]) => string
const named =
  (name: string): Print =>
  (args) =>
    `${name}(${args.join(', ')})`
const angle =
  (name: string): Print =>
  ([x]) =>
    `number_angle('${name}', ${x})`
const bits =
  (name: string): Print =>
  ([a, b = '0']) =>
    `number_bits('${name}', ${a}, ${b})`
const cut =
  (how: number): Print =>
  ([x, digits]) =>
    `number_cut(${x}, ${digits}, ${how})`

export const PRINTED_NUMBER: Printed<typeof NUMBER_FUNCTIONS> = {
  intDiv: named('number_int_divide'),
  intDivOrZero: named('number_int_divide_or_zero'),
  moduloOrZero: named('number_modulo_or_zero'),
  positiveModulo: named('number_positive_modulo'),
  gcd: named('number_gcd'),
  lcm: named('number_lcm'),
  max2: named('number_greater'),
  min2: named('number_less'),
  sign: named('sign'),
  exp: named('number_exp'),
  exp2: ([x]) => `number_power(2, ${x})`,
  exp10: ([x]) => `number_power(10, ${x})`,
  log: named('number_ln'),
  log2: named('number_log2'),
  log10: named('number_log10'),
  log1p: named('number_log1p'),
  sin: angle('sin'),
  cos: angle('cos'),
  tan: angle('tan'),
  asin: angle('asin'),
  acos: angle('acos'),
  atan: angle('atan'),
  sinh: angle('sinh'),
  cosh: angle('cosh'),
  tanh: angle('tanh'),
  asinh: angle('asinh'),
  acosh: angle('acosh'),
  atanh: angle('atanh'),
  atan2: named('atan2'),
  hypot: named('number_hypot'),
  degrees: ([x]) => `number_multiply(${x}, 180 / pi())`,
  radians: ([x]) => `number_multiply(${x}, pi() / 180)`,
  factorial: named('number_factorial'),
  width_bucket: named('number_bucket'),
  roundWhole: named('number_round_whole'),
  floorTo: cut(-1),
  ceilTo: cut(1),
  truncTo: cut(0),
  bitAnd: bits('and'),
  bitOr: bits('or'),
  bitXor: bits('xor'),
  bitNot: bits('not'),
  bitCount: bits('count'),
  bitShiftLeft: bits('left'),
  bitShiftRight: bits('right'),
  bitTest: bits('test'),
  rand: () => 'floor(random() * 4294967296)',
  isNaN: ([x]) => `(${x} = 'NaN'::float8)`,
  isInfinite: ([x]) => `(abs(${x}) = 'Infinity'::float8)`,
  isFinite: ([x]) => `(abs(${x}) < 'Infinity'::float8)`,
  ifNotFinite: named('number_if_not_finite'),
  textToFloat: named('text_float'),
  toDecimal: named('text_decimal'),
  toUUID: named('uuid_text'),
}
