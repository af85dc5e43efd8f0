import type { RetentionPlan } from '../plan/retention.ts'
import { columnsOf, common } from '../tree/build.ts'
import type { Select } from '../tree/relation.ts'
import { cellTables } from './retention/cells.ts'
import { rankedCells } from './retention/ranks.ts'

/**
 * The cells of a retention, as `cellTables` says; none without rows. With a breakdown, `breakdown` and its `rank` are in
 * place of the key.
 */
export function buildRetention(plan: RetentionPlan): Select[] {
  if (plan.bounds.length === 0) return []
  const tables = cellTables(plan)
  if (plan.breakdown) return [rankedCells(plan, plan.breakdown, tables)]
  const sum = plan.aggregate ? ['sum'] : []
  return [{ ...columnsOf(common('cells'), ['bucket', 'reached', 'value', ...sum]), with: tables }]
}
