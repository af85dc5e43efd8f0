import type { FunctionResults } from './results.ts'

/** Functions of arrays, tuples and maps. */
export const ARRAY_FUNCTIONS = {} as const satisfies FunctionResults
