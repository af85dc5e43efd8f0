/** Functions of dates, beside those of dates.ts. */
import type { FunctionRule } from '../rules.ts'

export const DATE_RULES: Readonly<Record<string, FunctionRule>> = {}
