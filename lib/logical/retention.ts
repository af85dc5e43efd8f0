import type { RetentionPlan } from '../plan/retention.ts'
import { common } from '../tree/build.ts'
import type { Select } from '../tree/relation.ts'
import { columnsOf } from './retention/columns.ts'
import { rankedCells } from './retention/ranks.ts'
import { countReached, reachedTables } from './retention/rows.ts'
import { isOfSets, setCells } from './retention/sets.ts'

/**
 * The cells of a retention that are not 0. Columns: `bucket` (the row, from 0), `reached` (the column, from 0), `value`
 * (actors; with cumulative retention those who got no further), `sum` with an aggregate, and with a breakdown
 * `breakdown` and its `rank`.
 */
export function buildRetention(plan: RetentionPlan): Select[] {
  if (plan.bounds.length === 0) return []
  const tables = isOfSets(plan) ? setCells(plan) : [...reachedTables(plan), countReached(plan)]
  if (plan.breakdown) return [rankedCells(plan, plan.breakdown, tables)]
  return [
    { ...columnsOf(common('cells'), ['bucket', 'reached', 'value', ...(plan.aggregate ? ['sum'] : [])]), with: tables },
  ]
}
