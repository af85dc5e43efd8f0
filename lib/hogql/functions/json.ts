/** Functions of JSON texts. */
import type { FunctionRule } from '../rules.ts'

export const JSON_RULES: Readonly<Record<string, FunctionRule>> = {}
