/** Retention actor by actor: for what sets cannot tell, and for lists of people. */
import { actorColumn } from '../../plan/event-actor.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { and, call, column, columnsOf, common, compare, or, sameColumns, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonTable, Select, SelectColumn, Source } from '../../tree/relation.ts'
import { countOfRows, EVENTS, rangeOf, rangeTest, timestamp } from '../events.ts'
import { eventKeyTest, forEachCohort, testOf } from './keys.ts'
import { haveKeys, returnRows } from './returns.ts'
import { bucketOf, isOneSet, periodsBetween, startRows } from './starts.ts'
import { sumOf, sumsStarts } from './sums.ts'

const start = (name: string) => column('starts', name)

/**
 * Common tables, the last of which is `reached`. Its columns: `bucket` (row), `actor`, `key` with a breakdown,
 * `reached` (column), and `sum` with an aggregate. `isWanted`: a test of the starts.
 */
export function reachedTables(plan: RetentionPlan, isWanted?: Expr): CommonTable[] {
  const starts = withFirstBucket(plan, startRows(plan))
  const isOne = !isWanted && isOneSet(plan)
  const places = ['bucket', 'actor', ...(plan.breakdown ? ['key'] : []), 'reached']
  const sum: SelectColumn[] = plan.aggregate ? [{ expr: call('numberSum', column('each', 'sum')), as: 'sum' }] : []
  return [
    { name: 'starts', query: isWanted ? { ...columnsOf(...named(starts)), where: isWanted } : starts },
    ...(plan.rolling || isOne ? [] : [{ name: 'returns', query: returnRows(plan) }]),
    {
      name: 'reached',
      query: {
        kind: 'select',
        columns: [...sameColumns('each', places), ...sum],
        from: {
          kind: 'union',
          alias: 'each',
          queries: [
            started(plan),
            plan.rolling ? laterEvents(plan) : returned(plan, isOne ? 'starts' : 'returns'),
            ...(plan.aggregate && !sumsStarts(plan) ? [eventsOfStart(plan)] : []),
          ],
        },
        groupBy: places.map((name) => column('each', name)),
      },
    },
  ]
}

/** For brackets, which count from the first row of the actor: that row as the column `origin`. */
function withFirstBucket(plan: RetentionPlan, starts: Select): Select {
  if (!plan.hasBrackets || plan.rolling) return starts
  const of = plan.breakdown ? ['actor', 'key'] : ['actor']
  const origin: Expr = {
    kind: 'window',
    fn: 'min',
    of: start('bucket'),
    partitionBy: of.map(start),
    orderBy: [{ expr: start('bucket') }],
  }
  const all = columnsOf(...named(starts))
  return { ...all, columns: [...all.columns, { expr: origin, as: 'origin' }] }
}

/** The starts as a source, and the names of their columns. */
const named = (starts: Select): [Source, string[]] => [
  { kind: 'query', alias: 'starts', query: starts },
  starts.columns.map(({ as }) => as),
]

/** Column 0: everybody who started. */
const started = (plan: RetentionPlan): Select => ({
  kind: 'select',
  // where gaps are periods they are floats
  columns: cellColumns(
    plan,
    value(0, plan.rolling && !plan.hasBrackets ? 'float' : 'int'),
    sumsStarts(plan) ? start('sum') : value(0, 'float'),
  ),
  from: common('starts'),
})

/** The returns in later intervals. */
function returned(plan: RetentionPlan, returns: string): Select {
  const gap = call('subtract', column('returns', 'bucket'), start(plan.hasBrackets ? 'origin' : 'bucket'))
  return {
    kind: 'select',
    columns: cellColumns(plan, columnOf(plan, gap), column('returns', 'sum')),
    from: common('starts'),
    joins: [
      {
        source: common(returns, 'returns'),
        on: and(
          compare(column('returns', 'actor'), '=', start('actor')),
          ...(haveKeys(plan) ? [compare(column('returns', 'key'), '=', start('key'))] : []),
        ),
      },
    ],
    where: and(compare(gap, '>', value(0, 'int')), compare(gap, '<=', value(reach(plan.widths), 'int'))),
  }
}

