/** Functions of arrays, tuples and maps without lambdas. */
import type { FunctionRule } from '../rules.ts'

export const ARRAY_RULES: Readonly<Record<string, FunctionRule>> = {}
