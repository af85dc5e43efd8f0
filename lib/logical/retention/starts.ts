/** Who starts a cohort, and in which interval (docs/retention.md 2). */
import { canonicalJson } from '../../core/json.ts'
import { actorColumn } from '../../plan/event-actor.ts'
import { buildFilter } from '../../plan/filter-condition.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { and, call, column, columnsOf, common, compare, sameColumns, value } from '../../tree/build.ts'
import type { Expr, List } from '../../tree/expr.ts'
import type { Select, Source } from '../../tree/relation.ts'
import { breakdownText } from '../breakdown.ts'
import {
  activeSets,
  activity,
  actorTest,
  EVENTS,
  namedTest,
  perActor,
  rangeOf,
  rangeTest,
  timestamp,
} from '../events.ts'
import { forEachCohort, keyOfActors, keyOfEvents, testOf } from './keys.ts'
import { leastEvents, sumOf, sumsStarts } from './sums.ts'

/** Are all events of the target starts, by interval? */
const byInterval = ({ starting, rolling }: RetentionPlan): boolean => starting === 'recurring' && !rolling

/** Is the first interval of an actor all that must be known of its first start? */
const byFirstInterval = (plan: RetentionPlan): boolean =>
  plan.starting !== 'recurring' && !hasInstant(plan) && !needsFirstEvent(plan)

/** Is the first event of an actor read, for its breakdown value or to be tested by the filters of the target? */
const needsFirstEvent = (plan: RetentionPlan): boolean =>
  plan.starting === 'first_ever' &&
  (plan.target.filter.args.length > 0 || (!!plan.breakdown?.part && !keyOfActors(plan)))

/** Do the events of the starts tell all returns, too? */
export const isOfOneEvent = (plan: RetentionPlan): boolean =>
  (byInterval(plan) || byFirstInterval(plan)) &&
  leastEvents(plan) === 1 &&
  (plan.breakdown?.cohorts ?? []).length === 0 &&
  canonicalJson(plan.target) === canonicalJson(plan.returning)

/** Is every actor of an interval a start, with the keys that returns have? Then both are the same. */
export const isOneSet = (plan: RetentionPlan): boolean => isOfOneEvent(plan) && byInterval(plan) && !keyOfActors(plan)

/** Columns `bucket`, `actor`, and `key` if events have keys: who did the target in the interval. */
export const activeRows = (plan: RetentionPlan, alias: string): Source =>
  activity(alias, plan, actorColumn(plan.actor), testOf(plan, plan.target), {
    key: keyOfEvents(plan),
    values: [
      ...(hasInstant(plan) ? [{ expr: call('min', timestamp), as: 'first' }] : []),
      ...(sumsStarts(plan) ? [{ expr: call('numberSum', sumOf(plan)), as: 'sum' }] : []),
    ],
  })

/** Columns `bucket`, `key` with a breakdown, and `ids`: who starts in the interval. `active`: as for `startRows`. */
export function startSets(plan: RetentionPlan, active?: string): Select {
  const cohorts = forEachCohort(plan, (each) => startSets(each))
  if (cohorts) return cohorts
  const keyed = plan.breakdown ? ['key'] : []
  if (plan.starting === 'recurring' && !keyOfActors(plan)) {
    const sets = activeSets('started', plan, actorColumn(plan.actor), testOf(plan, plan.target), {
      key: keyOfEvents(plan),
    })
    return columnsOf(sets, ['bucket', ...keyed, 'ids'])
  }
  return setsOf({ kind: 'query', alias: 'starts', query: startRows(plan, active) }, ['bucket', ...keyed])
}

/** The sets of actors with the same columns. */
export const setsOf = (rows: Source, by: readonly string[]): Select => ({
  kind: 'select',
  columns: [...sameColumns(rows.alias, by), { expr: call('idSet', column(rows.alias, 'actor')), as: 'ids' }],
  from: rows,
  groupBy: by.map((name) => column(rows.alias, name)),
})

/** Does a start have its instant, from which intervals or later events count? */
const hasInstant = (plan: RetentionPlan): boolean => plan.rolling || (plan.aggregate !== null && !sumsStarts(plan))

/**
 * Columns `bucket`, `key` with a breakdown, and `actor`: who starts in the interval, once for each key. If starts have
 * instants, also `first`: that of the first start in the interval; and `sum` if they are summed. `active`: the name of
 * a common table of the columns of `activeRows`.
 */
