/**
 * Ways of a funnel from the events of its later steps, where these are few (plan/funnel-strategy.ts says when).
 * A way to step k is a list of numbers: when it started, then minus the time of each step after. The greatest list started
 * last, and did each step as early as can be: the chain that docs/funnels.md 2 asks for.
 */
import type { BreakdownPart } from '../../plan/breakdown.ts'
import type { FunnelStep, FunnelsPlan } from '../../plan/funnels.ts'
import {
  alwaysTrue,
  and,
  type CommonTable,
  call,
  column,
  compare,
  type Expr,
  isNull,
  type Join,
  not,
  type Select,
  type SelectColumn,
  table,
  value,
} from '../../tree/query.ts'
import { buildFilter } from '../filters.ts'
import { EVENTS, timestamp } from '../trends/events.ts'
import { entityTest } from './events.ts'

/** A probe reads what its actor did since the event that it looks for: of actors with more events of step 2 all are read, once. */
const PROBES_AN_ACTOR = 16
/** Times are exact to a microsecond. */
const HALF_MICROSECOND = 5e-7
/** Less than any way. */
const NO_WAY = call('numbers')

const float = (n: number) => value(n, 'float')
const person = column('events', 'person_id')
const negative = (expr: Expr) => call('subtract', float(0), expr)
const append = (way: Expr, t: Expr) => call('joinLists', way, call('numbers', negative(t)))
const seconds = (plan: FunnelsPlan, at: Expr) => call('secondsBetween', value(plan.from, 'instant'), at)
const inWindow = (plan: FunnelsPlan, t: Expr, start: Expr) =>
  compare(call('subtract', t, start), '<=', float(plan.windowSeconds + HALF_MICROSECOND))
const as = (name: string, expr: Expr): SelectColumn => ({ expr, as: name })

/** Common tables, the last of which is `name`: as `walks` of the pass (walks.ts). */
export function probedWalks(plan: FunnelsPlan, name: string): CommonTable[] {
  const [first, ...later] = plan.steps
  if (!first) throw new Error('a funnel has steps')
  return [
    { name: 'entered', query: entered(plan, first) },
    ...later.map((step, index) => ({ name: `step_${index + 2}`, query: stepEvents(plan, step) })),
    { name: 'busy', query: busyActors },
    // a table of its own: a probe that is used twice would be made twice
    { name: 'probed', query: probes(plan, first) },
    ...later.map((_, index) => ({
      name: `level_${index + 2}`,
      query: index === 0 ? secondLevel(plan, first) : level(plan, [`level_${index + 1}`, `step_${index + 2}`]),
    })),
    { name: 'best', query: best(later.length + 1) },
    { name, query: walks(plan) },
  ]
}

const inRange = (plan: FunnelsPlan, step: FunnelStep): Expr =>
  and(
    entityTest(step),
    compare(timestamp, '>=', value(plan.from, 'instant')),
    compare(timestamp, '<', value(plan.to, 'instant')),
  )

const rangeSeconds = ({ from, to }: FunnelsPlan) => (Date.parse(to) - Date.parse(from)) / 1_000

/** Everybody with an event of the first step, and when the first of them was. */
function entered(plan: FunnelsPlan, first: FunnelStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', call('min', timestamp))],
    from: EVENTS,
    where: inRange(plan, first),
    groupBy: [person],
  }
}

function stepEvents(plan: FunnelsPlan, step: FunnelStep): Select {
  return {
    kind: 'select',
    columns: [as('actor', person), as('at', timestamp), as('t', seconds(plan, timestamp))],
    from: EVENTS,
    where: inRange(plan, step),
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
      from: table('step_2'),
      groupBy: [actorOf('step_2')],
    },
  },
  where: compare(column('counts', 'n'), '>', value(PROBES_AN_ACTOR, 'int')),
}

const toBusy = (actor: Expr): Join => ({ source: table('busy'), on: compare(actorOf('busy'), '=', actor) })

/** Of each event of step 2 the latest event of the first step before it, if there is one. */
function probes(plan: FunnelsPlan, first: FunnelStep): Select {
  const probe: Select = {
    kind: 'select',
    columns: [as('start', seconds(plan, timestamp))],
    from: EVENTS,
    where: and(
      inRange(plan, first),
      compare(person, '=', actorOf('step_2')),
      compare(timestamp, '<=', column('step_2', 'at')),
      // a second more than the window, which is tested exactly later
      compare(
        timestamp,
        '>=',
        call(
          'dateAdd',
          value('second', 'text'),
          float(-Math.ceil(Math.min(plan.windowSeconds, rangeSeconds(plan))) - 1),
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
    from: table('step_2'),
    joins: [{ ...toBusy(actorOf('step_2')), left: true }],
    where: isNull(actorOf('busy')),
  }
}

/** `actor`, `t`, `way` of each event of step 2 that follows one of the first step. */
function secondLevel(plan: FunnelsPlan, first: FunnelStep): Select {
  const [t, start] = [column('probed', 't'), column('probed', 'start')]
  const found: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('probed')), as('t', t), as('way', append(call('numbers', start), t))],
    from: table('probed'),
    where: inWindow(plan, t, start),
  }
  const starts: Select = {
    kind: 'select',
    columns: [
      as('actor', person),
      as('t', seconds(plan, timestamp)),
      as('way', call('numbers', seconds(plan, timestamp))),
    ],
    from: EVENTS,
    joins: [toBusy(person)],
    where: inRange(plan, first),
  }
  const ofBusy: Select = {
    kind: 'select',
    columns: [as('actor', actorOf('step_2')), as('t', column('step_2', 't')), as('way', NO_WAY)],
    from: table('step_2'),
    joins: [toBusy(actorOf('step_2'))],
  }
  return {
    kind: 'select',
    columns: ['actor', 't', 'way'].map((name) => as(name, column('either', name))),
    from: { kind: 'union', alias: 'either', queries: [found, reached(plan, [starts, ofBusy])] },
  }
}

