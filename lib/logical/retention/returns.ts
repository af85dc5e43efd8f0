/** Who returns, and in which interval (docs/retention.md 3). */
import { actorColumn } from '../../plan/event-actor.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { call, column, columnsOf, compare, value } from '../../tree/build.ts'
import type { Select } from '../../tree/relation.ts'
import { activeSets, activity } from '../events.ts'
import { cohortKey, forEachCohort, keyOfEvents, testOf } from './keys.ts'
import { leastEvents, sumOf } from './sums.ts'

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

/** Columns `bucket`, `actor`, `key` if returns have keys, and `sum` with an aggregate: who returns in the interval. */
export function returnRows(plan: RetentionPlan): Select {
  const cohorts = haveKeys(plan) && forEachCohort(plan, returnRows)
  if (cohorts) return cohorts
  const key = plan.cohort === undefined ? keyOfEvents(plan) : cohortKey(plan.cohort)
  const least = leastEvents(plan)
  const rows = activity('returned', plan, actorColumn(plan.actor), testOf(plan, plan.returning), {
    key,
    values: [
      ...(least > 1 ? [{ expr: call('countAll'), as: 'events' }] : []),
      ...(plan.aggregate ? [{ expr: call('numberSum', sumOf(plan)), as: 'sum' }] : []),
    ],
  })
  return {
    ...columnsOf(rows, ['bucket', 'actor', ...(key ? ['key'] : []), ...(plan.aggregate ? ['sum'] : [])]),
    ...(least > 1 ? { where: compare(column('returned', 'events'), '>=', value(least, 'int')) } : {}),
  }
}
