import { BREAKDOWN_NONE, BREAKDOWN_OTHER } from '../../plan/breakdown.ts'
import { ranksTogether, type TrendsPlan } from '../../plan/trends.ts'
import { call, column, columnsOf, common, compare, sameColumns, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonTable, Select, Source } from '../../tree/relation.ts'
import { JOIN_RANKS, rankTable } from '../breakdown.ts'
import { plainBreakdown } from './events.ts'

const none = value(BREAKDOWN_NONE, 'text')
const breakdown = column('texts', 'breakdown')
const isList = (plan: TrendsPlan) => (plan.breakdown?.parts.length ?? 0) > 1
const limitOf = (plan: TrendsPlan) => value(plan.breakdown?.limit ?? 25, 'int')

/** A value of `breakdownKey` -> its text in the answer. A list of texts becomes JSON. */
export function breakdownName(plan: TrendsPlan, key: Expr): Expr {
  if (isList(plan)) return call('textsJson', key, none)
  const plain = plainBreakdown(plan)
  const text: Expr = plain ? { kind: 'breakdownText', of: plain, key } : key
  return { kind: 'if', condition: compare(text, '=', value('', 'text')), whenTrue: none, whenFalse: text }
}

/** Is the key one of the values beyond the limit of the breakdown? `counts`: the counts by which values are ranked. */
export function keysBeyond(plan: TrendsPlan, key: Expr, counts: Select): Expr {
  const query: Select = {
    kind: 'select',
    with: rankTables(plan, counts),
    columns: [{ expr: isList(plan) ? breakdown : column('texts', 'key'), as: 'key' }],
    from: common('texts'),
    joins: [JOIN_RANKS],
    where: compare(column('ranks', 'rank'), '>', limitOf(plan)),
  }
  return { kind: 'inQuery', expr: isList(plan) ? breakdownName(plan, key) : key, query }
}

/**
 * Tables `counts`, `sums`, `texts` and `ranks`: the total, the text and the rank of each breakdown value in the range.
 */
function rankTables(plan: TrendsPlan, counts: Select): CommonTable[] {
  const total = call('numberSum', column('sums', 'value'))
  const isNone: Expr = {
    kind: 'if',
    // a list with a missing part ranks among the missing values
    condition: isList(plan)
      ? { kind: 'match', how: 'like', expr: breakdown, pattern: BREAKDOWN_NONE }
      : compare(breakdown, '=', none),
    whenTrue: value(1, 'int'),
    whenFalse: value(0, 'int'),
  }
  return [
    { name: 'counts', query: counts },
    {
      name: 'sums',
      query: {
        kind: 'select',
        columns: [
          { expr: column('counts', 'key'), as: 'key' },
          { expr: call('numberSum', column('counts', 'value')), as: 'value' },
        ],
        from: common('counts'),
        groupBy: [column('counts', 'key')],
      },
    },
    {
      name: 'texts',
      query: {
        kind: 'select',
        columns: [
          { expr: column('sums', 'key'), as: 'key' },
          { expr: breakdownName(plan, column('sums', 'key')), as: 'breakdown' },
        ],
        from: common('sums'),
      },
    },
    rankTable(
      [...(plan.shape === 'total' ? [] : [{ expr: isNone }]), { expr: total, descending: true }],
      [{ source: common('sums'), on: compare(column('sums', 'key'), '=', column('texts', 'key')) }],
    ),
  ]
}

/** The counts of one series: columns `bucket`, `key`, `value`. */
export const countsOf = (counted: Source): Select => columnsOf(counted, ['bucket', 'key', 'value'])

/**
 * The counts of several series: as `countsOf`, with `series` (index from 0). Multipliers apply here, because values are
 * ranked by their sum over the series.
 */
export const countsOfAll = (counted: readonly (readonly [Source, multiplier: number])[]): Select => ({
  kind: 'select',
  columns: sameColumns('together', ['series', 'bucket', 'key', 'value']),
  from: {
    kind: 'union',
    alias: 'together',
    queries: counted.map(([source, multiplier], series): Select => {
      const number = column('counted', 'value')
      return {
        kind: 'select',
        columns: [
          { expr: value(series, 'int'), as: 'series' },
          { expr: column('counted', 'bucket'), as: 'bucket' },
          { expr: column('counted', 'key'), as: 'key' },
          { expr: multiplier === 1 ? number : call('multiply', number, value(multiplier, 'float')), as: 'value' },
        ],
        from: source,
      }
    }),
  },
})

/**
 * Keeps the first `limit` breakdown values by rank and sums the others into one. Columns `bucket`, `breakdown`,
 * `value`, and `series` if series are ranked together.
 */
export function rankedBreakdown(plan: TrendsPlan, counts: Select): Select {
  const bucket = column('counts', 'bucket')
  const series = ranksTogether(plan) ? [column('counts', 'series')] : []
  const result: Expr = {
    kind: 'if',
    condition: compare(column('ranks', 'rank'), '<=', limitOf(plan)),
    whenTrue: breakdown,
    whenFalse: value(BREAKDOWN_OTHER, 'text'),
  }
  return {
    kind: 'select',
    with: rankTables(plan, counts),
    columns: [
      ...series.map((expr) => ({ expr, as: 'series' })),
      { expr: bucket, as: 'bucket' },
      { expr: result, as: 'breakdown' },
      { expr: call('numberSum', column('counts', 'value')), as: 'value' },
    ],
    from: common('counts'),
    joins: [{ source: common('texts'), on: compare(column('texts', 'key'), '=', column('counts', 'key')) }, JOIN_RANKS],
    groupBy: [...series, bucket, result],
  }
}
