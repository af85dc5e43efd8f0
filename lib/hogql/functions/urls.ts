/** Functions of addresses. */
import type { FunctionRule } from '../rules.ts'

export const URL_RULES: Readonly<Record<string, FunctionRule>> = {}
