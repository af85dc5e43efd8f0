/** Who starts a cohort, and in which interval (docs/retention.md 2). */
import { actorColumn } from '../../plan/event-actor.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { and, call, column, compare, value } from '../../tree/build.ts'
import type { Expr, List } from '../../tree/expr.ts'
import type { Select, Source } from '../../tree/relation.ts'
import { breakdownText } from '../breakdown.ts'
import {
  activeSets,
  activity,
  actorTest,
  EVENTS,
  type Intervals,
  namedTest,
  perActor,
  rangeTest,
  timestamp,
} from '../events.ts'
import { buildFilter } from '../filters.ts'
import { columnsOf, own } from './columns.ts'
import { forEachCohort, keyOfActors, keyOfEvents, testOf } from './keys.ts'

/** The ends of the range. */
export const rangeOf = ({ bounds }: Intervals) => ({
  from: value(bounds[0]?.from ?? null, 'instant'),
  to: value(bounds.at(-1)?.to ?? null, 'instant'),
})

/** Columns `bucket`, `key` with a breakdown, and `ids`: who starts in the interval. */
export function startSets(plan: RetentionPlan): Select {
  const cohorts = forEachCohort(plan, startSets)
  if (cohorts) return cohorts
  const keyed = plan.breakdown ? ['key'] : []
  const actors = keyOfActors(plan)
  if (plan.starting === 'recurring' && !actors) {
    const sets = activeSets('started', plan, actorColumn(plan.actor), testOf(plan, plan.target), {
      key: keyOfEvents(plan),
    })
    return columnsOf(sets, ['bucket', ...keyed, 'ids'])
  }
  const starts = startRows(plan)
  return {
    kind: 'select',
    columns: [...own('starts', ['bucket', ...keyed]), { expr: call('idSet', column('starts', 'actor')), as: 'ids' }],
    from: { kind: 'query', alias: 'starts', query: starts },
    groupBy: ['bucket', ...keyed].map((name) => column('starts', name)),
  }
}

/** Does a start have its instant, from which intervals or later events count? */
const hasInstant = ({ rolling, aggregate }: RetentionPlan): boolean => rolling || aggregate !== null

/**
 * Columns `bucket`, `key` with a breakdown, and `actor`: who starts in the interval, once for each key. If starts have
 * instants, also `first`: that of the first start in the interval.
 */
export function startRows(plan: RetentionPlan): Select {
  const cohorts = forEachCohort(plan, startRows)
  if (cohorts) return cohorts
  const byInterval = plan.starting === 'recurring' && !plan.rolling
  const actors = keyOfActors(plan)
  const first = hasInstant(plan) ? ['first'] : []
  const bucket = byInterval ? column('started', 'bucket') : bucketOf(plan, column('started', 'first'))
  return {
    kind: 'select',
    columns: [
      { expr: bucket, as: 'bucket' },
      ...(plan.breakdown ? [{ expr: actors ? actors.key : column('started', 'key'), as: 'key' }] : []),
      ...own('started', ['actor', ...first]),
    ],
    from: byInterval
      ? activity('started', plan, actorColumn(plan.actor), testOf(plan, plan.target), {
          key: keyOfEvents(plan),
          values: first.map((as) => ({ expr: call('min', timestamp), as })),
        })
      : { kind: 'query', alias: 'started', query: firstStarts(plan) },
    ...(actors?.join ? { joins: [actors.join] } : {}),
    ...(plan.rolling ? { where: compare(bucket, '<', value(plan.bounds.length, 'int')) } : {}),
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
    columns: [{ expr: call('min', text), as: 'key' }, ...own('firsts', ['actor', 'first'])],
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
