import type { FunctionResults } from './results.ts'

/** Functions of addresses. */
export const URL_FUNCTIONS = {} as const satisfies FunctionResults
