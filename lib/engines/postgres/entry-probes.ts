/**
 * Walks of ordered funnels for each interval in which an actor started, where events of the later steps are few: each event of
 * step 2 knows what follows it, and the starts since the event of step 2 before it are those that it comes next to.
 */
import { assert } from '../../core/assert.ts'
import { column, common, value } from '../../tree/build.ts'
import type { WalkEntries, WalkStep, Walks } from '../../tree/relation.ts'
import { and, type CommonTable, call, compare, type Expr, native, type Select } from './physical.ts'
import {
  actorOf,
  as,
  EVENTS,
  element,
  inRange,
  inWindow,
  person,
  seconds,
  stepEvents,
  timestamp,
  walksOfEntered,
  windowBefore,
} from './step-tables.ts'

const integer = (n: number) => value(n, 'int')
const nothing = native('nothing')

/** Tables that compute walks with entries which `plainSteps` allows; the last is called `name`. */
export function probedEntries(walks: Walks, entries: WalkEntries, name: string): CommonTable[] {
  const [first, second, ...more] = walks.steps.slice(0, entries.goal + 1)
  assert(first && second, 'a goal comes after the first step')
  const onward = more.map((_, index): CommonTable => {
    const step = index + 3
    return { name: `onward_${step}`, query: step === more.length + 2 ? lastStep(step) : onwardFrom(step) }
  })
  return [
    { name: 'entered', query: enteredIntervals(walks, entries, first), mayMerge: true },
    { name: 'step_2', query: secondStep(walks, second) },
    ...more.map((step, index) => ({ name: `step_${index + 3}`, query: stepEvents(walks, step) })),
    ...onward.reverse(),
    { name: 'onward_2', query: more.length === 0 ? lastStep(2, ['at', 'since']) : onwardFrom(2, ['at', 'since']) },
    { name: 'best', query: reachedFromStarts(walks, entries, first) },
    {
      name,
      query: walksOfEntered(
        walks,
        [
          as('reached', call('coalesce', column('best', 'reached'), integer(1))),
          as('bucket', column('entered', 'bucket')),
        ],
        ['actor', 'bucket'],
      ),
      mayMerge: true,
    },
  ]
}

/** Everybody with an event of the first step in an interval. */
function enteredIntervals({ to }: Walks, { starts }: WalkEntries, { test }: WalkStep): Select {
  const each: Select = {
    kind: 'select',
    columns: [as('actor', person)],
    from: EVENTS,
    where: and(test, compare(timestamp, '>=', { kind: 'bucketFrom' }), compare(timestamp, '<', { kind: 'bucketTo' })),
    groupBy: [person],
  }
  return {
    kind: 'select',
    columns: ['actor', 'bucket'].map((name) => as(name, column('interval', name))),
    from: {
      kind: 'buckets',
      alias: 'interval',
      bounds: starts.map((from, index) => ({ from, to: starts[index + 1] ?? to })),
      overlapping: false,
      interval: null,
      weekStartDay: 0,
      timezone: 'UTC',
      each,
    },
  }
}

/** The events of step 2; `since`: when the actor's one before it was. */
function secondStep(walks: Walks, step: WalkStep): Select {
  const events = stepEvents(walks, step)
  const since: Expr = {
    kind: 'window',
    fn: 'lag',
    of: timestamp,
    partitionBy: [person],
    orderBy: [{ expr: timestamp }],
  }
  return { ...events, columns: [...events.columns, as('since', since)] }
}

/** Columns `actor`, `t`, `way` and `more` of the events of a step: `way` has the times of the step and of those that come next. */
function lastStep(step: number, more: readonly string[] = []): Select {
  const own = (name: string) => column(`step_${step}`, name)
  return {
    kind: 'select',
    columns: [...['actor', 't', ...more].map((name) => as(name, own(name))), as('way', native('numbers', own('t')))],
    from: common(`step_${step}`),
  }
}

/** The same where the step is not the last. */
function onwardFrom(step: number, more: readonly string[] = []): Select {
  const [here, next] = [`step_${step}`, `onward_${step + 1}`]
  const either = (name: string) => column('either', name)
  const after: Expr = {
    kind: 'window',
    fn: 'min',
    of: either('way'),
    partitionBy: [either('actor')],
    orderBy: [{ expr: either('t'), descending: true }],
  }
  const rows = (of: string, isHere: boolean): Select => ({
    kind: 'select',
    columns: [
      as('actor', actorOf(of)),
      as('t', column(of, 't')),
      as('way', isHere ? nothing : column(of, 'way')),
      as('is_here', value(isHere, 'boolean')),
      ...more.map((name) => as(name, isHere ? column(of, name) : nothing)),
    ],
    from: common(of),
  })
  const own = (name: string) => column('followed', name)
  return {
    kind: 'select',
    columns: [
      ...['actor', 't', ...more].map((name) => as(name, own(name))),
      as('way', native('joinLists', native('numbers', own('t')), call('coalesce', own('way'), native('numbers')))),
    ],
    from: {
      kind: 'query',
      alias: 'followed',
      query: {
        kind: 'select',
        columns: [...['actor', 't', 'is_here', ...more].map((name) => as(name, either(name))), as('way', after)],
        from: { kind: 'union', alias: 'either', queries: [rows(next, false), rows(here, true)] },
      },
    },
    where: own('is_here'),
  }
}

/** `actor`, `bucket`, `reached`: how far the starts of an interval got that an event of step 2 comes next to. Later starts get further. */
function reachedFromStarts(walks: Walks, entries: WalkEntries, first: WalkStep): Select {
  const own = (name: string) => column('onward_2', name)
  const interval = call('bucketIndex', timestamp, { kind: 'list', values: entries.starts, type: 'instant' })
  const beforeRange = value(new Date(Date.parse(walks.from) - 1_000).toISOString(), 'instant')
  const starts: Select = {
    kind: 'select',
    columns: [as('bucket', interval), as('at', call('max', timestamp))],
    from: EVENTS,
    where: and(
      inRange(walks, first),
      compare(person, '=', own('actor')),
      compare(timestamp, '>', call('coalesce', own('since'), beforeRange)),
      compare(timestamp, '<=', own('at')),
      windowBefore(walks, own('at')),
    ),
    groupBy: [interval],
  }
  const start = seconds(walks, column('starts', 'at'))
  // an event of step 2 that does not even itself come so far says nothing that is asked
  const asked = entries.entry === 0 ? entries.goal : entries.entry
  const steps = Array.from({ length: entries.goal }, (_, index): Expr => {
    const t = element(own('way'), index + 1)
    return { kind: 'if', condition: inWindow(walks, t, start), whenTrue: integer(1), whenFalse: integer(0) }
  })
  return {
    kind: 'select',
    columns: [
      as('actor', own('actor')),
      as('bucket', column('starts', 'bucket')),
      as(
        'reached',
        call(
          'max',
          [integer(1), ...steps].reduce((a, b) => call('add', a, b)),
        ),
      ),
    ],
    from: common('onward_2'),
    joins: [{ source: { kind: 'lateral', alias: 'starts', query: starts }, on: value(true, 'boolean') }],
    ...(asked === null ? {} : { where: inWindow(walks, element(own('way'), asked), own('t')) }),
    groupBy: [own('actor'), column('starts', 'bucket')],
  }
}
