/**
 * Walks from ways that are kept day by day (docs/performance.md 4). A way to an event of step k started last, and did each
 * step as early as can be: whatever range is asked for, it is the same, and counts if it started in the range.
 */
import { assert } from '../../core/assert.ts'
import { column, common, value } from '../../tree/build.ts'
import type { Walks } from '../../tree/relation.ts'
import { daysOf } from './partials/days.ts'
import {
  and,
  type Buckets,
  type CommonTable,
  call,
  compare,
  type DayRows,
  type Expr,
  native,
  or,
  type Select,
} from './physical.ts'
import { NO_WAY, reached } from './probes.ts'
import {
  actorOf,
  as,
  EVENTS,
  element,
  float,
  negative,
  person,
  seconds,
  timestamp,
  walksOfEntered,
} from './step-tables.ts'

const DAY_SECONDS = 86_400
const MICROSECONDS = 1_000_000
/** More than an actor has. */
const MOST_EVENTS = 1_000_000_000

const bucketFrom: Expr = { kind: 'bucketFrom' }
const bucketTo: Expr = { kind: 'bucketTo' }
const microseconds = (at: Expr) => native('microseconds', at)
const between = (from: Expr, to: Expr): Expr => and(compare(timestamp, '>=', from), compare(timestamp, '<', to))

/** Tables that compute the walks; the last is called `name`. */
export function keptWalks(walks: Walks, name: string, timezone: string): CommonTable[] {
  const days = daysOf(walks, timezone)
  const entered: Select = {
    kind: 'select',
    columns: [as('ids', column('sets', 'ids'))],
    from: enteredSet(walks, timezone),
  }
  return [
    { name: 'entered_set', query: entered },
    { name: 'entered', query: members },
    { name: 'best', query: best(walks, waysOfDays(walks, days)) },
    { name, query: walksOfEntered(walks, RESULT) },
  ]
}

/** Everybody who did the first step. */
function enteredSet({ from, to, steps }: Walks, timezone: string): Buckets {
  const [first] = steps
  assert(first, 'walks have steps')
  return {
    kind: 'buckets',
    alias: 'sets',
    bounds: [{ from, to }],
    overlapping: false,
    interval: null,
    weekStartDay: 0,
    timezone,
    each: {
      kind: 'select',
      columns: [as('ids', call('idSet', person))],
      from: EVENTS,
      where: and(first.test, between(bucketFrom, bucketTo)),
    },
  }
}

const members: Select = {
  kind: 'select',
  columns: [as('actor', call('members', column('entered_set', 'ids')))],
  from: common('entered_set'),
}

const wayNames = ({ steps }: Walks) => steps.map((_, index) => `way_${index + 1}`)

/** The ways to the events of days: `actor`, `step` that they lead to, and their numbers in microseconds. */
function waysOfDays(walks: Walks, days: DayRows['days']): DayRows {
  const numbers = wayNames(walks).map((name) => ({ name, type: 'float' }) as const)
  return {
    kind: 'dayRows',
    alias: 'ways',
    days,
    reachDays: Math.ceil(walks.windowSeconds / DAY_SECONDS) + 1,
    each: waysOfBucket(walks),
    columns: [{ name: 'actor', type: 'int' }, { name: 'step', type: 'int' }, ...numbers],
  }
}

function waysOfBucket(walks: Walks): Select {
  const [first, ...later] = walks.steps
  assert(first, 'walks have steps')
  const lookback = native('secondsBefore', bucketFrom, float(walks.windowSeconds + 1))
  // each from the index of its name
  const didStep = later.map(
    ({ test }): Select => ({
      kind: 'select',
      columns: [as('actor', person)],
      from: EVENTS,
      where: and(test, between(bucketFrom, bucketTo)),
    }),
  )
  const doers: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('did_step'))],
    from: { kind: 'union', operator: 'union', alias: 'did_step', queries: didStep },
  }
  const tests = walks.steps.map(({ test }) => test)
  // read from the index of persons: the limit keeps the query from being joined in another way
  const events: Select = {
    kind: 'select',
    columns: [as('t', microseconds(timestamp)), as('step', indexOf(tests))],
    from: EVENTS,
    where: and(or(...tests), between(lookback, bucketTo), compare(person, '=', actorOf('doers'))),
    limit: MOST_EVENTS,
  }
  const did: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('doers')), ...['t', 'step'].map((name) => as(name, column('event', name)))],
    from: common('doers'),
    joins: [{ source: { kind: 'lateral', query: events, alias: 'event' }, on: value(true, 'boolean') }],
  }
  const isWithin = (t: Expr, start: Expr) =>
    compare(call('subtract', t, start), '<=', float(walks.windowSeconds * MICROSECONDS))
  const levels = later.map((_, index): CommonTable => {
    const query = index === 0 ? secondLevel(isWithin) : reached(isWithin, [rowsOf(index + 1), rowsOfStep(index + 2)])
    return { name: `level_${index + 2}`, query }
  })
  const ofDay = later.map((_, index): Select => {
    const name = `level_${index + 2}`
    return {
      kind: 'select',
      columns: [
        as('actor', actorOf(name)),
        as('step', value(index + 2, 'int')),
        as('at', column(name, 't')),
        ...wayNames(walks).map((as, nth) => ({ expr: element(column(name, 'way'), nth + 1), as })),
      ],
      from: common(name),
      where: compare(column(name, 't'), '>=', microseconds(bucketFrom)),
    }
  })
  return {
    kind: 'select',
    with: [{ name: 'doers', query: doers }, { name: 'did', query: did }, ...levels],
    columns: ['actor', 'step', 'at', ...wayNames(walks)].map((name) => as(name, column('each_level', name))),
    from: { kind: 'union', alias: 'each_level', queries: ofDay },
  }
}

