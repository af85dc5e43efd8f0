/** The breakdown values of a retention: of events, of actors, or a query for each cohort (docs/retention.md 5). */
import type { CohortValue } from '../../plan/breakdown.ts'
import type { PlannedEntity } from '../../plan/entity.ts'
import { buildFilter } from '../../plan/filter-condition.ts'
import type { RetentionPlan } from '../../plan/retention.ts'
import { alwaysTrue, and, column, columnsOf, compare, isNull, or, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Join, Select } from '../../tree/relation.ts'
import { renameTable } from '../../tree/walk.ts'
import { breakdownText, ofMembers, plainProperty } from '../breakdown.ts'
import { actorTest, entityTest } from '../events.ts'

/** Holds for the events of the entity that meet the filters of the query. */
export const testOf = ({ filter, actor }: RetentionPlan, entity: PlannedEntity): Expr =>
  and(entityTest(entity), buildFilter(filter), actorTest(actor))

/**
 * The breakdown value of an event: an actor has starts and returns for each. Null if all events of an actor have the
 * same one.
 */
export function keyOfEvents(plan: RetentionPlan): Expr | null {
  const part = plan.breakdown?.part
  if (!part || plan.starting === 'first_ever' || keyOfActors(plan)) return null
  const plain = plainProperty(part)
  return plain ? { kind: 'breakdownKey', of: plain } : breakdownText(part)
}

/** The breakdown value of a cohort. */
export const cohortKey = (id: number | 'all'): Expr => value(id === 'all' ? '0' : String(id), 'text')

/**
 * The plan of one breakdown value. If starts and returns have the value it is a filter, and the breakdown is gone; else
 * starts are still to be asked for it.
 */
export function withKey(plan: RetentionPlan, text: string): RetentionPlan {
  const { breakdown } = plan
  const cohort = breakdown?.cohorts.find(({ id }) => text === String(id === 'all' ? 0 : id))
  if (cohort) return { ...plan, breakdown: null, filter: ofMembers(plan.filter, cohort.id) }
  if (!breakdown?.part || !keyOfEvents(plan)) return plan
  const plain = plainProperty(breakdown.part)
  const wanted = value(text, 'text')
  const expr = plain
    ? or(...(text === '' ? [isNull(plain)] : []), compare(plain, '=', wanted))
    : compare(breakdownText(breakdown.part), '=', wanted)
  return {
    ...plan,
    breakdown: null,
    filter: { kind: 'and', args: [...plan.filter.args, { kind: 'expression', expr }] },
  }
}

/** The breakdown value of an actor, and the table to join to `started` for it; null if it is not the actor's own. */
export function keyOfActors({
  breakdown,
  cohort,
  actor,
}: RetentionPlan): { readonly key: Expr; readonly join: Join | null } | null {
  if (cohort !== undefined) return { key: cohortKey(cohort), join: null }
  const part = breakdown?.part
  const owner = actor.kind === 'group' ? actor.owner : 'person'
  if (!part || part.property?.of !== owner) return null
  const alias = owner === 'person' ? 'persons' : owner
  return {
    key: renameTable(breakdownText(part), 'events', alias),
    join: {
      source: { kind: 'table', name: owner === 'person' ? 'persons' : 'groups', alias },
      on: compare(column(alias, 'id'), '=', column('started', 'actor')),
      left: true,
    },
  }
}

/** Does a return belong to a start with the key? It does to each if returns have no keys. */
export function eventKeyTest(plan: RetentionPlan, key: Expr): Expr {
  const own = plan.cohort !== undefined && plan.actor.kind === 'group' ? cohortKey(plan.cohort) : keyOfEvents(plan)
  return own ? compare(own, '=', key) : alwaysTrue
}

/** One query for the events of each cohort's members; undefined if the plan is of no cohorts, or of one already. */
export function forEachCohort(plan: RetentionPlan, query: (plan: RetentionPlan) => Select): Select | undefined {
  const { breakdown, cohort } = plan
  if (!breakdown || breakdown.cohorts.length === 0 || cohort !== undefined) return undefined
  const queries = breakdown.cohorts.map(({ id }) => query(ofCohort(plan, id)))
  const names = (queries[0]?.columns ?? []).map(({ as }) => as)
  return columnsOf({ kind: 'union', alias: 'cohorts', queries }, names)
}

const ofCohort = (plan: RetentionPlan, id: CohortValue['id']): RetentionPlan => ({
  ...plan,
  filter: ofMembers(plan.filter, id),
  cohort: id,
})
