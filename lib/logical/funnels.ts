/** The numbers of a funnel, from the walks of its actors (docs/funnels.md 7 to 10). */

import { MAX_CELLS, MAX_GROUPS } from '../plan/breakdown.ts'
import { FUNNEL_OTHER, type FunnelsPlan } from '../plan/funnels.ts'
import type { FunnelPointPlan } from '../plan/points/funnels.ts'
import { and, call, column, common, compare, not, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { CommonTable, Join, Select, SelectColumn } from '../tree/relation.ts'
import { didStep, funnelWalks } from './funnels/walks.ts'

const integer = (n: number) => value(n, 'int')
const reached = column('walks', 'reached')
/** The number of rows for which the condition is true; 0 if there are no rows. */
export const countIf = (condition: Expr): Expr =>
  call('coalesce', call('sum', { kind: 'if', condition, whenTrue: integer(1), whenFalse: integer(0) }), integer(0))

/** The query of a funnel; its columns depend on the view. */
export function buildFunnels(plan: FunnelsPlan): Select {
  switch (plan.view) {
    case 'steps':
      return steps(plan)
    case 'trends':
      return trends(plan)
    case 'time_to_convert':
      return timeToConvert(plan)
    default:
      return plan.view satisfies never
  }
}

/**
 * Columns `value` (with a breakdown), `c0` .. (people who did each step), `a1` .. and `m1` .. (average and median
 * seconds from the step before).
 */
function steps(plan: FunnelsPlan): Select {
  const counts = stepCounts(plan)
  const times = plan.steps.slice(1).flatMap((_, index): SelectColumn[] => {
    const step = index + 1
    const at = (n: number) => call('element', column('walks', 'times'), integer(n))
    // as in PostHog, steps at the same instant do not count for the average time
    const some = call('nullIf', call('subtract', at(step + 1), at(step)), value(0, 'float'))
    return [
      { expr: call('avg', some), as: `a${step}` },
      { expr: call('quantile', value(0.5, 'float'), some), as: `m${step}` },
    ]
  })
  const walks = funnelWalks(plan, { conversionsOnly: true })
  if (!plan.breakdown) return { kind: 'select', with: walks, columns: [...counts, ...times], from: common('walks') }
  const rank = call('min', column('ranks', 'rank'))
  const shown = shownValue(plan)
  return {
    kind: 'select',
    with: [...walks, ...ranks(counts)],
    columns: [{ expr: shown, as: 'value' }, ...counts, ...times],
    from: common('walks'),
    joins: [joinRanks],
    groupBy: [shown],
    orderBy: [{ expr: rank }],
    limit: MAX_GROUPS + 1,
  }
}

const stepCounts = (plan: FunnelsPlan) =>
  plan.steps.map((_, step): SelectColumn => ({ expr: countIf(didStep(plan, step)), as: `c${step}` }))

const joinRanks: Join = {
  source: common('ranks'),
  on: compare(column('ranks', 'value'), '=', column('walks', 'value')),
}

/**
 * Tables `totals` and `ranks`: breakdown values ordered by the people who did the last step, then the step before, and
 * so on.
 */
function ranks(counts: readonly SelectColumn[]): CommonTable[] {
  const of = column('walks', 'value')
  const order = [...counts].reverse().map(({ as }) => ({ expr: column('totals', as), descending: true }))
  return [
    {
      name: 'totals',
      query: {
        kind: 'select',
        columns: [{ expr: of, as: 'value' }, ...counts],
        from: common('walks'),
        groupBy: [of],
      },
    },
    {
      name: 'ranks',
      query: {
        kind: 'select',
        columns: [
          { expr: column('totals', 'value'), as: 'value' },
          {
            expr: {
              kind: 'window',
              fn: 'rowNumber',
              of: null,
              partitionBy: [],
              orderBy: [...order, { expr: column('totals', 'value'), byCodePoint: true }],
            },
            as: 'rank',
          },
        ],
        from: common('totals'),
      },
    },
  ]
}

const isWithin = (limit: number): Expr => compare(column('ranks', 'rank'), '<=', integer(limit))

function shownValue({ breakdown }: FunnelsPlan): Expr {
  const own = column('walks', 'value')
  if (breakdown?.limit == null) return own
  const isList = breakdown.parts.length > 1
  const other = value(isList ? JSON.stringify([FUNNEL_OTHER]) : FUNNEL_OTHER, 'text')
  return { kind: 'if', condition: isWithin(breakdown.limit), whenTrue: own, whenFalse: other }
}

/**
 * Columns `value` (with a breakdown), `bucket`, `entered` (people who did step `fromStep`), `converted` (those among
 * them who did `toStep`).
 */
function trends(plan: FunnelsPlan): Select {
  const bucket = column('walks', 'bucket')
  const own = column('walks', 'value')
  const entered = compare(reached, '>', integer(plan.fromStep))
  const counts: SelectColumn[] = [
    { expr: countIf(compare(reached, '>', integer(plan.toStep))), as: 'converted' },
    { expr: call('countAll'), as: 'entered' },
  ]
  const { breakdown } = plan
  if (!breakdown)
    return {
      kind: 'select',
      with: funnelWalks(plan),
      columns: [{ expr: bucket, as: 'bucket' }, ...counts],
      from: common('walks'),
      where: entered,
      groupBy: [bucket],
    }
  const entries: SelectColumn = { expr: countIf(entered), as: 'entries' }
  const limit = breakdown.limit ?? MAX_GROUPS + 1
  return {
    kind: 'select',
    with: [...funnelWalks(plan), ...ranks([entries])],
    columns: [{ expr: own, as: 'value' }, { expr: bucket, as: 'bucket' }, ...counts],
    from: common('walks'),
    joins: [joinRanks],
    where: and(entered, isWithin(limit)),
    groupBy: [own, bucket],
    limit: MAX_CELLS + 1,
  }
}

/**
 * A row for each bin that has people. Columns `bin` (index from 0), `people`, and the same in each row: `low` (the
 * start of the first bin), `width` and `average` in seconds, `bins` (the number of bins).
 */
function timeToConvert(plan: FunnelsPlan): Select {
  const at = (step: number) => call('element', column('walks', 'times'), integer(step + 1))
  const seconds = column('samples', 'seconds')
  const stat = (name: string) => column('stats', name)
  const samples: Select = {
    kind: 'select',
    // times are exact to a microsecond; their difference must not fall into the bin before its own
    columns: [
      { expr: call('round', call('subtract', at(plan.toStep), at(plan.fromStep)), value(6, 'float')), as: 'seconds' },
    ],
    from: common('walks'),
    where: compare(reached, '>', integer(plan.toStep)),
  }
  const one = value(1, 'float')
  const automatic = call(
    'least',
    call('greatest', call('ceil', call('cubeRoot', call('toFloat', call('countAll')))), one),
    value(60, 'float'),
  )
  const stats: Select = {
    kind: 'select',
    columns: [
      { expr: call('floor', call('min', seconds)), as: 'low' },
      { expr: call('ceil', call('max', seconds)), as: 'high' },
      { expr: plan.binCount === null ? automatic : value(plan.binCount, 'float'), as: 'bins' },
      { expr: call('avg', seconds), as: 'average' },
    ],
    from: common('samples'),
  }
  const exact = call('ceil', call('divide', call('subtract', stat('high'), stat('low')), stat('bins')))
  const width: Expr = {
    kind: 'if',
    condition: compare(exact, '=', value(0, 'float')),
    whenTrue: value(60, 'float'),
    whenFalse: exact,
  }
  const bin = call('floor', call('divide', call('subtract', seconds, stat('low')), width))
  const kept = [stat('low'), width, stat('bins'), stat('average')]
  return {
    kind: 'select',
    with: [
      ...funnelWalks(plan, { conversionsOnly: true }),
      { name: 'samples', query: samples },
      { name: 'stats', query: stats },
    ],
    columns: [
      { expr: bin, as: 'bin' },
      { expr: call('countAll'), as: 'people' },
      ...kept.map((expr, index) => ({ expr, as: ['low', 'width', 'bins', 'average'][index] ?? '' })),
    ],
    from: common('samples'),
    joins: [{ source: common('stats'), on: value(true, 'boolean') }],
    groupBy: [bin, ...kept],
  }
}

/** Columns `actor`, `event_count`: the actors that one number of the funnel counts, each once. */
export function buildFunnelActors({
  funnels: plan,
  step,
  value: wanted,
  isOther,
  bucket,
  dropOff,
}: FunnelPointPlan): Select {
  const actor = column('walks', 'actor')
  const entries: SelectColumn = { expr: countIf(compare(reached, '>', integer(plan.fromStep))), as: 'entries' }
  const limit = plan.breakdown?.limit ?? null
  const isBeyond = isOther && limit !== null
  return {
    kind: 'select',
    with: [...funnelWalks(plan), ...(isBeyond ? ranks(bucket === null ? stepCounts(plan) : [entries]) : [])],
    columns: [
      { expr: actor, as: 'actor' },
      { expr: value(1, 'float'), as: 'event_count' },
    ],
    from: common('walks'),
    joins: isBeyond ? [joinRanks] : [],
    where: and(
      bucket === null ? reachedStep(plan, step) : entered(plan, bucket, dropOff),
      ...(isBeyond ? [compare(column('ranks', 'rank'), '>', integer(limit))] : []),
      ...(wanted === null || isBeyond ? [] : [compare(column('walks', 'value'), '=', value(wanted, 'text'))]),
    ),
    groupBy: [actor],
  }
}

/**
 * For `step` n from 1: did the walk do step n? For -n from -2: did it do the last required step before step n, but not
 * step n?
 */
export function reachedStep(plan: FunnelsPlan, step: number): Expr {
  if (step > 0) return didStep(plan, step - 1)
  const missed = -step - 1
  const before = plan.steps.findLastIndex(({ isOptional }, index) => index < missed && !isOptional)
  return and(didStep(plan, before), not(didStep(plan, missed)))
}

function entered({ fromStep, toStep }: FunnelsPlan, bucket: number, dropOff: boolean): Expr {
  const done = compare(reached, '>', integer(toStep))
  return and(
    compare(column('walks', 'bucket'), '=', integer(bucket)),
    dropOff ? and(compare(reached, '>', integer(fromStep)), not(done)) : done,
  )
}
