/** The people behind an edge, or at an item, of paths. */
import type { PathKey } from '../../nodes/actors/paths-point.ts'
import type { PathsPointPlan } from '../../plan/points/paths.ts'
import { and, column, common, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { countOfRows } from '../events.ts'
import { itemOf } from './items.ts'
import { stepTables } from './steps.ts'

const step = (name: string) => column('steps', name)

/** Columns `actor`, `event_count`: the persons, each once, with how often they did it. */
export function buildPathsActors({ paths, from, at, dropOff }: PathsPointPlan): Select {
  return {
    kind: 'select',
    with: stepTables(paths),
    columns: [
      { expr: step('actor'), as: 'actor' },
      { expr: countOfRows, as: 'event_count' },
    ],
    from: common('steps'),
    where: and(
      ...(from ? is(step('before'), { ...from, position: from.position + 1 }) : []),
      ...(at ? is(step('item'), at) : []),
      ...(dropOff ? [...is(step('item'), dropOff), step('is_last')] : []),
    ),
    groupBy: [step('actor')],
  }
}

const is = (item: Expr, { position, item: text }: PathKey): Expr[] => [
  compare(step('position'), '=', value(position, 'int')),
  compare(item, '=', itemOf(text)),
]
