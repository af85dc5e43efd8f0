import type { FunctionResults } from './results.ts'

/** Functions of what is computed for each element of arrays; where they give elements, those are of the first array. */
export const LAMBDA_FUNCTIONS = {
  arrayMap: 'json',
  arrayFilter: 'json',
  arrayCount: 'float',
  arrayExists: 'boolean',
  arrayAll: 'boolean',
  /** Null where there is none. */
  arrayFirst: 'json',
  arrayLast: 'json',
  /** From 1; 0 where there is none. */
  arrayFirstIndex: 'float',
  arrayLastIndex: 'float',
  arraySum: 'float',
  /** Null of nothing. */
  arrayAvg: 'float',
  arrayMin: 'json',
  arrayMax: 'json',
  arraySort: 'json',
  arrayReverseSort: 'json',
  /** An element that does not pass is that before it, or behind it, which does. */
  arrayFill: 'json',
  arrayReverseFill: 'json',
  /** Before, or behind, each element that passes. */
  arraySplit: 'json',
  arrayReverseSplit: 'json',
  /** The body reads `accumulator`, too, which is what it gave before, at first `initial`; all of it JSON. */
  arrayFold: 'json',
} as const satisfies FunctionResults
export type LambdaFunction = keyof typeof LAMBDA_FUNCTIONS
