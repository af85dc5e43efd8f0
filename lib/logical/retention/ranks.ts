import { BREAKDOWN_OTHER } from '../../plan/breakdown.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { call, column, common, compare, sameColumns, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonTable, Select } from '../../tree/relation.ts'
import { JOIN_RANKS, plainProperty, rankTable } from '../breakdown.ts'
import { keyOfEvents } from './keys.ts'

type Breakdown = NonNullable<RetentionPlan['breakdown']>

const breakdown = column('texts', 'breakdown')

/** The text of a key. */
function textOf(plan: RetentionPlan, key: Expr): Expr {
  const plain = plan.breakdown?.part && keyOfEvents(plan) ? plainProperty(plan.breakdown.part) : null
  return plain ? { kind: 'breakdownText', of: plain, key } : key
}

/** Tables `texts` and `ranks`, from `cells`: the text of each key, and the rank of each text by who started. */
function rankTables(plan: RetentionPlan): CommonTable[] {
  const key = column('totals', 'key')
  const totals: Select = {
    kind: 'select',
    columns: [...sameColumns('cells', ['key']), { expr: call('sum', column('cells', 'value')), as: 'value' }],
    from: common('cells'),
    ...(plan.cumulative ? {} : { where: compare(column('cells', 'reached'), '=', value(0, 'int')) }),
    groupBy: [column('cells', 'key')],
  }
  const started = call('sum', column('texts', 'value'))
  return [
    {
      name: 'texts',
      query: {
        kind: 'select',
        columns: [...sameColumns('totals', ['key', 'value']), { expr: textOf(plan, key), as: 'breakdown' }],
        from: { kind: 'query', alias: 'totals', query: totals },
      },
    },
    rankTable([{ expr: started, descending: true }]),
  ]
}

/** Is it the key of a value beyond the limit? `tables`: common tables, the last of which is `cells`. */
export function keysBeyond(plan: RetentionPlan, key: Expr, tables: readonly CommonTable[]): Expr {
  const query: Select = {
    kind: 'select',
    with: [...tables, ...rankTables(plan)],
    columns: sameColumns('texts', ['key']),
    from: common('texts'),
    joins: [JOIN_RANKS],
    where: compare(column('ranks', 'rank'), '>', value(plan.breakdown?.limit ?? 0, 'int')),
  }
  return { kind: 'inQuery', expr: key, query }
}

/**
 * The cells of the first values of the breakdown, and those of all others as one value unless it is hidden. Columns: `bucket`, `reached`,
 * `breakdown`, `rank`, `value`. `tables`: common tables, the last of which is `cells`.
 */
export function rankedCells(
  plan: RetentionPlan,
  { limit, hideOther }: Breakdown,
  tables: readonly CommonTable[],
): Select {
  const rank = column('ranks', 'rank')
  const isShown = compare(rank, '<=', value(limit, 'int'))
  const name: Expr = { kind: 'if', condition: isShown, whenTrue: breakdown, whenFalse: value(BREAKDOWN_OTHER, 'text') }
  const place: Expr = { kind: 'if', condition: isShown, whenTrue: rank, whenFalse: value(limit + 1, 'int') }
  const [bucket, reached] = [column('cells', 'bucket'), column('cells', 'reached')]
  return {
    kind: 'select',
    with: [...tables, ...rankTables(plan)],
    columns: [
      { expr: bucket, as: 'bucket' },
      { expr: reached, as: 'reached' },
      { expr: name, as: 'breakdown' },
      { expr: place, as: 'rank' },
      { expr: call('sum', column('cells', 'value')), as: 'value' },
      ...(plan.aggregate ? [{ expr: call('numberSum', column('cells', 'sum')), as: 'sum' }] : []),
    ],
    from: common('cells'),
    joins: [{ source: common('texts'), on: compare(column('texts', 'key'), '=', column('cells', 'key')) }, JOIN_RANKS],
    ...(hideOther ? { where: isShown } : {}),
    groupBy: [bucket, reached, name, place],
  }
}
