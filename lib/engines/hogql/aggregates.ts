/** Aggregates of client queries -> calls of HogQL. */
import type { PlainAst, PlainCall } from '../../hogql/syntax.ts'
import type { AggregateFunction } from '../../tree/language.ts'
import { apply, literal } from './functions.ts'

/** The call of an aggregate over all rows of its group. */
export function aggregateForm(fn: AggregateFunction, args: readonly PlainAst[]): PlainCall {
  const [of = literal(null), ...params] = args
  if (PARAMETERS.includes(fn)) return { ...apply(fn, of), params }
  return apply(NAMES[fn] ?? fn, ...args)
}

/** Their numbers stand in brackets of their own. */
const PARAMETERS: readonly AggregateFunction[] = ['quantile', 'quantileExact', 'quantileExactLow']
const NAMES: Partial<Record<AggregateFunction, string>> = { sumOrNull: 'sum', groupConcat: 'string_agg' }
