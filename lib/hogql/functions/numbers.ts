/** Functions of numbers. */
import type { FunctionRule } from '../rules.ts'

export const NUMBER_RULES: Readonly<Record<string, FunctionRule>> = {}
