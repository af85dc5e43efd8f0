import type { FunctionResults } from './results.ts'

/** Functions of conditions. */
export const CONDITIONAL_FUNCTIONS = {
  xor: 'boolean',
  // (value, list, list, otherwise): what stands in the second list where the value stands in the first
  transformToText: 'text',
  transformToFloat: 'float',
  /** An array, a tuple or a map has nothing in it. */
  isEmptyJson: 'boolean',
} as const satisfies FunctionResults
