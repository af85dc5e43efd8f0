/**
 * Walks from the events of the later steps, where these are few (strategy.ts says when).
 * The greatest way to a step (step-tables.ts) started last, and did each step as early as can be: the chain that
 * docs/funnels.md 2 asks for.
 */
import { assert } from '../../core/assert.ts'
import { column, common, value } from '../../tree/build.ts'
import type { Walks } from '../../tree/relation.ts'
import {
  and,
  type CommonTable,
  call,
  compare,
  type Expr,
  isNull,
  type Join,
  native,
  not,
  type Select,
} from './physical.ts'
import {
  actorOf,
  append,
  as,
  deepest,
  deepestWalks,
  EVENTS,
  element,
  entered,
  inRange,
  inWindow,
  person,
  seconds,
  stepEvents,
  timestamp,
  windowBefore,
} from './step-tables.ts'

/** A probe reads what its actor did since the event that it looks for: of actors with more events of step 2 all are read, once. */
export const PROBES_AN_ACTOR = 16
/** Less than any way. */
const NO_WAY = native('numbers')

/** Where probes look, and how times are told. */
export interface Probing {
  /** Holds for the events of the first step. */
  readonly isFirst: Expr
  /** The number of an instant. */
  readonly time: (at: Expr) => Expr
  /** Holds for events that are not too long before an instant; what is found is tested exactly later. */
  readonly isAfterWindow: (at: Expr) => Expr
  readonly isWithin: (t: Expr, start: Expr) => Expr
  /** Probes of an actor with more events of step 2 are not made. */
  readonly mostOfActor: number
  /** Events of the first step of everybody in `busy`: `actor`, `t`, `way`. */
  readonly starts: Select
}

/** Tables that compute walks which `plainSteps` allows; the last is called `name`. */
export function probedWalks(walks: Walks, name: string): CommonTable[] {
  const [first, ...later] = walks.steps
  assert(first, 'walks have steps')
  const time = (at: Expr) => seconds(walks, at)
  const probing: Probing = {
    isFirst: inRange(walks, first),
    time,
    isAfterWindow: (at) => windowBefore(walks, at),
    isWithin: (t, start) => inWindow(walks, t, start),
    mostOfActor: PROBES_AN_ACTOR,
    starts: { ...startsOf(time), joins: [toBusy(person)], where: inRange(walks, first) },
  }
  return [
    { name: 'entered', query: entered(walks, first) },
    ...later.map((step, index) => ({ name: `step_${index + 2}`, query: stepEvents(walks, step) })),
    ...probedLevels(probing, later.length),
    { name: 'best', query: deepest(walks.steps.length) },
    { name, query: deepestWalks(walks) },
  ]
}

/** Events as `starts`. */
const startsOf = (time: Probing['time']): Select => ({
  kind: 'select',
  columns: [as('actor', person), as('t', time(timestamp)), as('way', native('numbers', time(timestamp)))],
  from: EVENTS,
})

/** Tables `level_2` and so on, of as many as there are later steps, from `step_2` and so on (`actor`, `at`, `t`). */
export const probedLevels = (probing: Probing, later: number): CommonTable[] => [
  { name: 'busy', query: busyActors(probing) },
  // a table of its own: a probe that is used twice would be made twice
  { name: 'probed', query: probes(probing) },
  ...Array.from({ length: later }, (_, index) => ({
    name: `level_${index + 2}`,
    query: index === 0 ? secondLevel(probing) : level(probing, [`level_${index + 1}`, `step_${index + 2}`]),
  })),
]

const busyActors = ({ mostOfActor }: Probing): Select => ({
  kind: 'select',
  columns: [as('actor', actorOf('counts'))],
  from: {
    kind: 'query',
    alias: 'counts',
    query: {
      kind: 'select',
      columns: [as('actor', actorOf('step_2')), as('n', call('countAll'))],
      from: common('step_2'),
      groupBy: [actorOf('step_2')],
    },
  },
  where: compare(column('counts', 'n'), '>', value(mostOfActor, 'int')),
})

const toBusy = (actor: Expr): Join => ({ source: common('busy'), on: compare(actorOf('busy'), '=', actor) })

/** Of each event of step 2 the latest event of the first step before it, if there is one. */
function probes({ isFirst, time, isAfterWindow }: Probing): Select {
  const probe: Select = {
    kind: 'select',
    columns: [as('start', time(timestamp))],
    from: EVENTS,
    where: and(
      isFirst,
      compare(person, '=', actorOf('step_2')),
      compare(timestamp, '<=', column('step_2', 'at')),
      isAfterWindow(column('step_2', 'at')),
    ),
    orderBy: [{ expr: timestamp, descending: true }],
    limit: 1,
  }
  return {
    kind: 'select',
    columns: [
      as('actor', actorOf('step_2')),
      as('t', column('step_2', 't')),
      as('start', { kind: 'scalarQuery', query: probe }),
    ],
    from: common('step_2'),
    joins: [{ ...toBusy(actorOf('step_2')), left: true }],
    where: isNull(actorOf('busy')),
  }
}

/** `actor`, `t`, `way` of each event of step 2 that follows one of the first step. */
function secondLevel({ isWithin, starts }: Probing): Select {
  const [t, start] = [column('probed', 't'), column('probed', 'start')]
  const byProbes: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('probed')), as('t', t), as('way', append(native('numbers', start), t))],
    from: common('probed'),
    where: isWithin(t, start),
  }
  const ofBusy: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('step_2')), as('t', column('step_2', 't')), as('way', NO_WAY)],
    from: common('step_2'),
    joins: [toBusy(actorOf('step_2'))],
  }
  return {
    kind: 'select',
    columns: ['actor', 't', 'way'].map((name) => as(name, column('ways', name))),
    from: { kind: 'union', alias: 'ways', queries: [byProbes, reached(isWithin, [starts, ofBusy])] },
  }
}

/** The level after one: its ways, each with the first step that may follow. */
const level = ({ isWithin }: Probing, [before, step]: readonly [string, string]): Select =>
  reached(isWithin, [
    {
      kind: 'select',
      columns: ['actor', 't', 'way'].map((name) => as(name, column(before, name))),
      from: common(before),
    },
    {
      kind: 'select',
      columns: [as('actor', actorOf(step)), as('t', column(step, 't')), as('way', NO_WAY)],
      from: common(step),
    },
  ])

/** Of ways, and of events without one: the events that go on from the best way before them or at their own instant. */
function reached(isWithin: Probing['isWithin'], queries: readonly Select[]): Select {
  const own = (name: string) => column('attempts', name)
  const before: Expr = {
    kind: 'window',
    fn: 'max',
    of: own('way'),
    partitionBy: [own('actor')],
    orderBy: [{ expr: own('t') }],
  }
  const attempts: Select = {
    kind: 'select',
    columns: [
      as('actor', own('actor')),
      as('t', own('t')),
      as('is_start', compare(own('way'), '!=', NO_WAY)),
      as('way', before),
    ],
    from: { kind: 'union', alias: 'attempts', queries },
  }
  const [t, way] = [column('followed', 't'), column('followed', 'way')]
  return {
    kind: 'select',
    columns: [as('actor', actorOf('followed')), as('t', t), as('way', append(way, t))],
    from: { kind: 'query', alias: 'followed', query: attempts },
    where: and(not(column('followed', 'is_start')), compare(way, '!=', NO_WAY), isWithin(t, element(way, 1))),
  }
}
