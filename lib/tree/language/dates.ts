import type { FunctionResults } from './results.ts'

/** Functions of dates. */
export const DATE_FUNCTIONS = {} as const satisfies FunctionResults