/** The number of the first test that holds, from 1. */
const indexOf = (tests: readonly Expr[]): Expr =>
  tests.reduceRight<Expr>(
    (whenFalse, condition, index) => ({ kind: 'if', condition, whenTrue: value(index + 1, 'int'), whenFalse }),
    value(0, 'int'),
  )

const isStep = (step: number): Expr => compare(column('did', 'step'), '=', value(step, 'int'))

const rowsOfStep = (step: number): Select => ({
  kind: 'select',
  columns: [as('actor', actorOf('did')), as('t', column('did', 't')), as('way', NO_WAY)],
  from: common('did'),
  where: isStep(step),
})

/** As `reached`, whose ways before are numbers: the latest event of the first step counts. */
function secondLevel(isWithin: (t: Expr, start: Expr) => Expr): Select {
  const t = column('did', 't')
  const latest: Expr = {
    kind: 'window',
    fn: 'max',
    of: { kind: 'if', condition: isStep(1), whenTrue: t, whenFalse: value(null, 'float') },
    partitionBy: [actorOf('did')],
    orderBy: [{ expr: t }],
  }
  const attempts: Select = {
    kind: 'select',
    columns: [...['actor', 't', 'step'].map((name) => as(name, column('did', name))), as('start', latest)],
    from: common('did'),
    where: or(isStep(1), isStep(2)),
  }
  const own = (name: string) => column('attempts', name)
  return {
    kind: 'select',
    columns: [
      as('actor', own('actor')),
      as('t', own('t')),
      as('way', native('numbers', own('start'), negative(own('t')))),
    ],
    from: { kind: 'query', alias: 'attempts', query: attempts },
    where: and(compare(own('step'), '=', value(2, 'int')), isWithin(own('t'), own('start'))),
  }
}

const rowsOf = (level: number): Select => ({
  kind: 'select',
  columns: ['actor', 't', 'way'].map((name) => as(name, column(`level_${level}`, name))),
  from: common(`level_${level}`),
})

/** Of each actor of whom there are ways `reached` and `times`: those of the way that got furthest, and there first. */
function best(walks: Walks, ways: DayRows): Select {
  const of = (name: string) => column('ways', name)
  const [start = '', ...later] = wayNames(walks)
  const lastTime = call('coalesce', ...later.map(of).reverse())
  const list = native('numbers', call('toFloat', of('step')), lastTime, of(start), ...later.map(of))
  const furthest: Select = {
    kind: 'select',
    columns: [as('actor', of('actor')), as('way', call('max', list))],
    from: ways,
    where: and(
      compare(of(start), '>=', float(Date.parse(walks.from) * 1_000)),
      compare(lastTime, '>', float(-Date.parse(walks.to) * 1_000)),
    ),
    groupBy: [of('actor')],
  }
  const at = (index: number) => element(column('furthest', 'way'), index)
  const time = (number: Expr) => seconds(walks, native('instantOfMicroseconds', number))
  const times = walks.steps.map((_, step) => time(step === 0 ? at(3) : negative(at(step + 3))))
  return {
    kind: 'select',
    columns: [as('actor', actorOf('furthest')), as('reached', at(1)), as('times', native('numbers', ...times))],
    from: { kind: 'query', alias: 'furthest', query: furthest },
  }
}

/** Nobody asks for the times of those who did the first step alone. */
const RESULT = [
  as('reached', call('coalesce', column('best', 'reached'), float(1))),
  as('times', column('best', 'times')),
]
