import type { FunctionResults } from './results.ts'

/** Functions of JSON texts. */
export const JSON_FUNCTIONS = {} as const satisfies FunctionResults
