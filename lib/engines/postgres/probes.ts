/**
 * Walks from the events of the later steps, where these are few (strategy.ts says when).
 * A way to step k is a list of numbers: when it started, then minus the time of each step after. The greatest list started
 * last, and did each step as early as can be: the chain that docs/funnels.md 2 asks for.
 */
import { assert } from '../../core/assert.ts'
import { alwaysTrue, column, common, table, value } from '../../tree/build.ts'
import type { WalkStep, Walks } from '../../tree/relation.ts'
import { walkValue } from '../../tree/walk-columns.ts'
import {
  and,
  type CommonTable,
  call,
  compare,
  type Expr,
  isNull,
  type Join,
  mapChildren,
  native,
  not,
  type Select,
  type SelectColumn,
} from './physical.ts'

const EVENTS = table('events')
const timestamp = column('events', 'timestamp')

/** A probe reads what its actor did since the event that it looks for: of actors with more events of step 2 all are read, once. */
const PROBES_AN_ACTOR = 16
/** Times are exact to a microsecond. */
const HALF_MICROSECOND = 5e-7
/** Less than any way. */
const NO_WAY = native('numbers')

const float = (n: number) => value(n, 'float')
const person = column('events', 'person_id')
const negative = (expr: Expr) => call('subtract', float(0), expr)
const append = (way: Expr, t: Expr) => native('joinLists', way, native('numbers', negative(t)))
const seconds = (walks: Walks, at: Expr) => call('secondsBetween', value(walks.from, 'instant'), at)
const inWindow = (walks: Walks, t: Expr, start: Expr) =>
  compare(call('subtract', t, start), '<=', float(walks.windowSeconds + HALF_MICROSECOND))
const as = (name: string, expr: Expr): SelectColumn => ({ expr, as: name })

/** Tables that compute walks which `probedEvents` of strategy.ts allows; the last is called `name`. */
export function probedWalks(walks: Walks, name: string): CommonTable[] {
  const [first, ...later] = walks.steps
  assert(first, 'walks have steps')
  return [
    { name: 'entered', query: entered(walks, first) },
    ...later.map((step, index) => ({ name: `step_${index + 2}`, query: stepEvents(walks, step) })),
    { name: 'busy', query: busyActors },
    // a table of its own: a probe that is used twice would be made twice
    { name: 'probed', query: probes(walks, first) },
    ...later.map((_, index) => ({
      name: `level_${index + 2}`,
      query: index === 0 ? secondLevel(walks, first) : level(walks, [`level_${index + 1}`, `step_${index + 2}`]),
    })),
    { name: 'best', query: best(later.length + 1) },
    { name, query: bestWalks(walks) },
  ]
}

const inRange = (walks: Walks, step: WalkStep): Expr =>
  and(
    step.test,
    compare(timestamp, '>=', value(walks.from, 'instant')),
    compare(timestamp, '<', value(walks.to, 'instant')),
  )

const rangeSeconds = ({ from, to }: Walks) => (Date.parse(to) - Date.parse(from)) / 1_000

/** Everybody with an event of the first step, and when the first of them was. */
function entered(walks: Walks, first: WalkStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', call('min', timestamp))],
    from: EVENTS,
    where: inRange(walks, first),
    groupBy: [person],
  }
}

function stepEvents(walks: Walks, step: WalkStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', timestamp), as('t', seconds(walks, timestamp))],
    from: EVENTS,
    where: inRange(walks, step),
  }
}

const actorOf = (name: string) => column(name, 'actor')

const busyActors: Select = {
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
  where: compare(column('counts', 'n'), '>', value(PROBES_AN_ACTOR, 'int')),
}

const toBusy = (actor: Expr): Join => ({ source: common('busy'), on: compare(actorOf('busy'), '=', actor) })

/** Of each event of step 2 the latest event of the first step before it, if there is one. */
function probes(walks: Walks, first: WalkStep): Select {
  const probe: Select = {
    kind: 'select',
    columns: [as('start', seconds(walks, timestamp))],
    from: EVENTS,
    where: and(
      inRange(walks, first),
      compare(person, '=', actorOf('step_2')),
      compare(timestamp, '<=', column('step_2', 'at')),
      // a second more than the window, which is tested exactly later
      compare(
        timestamp,
        '>=',
        call(
          'dateAdd',
          value('second', 'text'),
          float(-Math.ceil(Math.min(walks.windowSeconds, rangeSeconds(walks))) - 1),
          column('step_2', 'at'),
          value('UTC', 'text'),
        ),
      ),
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
function secondLevel(walks: Walks, first: WalkStep): Select {
  const [t, start] = [column('probed', 't'), column('probed', 'start')]
  const byProbes: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('probed')), as('t', t), as('way', append(native('numbers', start), t))],
    from: common('probed'),
    where: inWindow(walks, t, start),
  }
  const starts: Select = {
    kind: 'select',
    columns: [
      as('actor', person),
      as('t', seconds(walks, timestamp)),
      as('way', native('numbers', seconds(walks, timestamp))),
    ],
    from: EVENTS,
    joins: [toBusy(person)],
    where: inRange(walks, first),
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
    from: { kind: 'union', alias: 'ways', queries: [byProbes, reached(walks, [starts, ofBusy])] },
  }
}

/** The level after one: its ways, each with the first step that may follow. */
const level = (walks: Walks, [before, step]: readonly [string, string]): Select =>
  reached(walks, [
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
function reached(walks: Walks, queries: readonly Select[]): Select {
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
    where: and(
      not(column('followed', 'is_start')),
      compare(way, '!=', NO_WAY),
      inWindow(walks, t, call('element', way, value(1, 'int'))),
    ),
  }
}

/** Of each actor the deepest step, minus its time, and the way: the greatest of these lists got furthest, and there first. */
function best(steps: number): Select {
  const queries = Array.from({ length: steps - 1 }, (_, index): Select => {
    const name = `level_${index + 2}`
    const list = native('numbers', float(index + 2), negative(column(name, 't')))
    return {
      kind: 'select',
      columns: [as('actor', actorOf(name)), as('way', native('joinLists', list, column(name, 'way')))],
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

function bestWalks(walks: Walks): Select {
  const actor = actorOf('entered')
  const at = (index: number) => call('element', column('best', 'way'), value(index, 'int'))
  const times = walks.steps.map((_, step) =>
    step === 0 ? call('coalesce', at(3), seconds(walks, column('entered', 'at'))) : negative(at(step + 3)),
  )
  const { breakdown } = walks
  const where = ofActor(walks.filter, actor)
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
      as('reached', call('coalesce', at(1), float(1))),
      as('times', native('numbers', ...times)),
    ],
    from: common('entered'),
    joins: [
      { source: common('best'), on: compare(actorOf('best'), '=', actor), left: true },
      ...(breakdown || where !== alwaysTrue ? [persons] : []),
    ],
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
