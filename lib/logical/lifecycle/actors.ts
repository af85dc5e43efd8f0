import { actorColumn } from '../../plan/event-actor.ts'
import type { LifecyclePointPlan } from '../../plan/points/lifecycle.ts'
import { and, call, column, compare, not, or, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { activity } from '../events.ts'
import { activityTest, actorsTable, createdIn, ofActor } from '../lifecycle.ts'

/** Column `actor`: who has the status in the interval. */
export function buildLifecycleActors({ plan, index, status }: LifecyclePointPlan): Select {
  const bounds = plan.bounds.slice(0, index + 1)
  const actor = column('each_actor', 'actor')
  const isIn = (bucket: number) => call('hasNumber', column('each_actor', 'buckets'), value(bucket, 'int'))
  const isActive = isIn(index)
  const wasActive = isIn(index - 1)
  const { from = null, to = null } = plan.intervals[index] ?? {}
  const isFirst = compare(column('each_actor', 'first'), '=', value(index, 'int'))
  // a group that nobody has described has no row
  const isNew = call('coalesce', and(isFirst, createdIn(plan, from, to)), value(false, 'boolean'))
  const tests: Readonly<Record<NonNullable<typeof status>, Expr>> = {
    new: and(isActive, isNew),
    returning: and(isActive, wasActive),
    resurrecting: and(isActive, not(wasActive), not(isNew)),
    dormant: and(not(isActive), wasActive),
  }
  return {
    kind: 'select',
    columns: [{ expr: actor, as: 'actor' }],
    from: {
      kind: 'query',
      alias: 'each_actor',
      query: {
        kind: 'select',
        columns: [
          { expr: column('active', 'actor'), as: 'actor' },
          { expr: call('min', column('active', 'bucket')), as: 'first' },
          { expr: call('numberList', column('active', 'bucket')), as: 'buckets' },
        ],
        from: activity('active', { ...plan, bounds }, actorColumn(plan.actor), activityTest(plan)),
        groupBy: [column('active', 'actor')],
      },
    },
    joins: [{ source: actorsTable(plan), on: compare(ofActor(plan, 'id'), '=', actor), left: true }],
    where: status === null ? or(isActive, wasActive) : tests[status],
  }
}
