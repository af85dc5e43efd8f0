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
  isNull,
  native,
  not,
  or,
  type Select,
} from './physical.ts'
import { PROBES_AN_ACTOR, type Probing, probedLevels } from './probes.ts'
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

/**
 * Tables that compute the walks; the last is called `name`. `isCounted`: those who did the first step alone are one row of it, and
 * `people` says of how many actors a row is.
 */
export function keptWalks(walks: Walks, name: string, timezone: string, { isCounted = false } = {}): CommonTable[] {
  const days = daysOf(walks, timezone)
  const entered: Select = {
    kind: 'select',
    columns: [as('ids', column('sets', 'ids'))],
    from: enteredSet(walks, timezone),
  }
  const furthest: CommonTable[] = [
    { name: 'entered_set', query: entered },
    { name: 'best', query: best(walks, waysOfDays(walks, days)) },
  ]
  if (isCounted) return [...furthest, { name, query: withOthersCounted, mayMerge: true }]
  return [...furthest, { name: 'entered', query: members }, { name, query: walksOfEntered(walks, RESULT) }]
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

const COUNTED = ['actor', 'reached', 'times', 'people']

/** The rows of `best`, whose actors are all of those who did the first step, and one row for the others. */
const withOthersCounted: Select = {
  kind: 'select',
  columns: COUNTED.map((name) => as(name, column('everybody', name))),
  from: {
    kind: 'union',
    alias: 'everybody',
    queries: [
      {
        kind: 'select',
        columns: [
          ...['actor', 'reached', 'times'].map((name) => as(name, column('best', name))),
          as('people', value(1, 'int')),
        ],
        from: common('best'),
      },
      {
        kind: 'select',
        columns: [
          as('actor', native('nothing')),
          as('reached', float(1)),
          as('times', native('nothing')),
          as('people', call('subtract', call('setSize', column('entered_set', 'ids')), countOf('best'))),
        ],
        from: common('entered_set'),
      },
    ],
  },
}

function countOf(name: string): Expr {
  return {
    kind: 'scalarQuery',
    query: { kind: 'select', columns: [as('n', call('countAll'))], from: common(name) },
  }
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

/**
 * The ways that end in a range of days. What those have done before who did step 3 or later in it is looked for in the window
 * before the range; what the others have done is not.
 */
function waysOfBucket(walks: Walks): Select {
  const [first, ...later] = walks.steps
  assert(first, 'walks have steps')
  const window = float(walks.windowSeconds + 1)
  const inBucket = between(bucketFrom, bucketTo)
  const reachingBack = between(native('secondsBefore', bucketFrom, window), bucketTo)
  // each from the index of its name
  const didLater = later.slice(1).map(
    ({ test }): Select => ({
      kind: 'select',
      columns: [as('actor', person)],
      from: EVENTS,
      where: and(test, inBucket),
    }),
  )
  const goesBack = didLater.length > 0
  const doers: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('did_later'))],
    from: { kind: 'union', alias: 'did_later', queries: didLater },
    groupBy: [actorOf('did_later')],
  }
  const stepEvents = later.map(({ test }, index): CommonTable => {
    const isLast = index === later.length - 1
    const isOfDoer = not(isNull(actorOf('doers')))
    return {
      name: `step_${index + 2}`,
      query: {
        kind: 'select',
        columns: [as('actor', person), as('at', timestamp), as('t', microseconds(timestamp))],
        from: EVENTS,
        ...(isLast
          ? { where: and(test, inBucket) }
          : {
              joins: [{ source: common('doers'), on: compare(actorOf('doers'), '=', person), left: true }],
              where: and(test, reachingBack, or(compare(timestamp, '>=', bucketFrom), isOfDoer)),
            }),
      },
    }
  })
  // read from the index of persons: the limit keeps the query from being joined in another way
  const startsOfBusy: Select = {
    kind: 'select',
    columns: [as('t', microseconds(timestamp))],
    from: EVENTS,
    where: and(first.test, reachingBack, compare(person, '=', actorOf('busy'))),
    limit: MOST_EVENTS,
  }
  const probing: Probing = {
    isFirst: first.test,
    time: microseconds,
    isAfterWindow: (at) => compare(timestamp, '>=', native('secondsBefore', at, window)),
    isWithin: (t, start) => compare(call('subtract', t, start), '<=', float(walks.windowSeconds * MICROSECONDS)),
    // one that looks for an event with a property may read all that its actor did
    mostOfActor: first.test.kind === 'compare' ? PROBES_AN_ACTOR : 0,
    starts: {
      kind: 'select',
      columns: [
        as('actor', actorOf('busy')),
        as('t', column('start', 't')),
        as('way', native('numbers', column('start', 't'))),
      ],
      from: common('busy'),
      joins: [{ source: { kind: 'lateral', query: startsOfBusy, alias: 'start' }, on: value(true, 'boolean') }],
    },
  }
  const ofDays = later.map((_, index): Select => {
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
    with: [
      ...(goesBack ? [{ name: 'doers', query: doers }] : []),
      ...stepEvents,
      ...probedLevels(probing, later.length),
    ],
    columns: ['actor', 'step', 'at', ...wayNames(walks)].map((name) => as(name, column('each_level', name))),
    from: { kind: 'union', alias: 'each_level', queries: ofDays },
  }
}

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
