/** What the ways to compute walks from the events of each step share (strategy.ts says when). Walks are those of `plainSteps`. */
import { alwaysTrue, column, common, table, value } from '../../tree/build.ts'
import type { WalkStep, Walks } from '../../tree/relation.ts'
import { walkValue } from '../../tree/walk-columns.ts'
import {
  and,
  call,
  compare,
  type Expr,
  type Join,
  mapChildren,
  native,
  type Select,
  type SelectColumn,
} from './physical.ts'

export const EVENTS = table('events')
export const timestamp = column('events', 'timestamp')
export const person = column('events', 'person_id')

/** Times are exact to a microsecond. */
const HALF_MICROSECOND = 5e-7

export const as = (name: string, expr: Expr): SelectColumn => ({ expr, as: name })
export const actorOf = (name: string) => column(name, 'actor')
export const float = (n: number) => value(n, 'float')
export const negative = (expr: Expr) => call('subtract', float(0), expr)
export const element = (list: Expr, index: number) => call('element', list, value(index, 'int'))
/** A way to step k is a list of numbers: when it started, then minus the time of each step after. */
export const append = (way: Expr, t: Expr) => native('joinLists', way, native('numbers', negative(t)))

/** Seconds since the range began. */
export const seconds = (walks: Walks, at: Expr) => call('secondsBetween', value(walks.from, 'instant'), at)

/** The window in seconds, its end included. */
export const windowOf = (walks: Walks) => float(walks.windowSeconds + HALF_MICROSECOND)

export const inWindow = (walks: Walks, t: Expr, start: Expr) =>
  compare(call('subtract', t, start), '<=', windowOf(walks))

/** The window before `at` and a second more; what it finds is tested exactly later. */
export function windowBefore(walks: Walks, at: Expr): Expr {
  const rangeSeconds = (Date.parse(walks.to) - Date.parse(walks.from)) / 1_000
  const reach = Math.ceil(Math.min(walks.windowSeconds, rangeSeconds)) + 1
  return compare(timestamp, '>=', native('secondsBefore', at, float(reach)))
}

export const withinRange = ({ from, to }: Walks): Expr =>
  and(compare(timestamp, '>=', value(from, 'instant')), compare(timestamp, '<', value(to, 'instant')))

export const inRange = (walks: Walks, step: WalkStep): Expr => and(step.test, withinRange(walks))

/** Everybody with an event of the step, and when the first of them was. */
export function entered(walks: Walks, step: WalkStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', call('min', timestamp))],
    from: EVENTS,
    where: inRange(walks, step),
    groupBy: [person],
  }
}

export function stepEvents(walks: Walks, step: WalkStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', timestamp), as('t', seconds(walks, timestamp))],
    from: EVENTS,
    where: inRange(walks, step),
  }
}

/**
 * Of each actor the deepest step, minus its time, and the way: the greatest of these lists got furthest, and there first.
 * Reads `actor`, `t` and `way` of tables `level_2` and so on.
 */
export function deepest(steps: number): Select {
  const queries = Array.from({ length: steps - 1 }, (_, index): Select => {
    const name = `level_${index + 2}`
    const reached = native('numbers', float(index + 2), negative(column(name, 't')))
    return {
      kind: 'select',
      columns: [as('actor', actorOf(name)), as('way', native('joinLists', reached, column(name, 'way')))],
      from: common(name),
    }
  })
  return {
    kind: 'select',
    columns: [as('actor', actorOf('levels')), as('way', call('max', column('levels', 'way')))],
    from: { kind: 'union', alias: 'levels', queries },
    groupBy: [actorOf('levels')],
  }
}

/** Everybody of `entered` as far as `deepest`, which is called `best`, says. */
export function deepestWalks(walks: Walks): Select {
  const at = (index: number) => element(column('best', 'way'), index)
  const times = walks.steps.map((_, step) =>
    step === 0 ? call('coalesce', at(3), seconds(walks, column('entered', 'at'))) : negative(at(step + 3)),
  )
  return walksOfEntered(walks, [
    as('reached', call('coalesce', at(1), float(1))),
    as('times', native('numbers', ...times)),
  ])
}

/** A row for each of `entered`, with what `best` says of the same `keys`. */
export function walksOfEntered(
  walks: Walks,
  columns: readonly SelectColumn[],
  keys: readonly string[] = ['actor'],
): Select {
  const actor = actorOf('entered')
  const { breakdown } = walks
  const where = ofActor(walks.filter, actor)
  const best: Join = {
    source: common('best'),
    on: and(...keys.map((key) => compare(column('best', key), '=', column('entered', key)))),
    left: true,
  }
  const persons: Join = {
    source: table('persons'),
    on: compare(column('persons', 'id'), '=', actor),
    left: true,
  }
  return {
    kind: 'select',
    columns: [
      as('actor', actor),
      ...(breakdown ? [as('value', ofActor(walkValue(breakdown), actor))] : []),
      ...columns,
    ],
    from: common('entered'),
    joins: [best, ...(breakdown || where !== alwaysTrue ? [persons] : [])],
    where,
  }
}

/** A condition on the person of an event -> the same of an actor. */
const ofActor = (e: Expr, actor: Expr): Expr =>
  e.kind === 'inCohort'
    ? { ...e, person: actor }
    : e.kind === 'property'
      ? { ...e, table: 'persons' }
      : mapChildren(e, (child) => ofActor(child, actor))
