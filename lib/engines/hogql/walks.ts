/** Walks of a funnel as the table function `funnelWalks` (docs/hogql-table-functions.md). */
import type { PlainAst, PlainSource } from '../../hogql/syntax.ts'
import type { Walks } from '../../tree/relation.ts'
import { logic } from './conditions.ts'
import { holds, lowerValue } from './expressions.ts'
import { literal } from './functions.ts'
import type { Names } from './names.ts'
import { instant } from './reads.ts'

export function walksFunction(walks: Walks, around: Names): PlainSource {
  const { actor, from, to, filter, steps, exclusions, order, windowSeconds, breakdown, entries } = walks
  const sources = new Map([
    ['events', { kind: 'events', columns: new Map(), qualified: false, isOptional: false } as const],
  ])
  const names: Names = { ...around, sources }
  const part = (name: string, expr: PlainAst): PlainAst => ({ kind: 'alias', expr, name, at: 0 })
  const condition = logic('and', [holds(filter, true, names)])
  const isFiltered = !(condition.kind === 'literal' && condition.value === true)
  const args = [
    part('actor', lowerValue(actor, names)),
    part('date_from', instant(from)),
    part('date_to', instant(to)),
    ...(isFiltered ? [part('filter', condition)] : []),
    ...steps.flatMap(({ test, isOptional, first }) => [
      part(isOptional ? 'optional_step' : 'step', holds(test, true, names)),
      ...(first ? [part('first_of', holds(first, true, names))] : []),
    ]),
    ...exclusions.flatMap(({ test, from: after, to: before }) => [
      part('exclusion', holds(test, true, names)),
      part('after_step', literal(after + 1)),
      part('before_step', literal(before + 1)),
    ]),
    part('step_order', literal(order)),
    part('window_seconds', literal(windowSeconds)),
    ...(breakdown
      ? [
          ...breakdown.parts.map((each) => part('breakdown', lowerValue(each, names))),
          part('attribution', literal(breakdown.attribution)),
          ...(breakdown.attribution === 'step' ? [part('attribution_step', literal(breakdown.step + 1))] : []),
          ...(breakdown.skipsEmpty ? [part('skips_empty', literal(true))] : []),
        ]
      : []),
    ...(entries
      ? [
          part('interval_starts', { kind: 'list', brackets: 'array', items: entries.starts.map(instant), at: 0 }),
          part('goal_step', literal(entries.goal + 1)),
          ...(entries.entry === null ? [] : [part('entry_step', literal(entries.entry + 1))]),
        ]
      : []),
  ]
  return { kind: 'tableFunction', name: 'funnelWalks', args, alias: walks.alias, at: 0 }
}
