/**
 * Walks of strict funnels, where events of the later steps are few: each looks for what its actor did before it. Events of the
 * same step in a row are one attempt, which began with the first of them. What follows events of one instant that differ cannot
 * be told from the event before: who has such a one is walked over (walk-scan.ts).
 */
import { assert } from '../../core/assert.ts'
import { column, common, value } from '../../tree/build.ts'
import type { WalkStep, Walks } from '../../tree/relation.ts'
import { walkColumns } from '../../tree/walk-columns.ts'
import { and, type CommonTable, call, compare, type Expr, isNull, native, not, or, type Select } from './physical.ts'
import {
  actorOf,
  append,
  as,
  deepest,
  deepestWalks,
  EVENTS,
  element,
  entered,
  inWindow,
  person,
  seconds,
  stepEvents,
  timestamp,
  withinRange,
} from './step-tables.ts'
import { scannedWalks } from './walk-scan.ts'

/** Tables that compute strict walks which `plainSteps` allows; the last is called `name`. */
export function probedStrictly(walks: Walks, name: string): CommonTable[] {
  const [first, ...later] = walks.steps
  assert(first, 'walks have steps')
  const steps = later.map((step, index) => ({ step, before: walks.steps[index] ?? first, number: index + 2 }))
  const numbers = steps.map(({ number }) => number)
  return [
    { name: 'entered', query: entered(walks, first) },
    ...steps.map(({ step, number }) => ({ name: `step_${number}`, query: stepEvents(walks, step) })),
    ...steps.map(({ step, before, number }) => ({
      name: `before_${number}`,
      query: eventsBefore(walks, [before, step], number),
    })),
    { name: 'tied', query: tiedActors(numbers) },
    ...numbers.map((number) => ({ name: `level_${number}`, query: level(walks, number) })),
    { name: 'best', query: deepest(walks.steps.length) },
    { name: 'plain_walks', query: deepestWalks(walks) },
    ...scannedWalks(walks, 'tied_walks', { kind: 'inQuery', expr: walks.actor, query: allTied }),
    { name, query: together(walks) },
  ]
}

const allTied: Select = { kind: 'select', columns: [as('actor', actorOf('tied'))], from: common('tied') }

const holds = (test: Expr) => call('coalesce', test, value(false, 'boolean'))

/**
 * Of each event of a step: `t`, `before` (when the event was that came before it and the others of the step in a row with it),
 * `follows` (that one is of the step before), `is_tied` (there is another event at one of the two instants).
 */
function eventsBefore(walks: Walks, [before, step]: readonly [WalkStep, WalkStep], number: number): Select {
  const own = (name: string) => column(`step_${number}`, name)
  const latest: Select = {
    kind: 'select',
    columns: [as('at', timestamp), as('follows', holds(before.test))],
    from: EVENTS,
    where: and(
      withinRange(walks),
      compare(person, '=', own('actor')),
      compare(timestamp, '<=', own('at')),
      not(holds(step.test)),
    ),
    orderBy: [{ expr: timestamp, descending: true }],
    limit: 2,
  }
  const at = column('latest', 'at')
  const following: Expr = {
    kind: 'if',
    condition: column('latest', 'follows'),
    whenTrue: at,
    whenFalse: native('nothing'),
  }
  const both: Select = {
    kind: 'select',
    columns: [
      as('at', call('max', at)),
      as('other', call('min', at)),
      as('following', call('max', following)),
      as('n', call('countAll')),
    ],
    from: { kind: 'query', alias: 'latest', query: latest },
  }
  const found = (name: string) => column('before', name)
  return {
    kind: 'select',
    columns: [
      as('actor', own('actor')),
      as('t', own('t')),
      as('before', seconds(walks, found('at'))),
      as('follows', compare(found('following'), '=', found('at'))),
      as(
        'is_tied',
        or(
          compare(found('at'), '=', own('at')),
          and(compare(found('n'), '=', value(2, 'int')), compare(found('other'), '=', found('at'))),
        ),
      ),
    ],
    from: common(`step_${number}`),
    joins: [{ source: { kind: 'lateral', alias: 'before', query: both }, on: value(true, 'boolean') }],
  }
}

function tiedActors(numbers: readonly number[]): Select {
  const queries = numbers.map((number): Select => {
    const name = `before_${number}`
    return {
      kind: 'select',
      columns: [as('actor', actorOf(name))],
      from: common(name),
      where: column(name, 'is_tied'),
    }
  })
  return {
    kind: 'select',
    columns: [as('actor', actorOf('ties'))],
    from: { kind: 'union', alias: 'ties', queries },
    groupBy: [actorOf('ties')],
  }
}

/** `actor`, `t` (when the first event in the row did the step), `way`, and `at`: when this one did. */
function level(walks: Walks, number: number): Select {
  const [name, below] = [`before_${number}`, `level_${number - 1}`]
  const own = (of: string) => column(name, of)
  const t: Expr = {
    kind: 'window',
    fn: 'min',
    of: own('t'),
    partitionBy: [own('actor'), own('before')],
    orderBy: [{ expr: own('t') }],
  }
  const isSecond = number === 2
  const [way, start] = isSecond
    ? [native('numbers', own('before')), own('before')]
    : [column(below, 'way'), element(column(below, 'way'), 1)]
  return {
    kind: 'select',
    columns: [as('actor', own('actor')), as('t', t), as('way', append(way, t)), as('at', own('t'))],
    from: common(name),
    joins: isSecond
      ? []
      : [
          {
            source: common(below),
            on: and(compare(actorOf(below), '=', own('actor')), compare(column(below, 'at'), '=', own('before'))),
          },
        ],
    where: and(own('follows'), inWindow(walks, own('t'), start)),
  }
}

function together(walks: Walks): Select {
  const columnsOf = (name: string) => walkColumns(walks).map((each) => as(each, column(name, each)))
  const untied: Select = {
    kind: 'select',
    columns: columnsOf('plain_walks'),
    from: common('plain_walks'),
    joins: [{ source: common('tied'), on: compare(actorOf('tied'), '=', actorOf('plain_walks')), left: true }],
    where: isNull(actorOf('tied')),
  }
  const tied: Select = { kind: 'select', columns: columnsOf('tied_walks'), from: common('tied_walks') }
  return {
    kind: 'select',
    columns: columnsOf('both_walks'),
    from: { kind: 'union', alias: 'both_walks', queries: [untied, tied] },
  }
}
