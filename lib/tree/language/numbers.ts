import type { FunctionResults } from './results.ts'

/** Functions of numbers. */
export const NUMBER_FUNCTIONS = {
  // a division by nothing is null, and 0 of those that say so
  intDiv: 'float',
  intDivOrZero: 'float',
  moduloOrZero: 'float',
  positiveModulo: 'float',
  gcd: 'float',
  lcm: 'float',
  max2: 'float',
  min2: 'float',
  sign: 'float',
  exp: 'float',
  exp2: 'float',
  exp10: 'float',
  log: 'float',
  log2: 'float',
  log10: 'float',
  log1p: 'float',
  sin: 'float',
  cos: 'float',
  tan: 'float',
  asin: 'float',
  acos: 'float',
  atan: 'float',
  sinh: 'float',
  cosh: 'float',
  tanh: 'float',
  asinh: 'float',
  acosh: 'float',
  atanh: 'float',
  atan2: 'float',
  hypot: 'float',
  degrees: 'float',
  radians: 'float',
  factorial: 'float',
  /** (number, low, high, buckets) -> bucket from 1, 0 below, one more than there are above */
  width_bucket: 'float',
  /** Of whole numbers, whose halves go away from 0. */
  roundWhole: 'float',
  // (number, digits)
  floorTo: 'float',
  ceilTo: 'float',
  truncTo: 'float',
  bitAnd: 'float',
  bitOr: 'float',
  bitXor: 'float',
  bitNot: 'float',
  bitCount: 'float',
  bitShiftLeft: 'float',
  bitShiftRight: 'float',
  bitTest: 'float',
  rand: 'float',
  isNaN: 'boolean',
  isInfinite: 'boolean',
  isFinite: 'boolean',
  ifNotFinite: 'float',
  /** Text that is nothing but a number, `nan` and `inf` among them; null for any other. */
  textToFloat: 'float',
  /** (text, digits behind the point) -> number, further digits cut; null for what is none */
  toDecimal: 'float',
  /** (array, tuple or map, shape: see json_written) -> text as ClickHouse writes it */
  jsonToWritten: 'text',
  /** Text of a UUID; null for any other text. */
  toUUID: 'text',
} as const satisfies FunctionResults