/** For periods that count from the actor's start: the returns since then. */
function laterEvents(plan: RetentionPlan): Select {
  const cohorts = haveKeys(plan) && forEachCohort(plan, laterEvents)
  if (cohorts) return cohorts
  const gap = periodsBetween(plan, start('first'), timestamp)
  return eventsOfActors(
    plan,
    columnOf(plan, gap),
    and(
      testOf(plan, plan.returning),
      compare(timestamp, '>=', start('first')),
      compare(gap, '<=', value(reach(plan.widths), 'int')),
    ),
  )
}

/** What column 0 sums up: the starts in the interval, and the returns of another event after the first of them. */
function eventsOfStart(plan: RetentionPlan): Select {
  const cohorts = haveKeys(plan) && forEachCohort(plan, eventsOfStart)
  if (cohorts) return cohorts
  const starts = testOf(plan, plan.target)
  const returns = and(testOf(plan, plan.returning), compare(timestamp, '>', start('first')))
  const inInterval = compare(bucketOf(plan, timestamp), '=', start('bucket'))
  return eventsOfActors(plan, value(0, 'int'), and(inInterval, plan.isOfTwo ? or(starts, returns) : starts))
}

/** Rows for events of the actors that started, joined to their starts. */
function eventsOfActors(plan: RetentionPlan, reached: Expr, test: Expr): Select {
  return {
    kind: 'select',
    columns: cellColumns(plan, reached, sumOf(plan)),
    from: EVENTS,
    joins: [
      {
        source: common('starts'),
        on: and(compare(start('actor'), '=', actorColumn(plan.actor)), eventKeyTest(plan, start('key'))),
      },
    ],
    where: and(rangeTest(rangeOf(plan)), test),
  }
}

const cellColumns = (plan: RetentionPlan, reached: Expr, sum: Expr): SelectColumn[] => [
  ...sameColumns('starts', ['bucket', 'actor', ...(plan.breakdown ? ['key'] : [])]),
  { expr: reached, as: 'reached' },
  ...(plan.aggregate ? [{ expr: sum, as: 'sum' }] : []),
]

/** How many intervals after its start an actor is looked at. */
const reach = (widths: RetentionPlan['widths']): number => widths.reduce((sum, width) => sum + width, 0)

/** The column of a gap in intervals, which is 0 or more and within reach. */
function columnOf({ hasBrackets, widths }: RetentionPlan, gap: Expr): Expr {
  if (!hasBrackets) return gap
  let last = reach(widths)
  let result: Expr = value(widths.length, 'int')
  for (const [index, width] of [...widths.entries()].reverse()) {
    last -= width
    result = {
      kind: 'if',
      condition: compare(gap, '<=', value(last, 'int')),
      whenTrue: value(index, 'int'),
      whenFalse: result,
    }
  }
  return result
}

/** Columns `bucket`, `actor`, `key` with a breakdown, and `reached`: the last column of each actor. */
export function furthestReached(plan: RetentionPlan): Select {
  const places = ['bucket', 'actor', ...(plan.breakdown ? ['key'] : [])]
  return {
    kind: 'select',
    columns: [...sameColumns('reached', places), { expr: call('max', column('reached', 'reached')), as: 'reached' }],
    from: common('reached'),
    groupBy: places.map((name) => column('reached', name)),
  }
}

/** Table `cells` from `reached`: `bucket`, `reached`, `value` (actors), and `key` and `sum` if there are. */
export function countReached(plan: RetentionPlan): CommonTable {
  const keyed = plan.breakdown ? ['key'] : []
  const places = ['bucket', ...keyed, 'reached']
  return {
    name: 'cells',
    query: {
      kind: 'select',
      columns: [
        ...sameColumns('reached', places),
        { expr: countOfRows, as: 'value' },
        ...(plan.aggregate ? [{ expr: call('numberSum', column('reached', 'sum')), as: 'sum' }] : []),
      ],
      from: plan.cumulative ? { kind: 'query', alias: 'reached', query: furthestReached(plan) } : common('reached'),
      groupBy: places.map((name) => column('reached', name)),
    },
  }
}
