import type { FunctionResults } from './results.ts'

/**
 * Functions of the rows of a group or of a window. Rows where an argument is null do not count. Of nothing `count`, `uniq`
 * and `sum` are 0, arrays and texts are empty, anything else is null.
 */
export const AGGREGATE_FUNCTIONS = {
  count: 'float',
  /** Different values, or different rows of several. Over a group only. */
  uniq: 'float',
  sum: 'float',
  sumOrNull: 'float',
  avg: 'float',
  min: 'argument',
  max: 'argument',
  /** The first and the last in the order of the rows. */
  any: 'argument',
  anyLast: 'argument',
  /** The most frequent. Over a group only. */
  anyHeavy: 'argument',
  /** (value, number): the value where the number is least, greatest. Over a group only. */
  argMin: 'argument',
  argMax: 'argument',
  groupArray: 'json',
  groupUniqArray: 'json',
  /** (text, separator) */
  groupConcat: 'text',
  /** (number, level): between two values. Over a group only. */
  quantile: 'float',
  /** (number, level): the value at the place, the lower one of two. Over a group only. */
  quantileExact: 'float',
  quantileExactLow: 'float',
  stddevPop: 'float',
  stddevSamp: 'float',
  varPop: 'float',
  varSamp: 'float',
  covarPop: 'float',
  covarSamp: 'float',
  corr: 'float',
  /** (x, y): of the line y = slope * x + intercept */
  slope: 'float',
  intercept: 'float',
  /** (number, weight) */
  avgWeighted: 'float',
  groupBitAnd: 'float',
  groupBitOr: 'float',
  groupBitXor: 'float',
  /** All, any of them are true. */
  every: 'boolean',
  some: 'boolean',
} as const satisfies FunctionResults
export type AggregateFunction = keyof typeof AGGREGATE_FUNCTIONS

/** Functions of arrays that aggregates are made of, whose rows were collected in an array. */
export const COLLECTED_FUNCTIONS = {
  /** (name, array, array of parameters) -> JSON: the aggregate of the elements. */
  aggregateOf: 'json',
  /** The same for each place of the arrays of an array, for each key of its maps. */
  aggregateEach: 'json',
  aggregateValues: 'json',
  /** (name, array of pairs of arrays of keys and of values) -> keys, values */
  aggregatePairs: 'json',
  /** The elements of the arrays of an array. */
  flattened: 'json',
  /** The array, if it has not very many elements. */
  boundedList: 'json',
  /** (array, count) */
  firstElements: 'json',
  /** An array of pairs -> what stands in front of the least, the greatest. */
  atLeast: 'json',
  atMost: 'json',
  /** (array of [instant, number of the conditions that hold], seconds) -> how many steps were done */
  windowFunnel: 'float',
  /** Null in place of NaN, which is no more and no less than anything and not the same as itself. */
  comparable: 'float',
} as const satisfies FunctionResults

/** Functions that stand over a window only. */
export const WINDOW_FUNCTIONS = {
  row_number: 'float',
  rank: 'float',
  dense_rank: 'float',
  percent_rank: 'float',
  cume_dist: 'float',
  ntile: 'float',
  first_value: 'argument',
  last_value: 'argument',
  /** (value, place) */
  nth_value: 'argument',
  /** (value, rows before or after, value where there is no such row): in the whole partition */
  lag: 'argument',
  lead: 'argument',
} as const satisfies FunctionResults
export type WindowFunction = keyof typeof WINDOW_FUNCTIONS