export function startRows(plan: RetentionPlan, active?: string): Select {
  const cohorts = forEachCohort(plan, (each) => startRows(each))
  if (cohorts) return cohorts
  const actors = keyOfActors(plan)
  const isInstant = !byInterval(plan) && !byFirstInterval(plan)
  const bucket = isInstant ? bucketOf(plan, column('started', 'first')) : column('started', 'bucket')
  const more = [...(hasInstant(plan) ? ['first'] : []), ...(sumsStarts(plan) ? ['sum'] : [])]
  const rows = (alias: string) => (active ? common(active, alias) : activeRows(plan, alias))
  const from = (): Source => {
    if (byInterval(plan)) return rows('started')
    const query = isInstant ? firstStarts(plan) : firstIntervals(plan, rows('active'))
    return { kind: 'query', alias: 'started', query }
  }
  return {
    kind: 'select',
    columns: [
      { expr: bucket, as: 'bucket' },
      ...(plan.breakdown ? [{ expr: actors ? actors.key : column('started', 'key'), as: 'key' }] : []),
      ...sameColumns('started', ['actor', ...more]),
    ],
    from: from(),
    ...(actors?.join ? { joins: [actors.join] } : {}),
    ...(plan.rolling ? { where: compare(bucket, '<', value(plan.bounds.length, 'int')) } : {}),
    ...(byFirstInterval(plan) ? { where: compare(bucket, '>=', value(0, 'int')) } : {}),
  }
}

/** Columns `bucket`, `actor`, and `key` if events have keys: the first interval of each actor, -1 before the range. */
function firstIntervals(plan: RetentionPlan, active: Source): Select {
  const names = keyOfEvents(plan) ? ['actor', 'key'] : ['actor']
  const before: Source = {
    kind: 'query',
    alias: 'earlier',
    query: perActor(actorColumn(plan.actor), and(testOf(plan, plan.target), rangeTest({ to: rangeOf(plan).from })), {
      key: keyOfEvents(plan),
    }),
  }
  return {
    kind: 'select',
    columns: [{ expr: call('min', column('did', 'bucket')), as: 'bucket' }, ...sameColumns('did', names)],
    from: {
      kind: 'union',
      alias: 'did',
      queries: [
        {
          kind: 'select',
          columns: [{ expr: value(-1, 'int'), as: 'bucket' }, ...sameColumns('earlier', names)],
          from: before,
        },
        columnsOf(active, ['bucket', ...names]),
      ],
    },
    groupBy: names.map((name) => column('did', name)),
  }
}

/** The row of an instant. */
export function bucketOf(plan: RetentionPlan, at: Expr): Expr {
  if (plan.rolling) return periodsBetween(plan, rangeOf(plan).from, at)
  const list: List = { kind: 'list', values: plan.bounds.map(({ from }) => from), type: 'instant' }
  return call('bucketIndex', at, list)
}

const PERIODS = {
  minute: ['minute', 1],
  hour: ['hour', 1],
  day: ['hour', 24],
  week: ['day', 7],
  month: ['day', 30],
} as const

/** How many whole periods lie between two instants, counted in started hours or in days of the calendar. */
export function periodsBetween({ interval, timezone }: RetentionPlan, from: Expr, to: Expr): Expr {
  const [unit, length] = PERIODS[interval]
  const units = call('dateDiff', value(unit, 'text'), from, to, value(timezone, 'text'))
  return length === 1 ? units : call('floor', call('divide', units, value(length, 'float')))
}

/** Columns `actor`, `key` if events have keys, and `first`: the instant of the first start, if it lies in the range. */
function firstStarts(plan: RetentionPlan): Select {
  const { starting, target, filter, actor } = plan
  const { from, to } = rangeOf(plan)
  const key = keyOfEvents(plan)
  const first = column('firsts', 'first')
  const isAnyOfName = starting === 'first_ever' && target.filter.args.length > 0
  const before = and(rangeTest({ ...(starting === 'recurring' ? { from } : {}), to }), actorTest(actor))
  const firsts = isAnyOfName
    ? perActor(actorColumn(actor), and(namedTest(target), buildFilter(filter), before), {
        values: [
          { expr: call('min', timestamp), as: 'first' },
          { expr: call('min', onlyIf(buildFilter(target.filter), timestamp)), as: 'matching' },
        ],
      })
    : perActor(actorColumn(actor), and(testOf(plan, target), before), {
        key,
        values: [{ expr: call('min', timestamp), as: 'first' }],
      })
  const inRange = and(
    compare(first, '>=', from),
    ...(isAnyOfName ? [compare(first, '=', column('firsts', 'matching'))] : []),
  )
  const source: Source = { kind: 'query', alias: 'firsts', query: firsts }
  if (starting !== 'first_ever' || !plan.breakdown?.part || keyOfActors(plan))
    return { ...columnsOf(source, [...(key ? ['key'] : []), 'actor', 'first']), where: inRange }
  // the value of the first start is read from its event
  const text = call('byCodePoint', breakdownText(plan.breakdown.part))
  return {
    kind: 'select',
    columns: [{ expr: call('min', text), as: 'key' }, ...sameColumns('firsts', ['actor', 'first'])],
    from: EVENTS,
    joins: [
      {
        source,
        on: and(compare(column('firsts', 'actor'), '=', actorColumn(actor)), compare(first, '=', timestamp)),
      },
    ],
    where: and(rangeTest({ from, to }), testOf(plan, target), inRange),
    groupBy: [column('firsts', 'actor'), first],
  }
}

const onlyIf = (condition: Expr, whenTrue: Expr): Expr => ({
  kind: 'if',
  condition,
  whenTrue,
  whenFalse: value(null, 'instant'),
})
