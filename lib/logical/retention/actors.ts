/** The people or groups behind a row of a retention (docs/retention.md 7). */
import { BREAKDOWN_OTHER } from '../../plan/breakdown.ts'
import type { RetentionPointPlan } from '../../plan/points/retention.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { and, call, column, common, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { cellTables } from './cells.ts'
import { withKey } from './keys.ts'
import { keysBeyond } from './ranks.ts'
import { furthestReached, reachedTables } from './rows.ts'

/** Columns `actor`, `appearances`: the actors of the row, each once, with the columns that count it. */
export function buildRetentionActors({ plan: whole, row, breakdown }: RetentionPointPlan): Select {
  const isOther = breakdown === BREAKDOWN_OTHER
  const ofValue = breakdown === null || isOther ? whole : withKey(whole, breakdown)
  const { plan, bucket } = onlyRow(ofValue, row)
  const key = column('starts', 'key')
  const keyTest = (): Expr[] => {
    if (isOther) return [keysBeyond(whole, key, cellTables(whole))]
    return breakdown !== null && plan.breakdown ? [compare(key, '=', value(breakdown, 'text'))] : []
  }
  const isWanted = [
    ...(bucket === null ? [] : [compare(column('starts', 'bucket'), '=', value(bucket, 'int'))]),
    ...keyTest(),
  ]
  const counted: RetentionPlan = plan.aggregate ? { ...plan, aggregate: null, minimumOccurrences: 1 } : plan
  return { with: reachedTables(counted, and(...isWanted)), ...appearances(counted) }
}

/** The plan of the row's actors, and the bucket of the row in it. */
function onlyRow(plan: RetentionPlan, row: number | null): { plan: RetentionPlan; bucket: number | null } {
  // periods count from the start of the range, and brackets from the first row of an actor
  if (row === null || plan.rolling || plan.hasBrackets) return { plan, bucket: row }
  return { plan: { ...plan, bounds: plan.bounds.slice(row, row + plan.columns.length) }, bucket: 0 }
}

function appearances(plan: RetentionPlan): Select {
  const list = (of: Expr) => call('sortedNumbers', call('numberList', of))
  if (!plan.cumulative)
    return {
      kind: 'select',
      columns: [
        { expr: column('reached', 'actor'), as: 'actor' },
        { expr: list(column('reached', 'reached')), as: 'appearances' },
      ],
      from: common('reached'),
      groupBy: [column('reached', 'actor')],
    }
  // who got as far as a column is in all before it
  return {
    kind: 'select',
    columns: [
      { expr: column('furthest', 'actor'), as: 'actor' },
      { expr: list(column('every', 'index')), as: 'appearances' },
    ],
    from: { kind: 'indexes', count: plan.columns.length, alias: 'every' },
    joins: [
      {
        source: { kind: 'query', alias: 'furthest', query: furthestReached(plan) },
        on: compare(column('every', 'index'), '<=', column('furthest', 'reached')),
      },
    ],
    groupBy: [column('furthest', 'actor')],
  }
}
