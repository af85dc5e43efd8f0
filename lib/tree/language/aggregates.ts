import type { FunctionResults } from './results.ts'

/** Functions of the rows of a group or of a window. */
export const AGGREGATE_FUNCTIONS = {
  count: 'float',
  sum: 'float',
  avg: 'float',
  min: 'argument',
  max: 'argument',
  groupArray: 'json',
} as const satisfies FunctionResults
export type AggregateFunction = keyof typeof AGGREGATE_FUNCTIONS

/** Functions that stand over a window only. */
export const WINDOW_FUNCTIONS = {
  row_number: 'float',
  rank: 'float',
  dense_rank: 'float',
  first_value: 'argument',
  last_value: 'argument',
} as const satisfies FunctionResults
export type WindowFunction = keyof typeof WINDOW_FUNCTIONS