/** The level after one: its ways, each with the first step that may follow. */
const level = (plan: FunnelsPlan, [before, step]: readonly [string, string]): Select =>
  reached(plan, [
    {
      kind: 'select',
      columns: ['actor', 't', 'way'].map((name) => as(name, column(before, name))),
      from: table(before),
    },
    {
      kind: 'select',
      columns: [as('actor', actorOf(step)), as('t', column(step, 't')), as('way', NO_WAY)],
      from: table(step),
    },
  ])

/** Of ways, and of events without one: the events that go on from the best way before them or at their own instant. */
function reached(plan: FunnelsPlan, queries: readonly Select[]): Select {
  const own = (name: string) => column('tried', name)
  const before: Expr = { kind: 'window', fn: 'max', of: own('way'), partitionBy: own('actor'), orderBy: own('t') }
  const tried: Select = {
    kind: 'select',
    columns: [
      as('actor', own('actor')),
      as('t', own('t')),
      as('is_start', compare(own('way'), '!=', NO_WAY)),
      as('way', before),
    ],
    from: { kind: 'union', alias: 'tried', queries },
  }
  const [t, way] = [column('followed', 't'), column('followed', 'way')]
  return {
    kind: 'select',
    columns: [as('actor', actorOf('followed')), as('t', t), as('way', append(way, t))],
    from: { kind: 'query', alias: 'followed', query: tried },
    where: and(
      not(column('followed', 'is_start')),
      compare(way, '!=', NO_WAY),
      inWindow(plan, t, call('element', way, value(1, 'int'))),
    ),
  }
}

/** Of each actor the deepest step, minus its time, and the way: the greatest of these lists got furthest, and there first. */
function best(steps: number): Select {
  const queries = Array.from({ length: steps - 1 }, (_, index): Select => {
    const name = `level_${index + 2}`
    const list = call('numbers', float(index + 2), negative(column(name, 't')))
    return {
      kind: 'select',
      columns: [as('actor', actorOf(name)), as('way', call('joinLists', list, column(name, 'way')))],
      from: table(name),
    }
  })
  return {
    kind: 'select',
    columns: [as('actor', actorOf('levels')), as('way', call('max', column('levels', 'way')))],
    from: { kind: 'union', alias: 'levels', queries },
    groupBy: [actorOf('levels')],
  }
}

function walks(plan: FunnelsPlan): Select {
  const actor = actorOf('entered')
  const at = (index: number) => call('element', column('best', 'way'), value(index, 'int'))
  const times = plan.steps.map((_, step) =>
    step === 0 ? call('coalesce', at(3), seconds(plan, column('entered', 'at'))) : negative(at(step + 3)),
  )
  const parts = plan.breakdown && !plan.breakdown.cohorts ? plan.breakdown.parts : []
  const where = buildFilter(plan.filter, actor)
  const persons: Join = {
    source: table('persons'),
    on: compare(column('persons', 'id'), '=', actor),
    left: true,
  }
  return {
    kind: 'select',
    columns: [
      as('actor', actor),
      ...(parts.length > 0 ? [as('value', valueOfParts(parts))] : []),
      as('reached', call('coalesce', at(1), float(1))),
      as('times', call('numbers', ...times)),
    ],
    from: table('entered'),
    joins: [
      { source: table('best'), on: compare(actorOf('best'), '=', actor), left: true },
      ...(parts.length > 0 || where !== alwaysTrue ? [persons] : []),
    ],
    where,
  }
}

/** A text, of several properties a JSON list. */
function valueOfParts(parts: readonly BreakdownPart[]): Expr {
  const none = value('', 'text')
  const texts = parts.map(({ property, normalizeUrl }) => {
    if (!property) throw new Error('probes know properties of persons')
    const text = call('coalesce', { kind: 'property', of: 'person', key: property.key, type: 'text' }, none)
    return normalizeUrl ? call('trimUrl', text) : text
  })
  const [first, ...more] = texts
  return first && more.length === 0 ? first : call('textsJson', call('texts', ...texts), none)
}
