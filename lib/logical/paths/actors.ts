/** The people behind an edge, or at an item, of paths. */
import type { PathKey } from '../../nodes/actors/paths-point.ts'
import type { PathsPointPlan } from '../../plan/points/paths.ts'
import { and, column, common, compare, not, value } from '../../tree/build.ts'
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
      ...(from ? [isAt(from.position), isItem('item', from), not(step('is_last'))] : []),
      ...(at ? arrival(at, from !== null) : []),
      ...(dropOff ? [isAt(dropOff.position), isItem('item', dropOff), step('is_last')] : []),
    ),
    groupBy: [step('actor')],
  }
}

const isAt = (position: number) => compare(step('position'), '=', value(position, 'int'))
const isItem = (name: string, { item }: PathKey) => compare(step(name), '=', itemOf(item))

/** Of those who are at a step, who go on to the key. */
const arrival = (key: PathKey, isNext: boolean): Expr[] =>
  isNext ? [isAt(key.position - 1), isItem('next', key)] : [isAt(key.position), isItem('item', key)]
