/** Functions of texts. */
import type { FunctionRule } from '../rules.ts'

export const TEXT_RULES: Readonly<Record<string, FunctionRule>> = {}
