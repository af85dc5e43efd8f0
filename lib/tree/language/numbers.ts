import type { FunctionResults } from './results.ts'

/** Functions of numbers. */
export const NUMBER_FUNCTIONS = {} as const satisfies FunctionResults
