import { call, columnsOf, value } from './build.ts'
import type { Expr } from './expr.ts'
import type { CommonTable, WalkBreakdown, Walks } from './relation.ts'

/**
 * The columns of walks: `actor`; with a breakdown `value` (text); `reached`: how many steps the actor did, or with optional
 * steps the place of the last one it did, counted from 1; without entries `times`: the list of the times of its steps, in
 * seconds since `from`, required steps only; with optional steps `done`: bit k is set if step k + 1 was done; with entries
 * `bucket`: the index of the interval in which the actor did the first step.
 */
export const walkColumns = ({ breakdown, steps, entries }: Walks): readonly string[] => [
  'actor',
  ...(breakdown ? ['value'] : []),
  'reached',
  ...(entries ? [] : ['times']),
  ...(steps.some(({ isOptional }) => isOptional) ? ['done'] : []),
  ...(entries ? ['bucket'] : []),
]

/** A common table that is nothing but the walks. */
export const walksTable = (name: string, walks: Walks): CommonTable => ({
  name,
  query: columnsOf(walks, walkColumns(walks)),
})

/** The value that a breakdown gives an event: the text of its part, of several a JSON list. */
export function walkValue({ parts }: WalkBreakdown): Expr {
  const [first, ...more] = parts
  return first && more.length === 0 ? first : call('textsJson', call('texts', ...parts), value('', 'text'))
}
