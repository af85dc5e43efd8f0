/**
 * Walks of unordered funnels, whose steps are different events: of each event the next of every step. Those within its window
 * are what the queues of docs/funnels.md 4 hold when it leaves. Who did one step alone needs no look at what comes next.
 */
import { column, common, value } from '../../tree/build.ts'
import type { Walks } from '../../tree/relation.ts'
import { and, type CommonTable, call, compare, type Expr, isNull, native, or, type Select } from './physical.ts'
import {
  actorOf,
  as,
  EVENTS,
  element,
  entered,
  float,
  inWindow,
  negative,
  person,
  seconds,
  timestamp,
  walksOfEntered,
  windowOf,
  withinRange,
} from './step-tables.ts'

const integer = (n: number) => value(n, 'int')

/** Tables that compute unordered walks which `plainSteps` allows; the last is called `name`. */
export function windowedWalks(walks: Walks, name: string): CommonTable[] {
  const way = column('best', 'way')
  const times = native('numbers', ...walks.steps.map((_, step) => element(way, step + 3)))
  const until = call('subtract', windowOf(walks), element(way, 2))
  return [
    { name: 'entered', query: everybody(walks) },
    { name: 'best', query: best(walks) },
    {
      name,
      query: walksOfEntered(walks, [
        as('reached', call('coalesce', element(way, 1), float(1))),
        as('times', {
          kind: 'if',
          condition: isNull(way),
          whenTrue: native('numbers', seconds(walks, column('entered', 'at'))),
          whenFalse: native('sortedUpTo', times, until),
        }),
      ]),
    },
  ]
}

/** Everybody with an event of any step, when the first of them was, and how many steps they are of. */
function everybody(walks: Walks): Select {
  return {
    kind: 'select',
    columns: [
      as('actor', actorOf('firsts')),
      as('at', call('min', column('firsts', 'at'))),
      as('steps', call('countAll')),
    ],
    from: { kind: 'union', alias: 'firsts', queries: walks.steps.map((step) => entered(walks, step)) },
    groupBy: [actorOf('firsts')],
  }
}

/**
 * `actor`, `way` of those who did several steps: how many within one window, minus when the first window with as many began,
 * and the time of the next event of each step from there.
 */
function best(walks: Walks): Select {
  const several: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('entered'))],
    from: common('entered'),
    where: compare(column('entered', 'steps'), '>', integer(1)),
  }
  const names = walks.steps.flatMap(({ event }) => event ?? [])
  const events: Select = {
    kind: 'select',
    columns: [
      as('actor', person),
      as('t', seconds(walks, timestamp)),
      ...walks.steps.map(({ test }, step) => as(`is_${step}`, test)),
    ],
    from: EVENTS,
    where: and(
      { kind: 'in', expr: column('events', 'event'), list: { kind: 'list', values: names, type: 'text' } },
      withinRange(walks),
      or(...walks.steps.map(({ test }) => test)),
      { kind: 'inQuery', expr: person, query: several, isLarge: true },
    ),
  }
  const own = (name: string) => column('done', name)
  const next = (step: number): Expr => ({
    kind: 'window',
    fn: 'min',
    of: {
      kind: 'if',
      condition: own(`is_${step}`),
      whenTrue: own('t'),
      whenFalse: native('nothing'),
    },
    partitionBy: [own('actor')],
    orderBy: [{ expr: own('t'), descending: true }],
  })
  const t = column('followed', 't')
  const nexts = walks.steps.map((_, step) => column('followed', `next_${step}`))
  const covered = nexts
    .map((at): Expr => ({ kind: 'if', condition: inWindow(walks, at, t), whenTrue: float(1), whenFalse: float(0) }))
    .reduce((a, b) => call('add', a, b))
  return {
    kind: 'select',
    columns: [
      as('actor', actorOf('followed')),
      as('way', call('max', native('numbers', covered, negative(t), ...nexts))),
    ],
    from: {
      kind: 'query',
      alias: 'followed',
      query: {
        kind: 'select',
        columns: [
          as('actor', own('actor')),
          as('t', own('t')),
          ...walks.steps.map((_, step) => as(`next_${step}`, next(step))),
        ],
        from: { kind: 'query', alias: 'done', query: events },
      },
    },
    groupBy: [actorOf('followed')],
  }
}
