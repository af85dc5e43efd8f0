import type { FunctionResults } from './results.ts'

/** Functions of the elements of arrays. */
export const LAMBDA_FUNCTIONS = {
  arrayMap: 'json',
  arrayFilter: 'json',
  arrayCount: 'float',
} as const satisfies FunctionResults
export type LambdaFunction = keyof typeof LAMBDA_FUNCTIONS
