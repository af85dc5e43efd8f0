import type { FunctionResults } from './results.ts'

/** Functions of texts. */
export const TEXT_FUNCTIONS = {} as const satisfies FunctionResults
