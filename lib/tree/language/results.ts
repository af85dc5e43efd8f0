import type { SqlType } from '../types.ts'

/** What a function gives: `json` is an array, a tuple or a map. `argument`: as its first argument. */
export type FunctionResult = SqlType | 'json' | 'argument'
export type FunctionResults = Readonly<Record<string, FunctionResult>>
