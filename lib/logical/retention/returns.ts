/** Who returns, and in which interval (docs/retention.md 3). */
import { actorColumn } from '../../plan/event-actor.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import type { Select } from '../../tree/relation.ts'
import { activeSets } from '../events.ts'
import { columnsOf } from './columns.ts'
import { cohortKey, forEachCohort, keyOfEvents, testOf } from './keys.ts'

/** Does a return count only for the starts with the same breakdown value? */
export const haveKeys = (plan: RetentionPlan): boolean =>
  keyOfEvents(plan) !== null || (plan.actor.kind === 'group' && (plan.breakdown?.cohorts.length ?? 0) > 0)

/** Columns `bucket`, `key` if returns have keys, and `ids`: who returns in the interval. */
export function returnSets(plan: RetentionPlan): Select {
  const cohorts = haveKeys(plan) && forEachCohort(plan, returnSets)
  if (cohorts) return cohorts
  const key = plan.cohort === undefined ? keyOfEvents(plan) : cohortKey(plan.cohort)
  const sets = activeSets('returned', plan, actorColumn(plan.actor), testOf(plan, plan.returning), {
    key,
    least: plan.minimumOccurrences,
  })
  return columnsOf(sets, ['bucket', ...(key ? ['key'] : []), 'ids'])
}
