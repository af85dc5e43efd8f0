import type { RetentionPlan } from '../../plan/retention.ts'
import type { CommonTable } from '../../tree/relation.ts'
import { countReached, reachedTables } from './rows.ts'
import { isOfSets, setCells } from './sets.ts'

/**
 * Common tables, the last of which is `cells`: how many actors there are in each row and column. Columns: `bucket` (the
 * row, from 0), `reached` (the column, from 0), `value` (with cumulative retention those who got no further), `sum` with
 * an aggregate, and `key` with a breakdown. Cells without actors may be absent.
 */
export const cellTables = (plan: RetentionPlan): CommonTable[] =>
  isOfSets(plan) ? setCells(plan) : [...reachedTables(plan), countReached(plan)]
