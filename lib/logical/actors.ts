/** Queries for pages of persons or groups (docs/actors.md). */
import type { ActorKind } from '../nodes/actors/choice.ts'
import type { ActorsPlan, ActorsSourcePlan } from '../plan/actors.ts'
import { buildFilter } from '../plan/filter-condition.ts'
import { and, call, column, compare, or, property } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Join, Select, Source } from '../tree/relation.ts'
import { choiceConditions, containing, hasDistinctId, knownActors } from './chosen-actors.ts'
import { buildCorrelationActors } from './correlation/people.ts'
import { buildFunnelActors } from './funnels.ts'
import { buildLifecycleActors } from './lifecycle/actors.ts'
import { buildPathsActors } from './paths/actors.ts'
import { buildRetentionActors } from './retention/actors.ts'
import { buildSqlActors } from './sql-actors.ts'
import { buildStickinessActors } from './stickiness/actors.ts'
import { buildTrendsActors } from './trends/actors.ts'

/**
 * Columns `c0`, `c1` .. in the order of `select`. It reads one row more than the limit: the next page exists if it is
 * there.
 */
export function buildActors(plan: ActorsPlan): Select {
  const alias = plan.of === 'person' ? 'persons' : plan.of
  const id = column(alias, 'id')
  const from: Source = { kind: 'table', name: plan.of === 'person' ? 'persons' : 'groups', alias }
  const isGrouped = plan.columns.some(({ isAggregate }) => isAggregate)
  const joins: Join[] = plan.source
    ? [
        {
          source: { kind: 'query', alias: 'source', query: actorsOf(plan.source) },
          on: compare(column('source', 'actor'), '=', id),
        },
      ]
    : []
  return {
    kind: 'select',
    columns: plan.columns.map(({ shown }, index) => ({ expr: shown, as: `c${index}` })),
    from,
    joins,
    where: and(
      ...(plan.source ? [] : [knownActors(plan.of)]),
      buildFilter(plan.filter, { table: alias, person: id }),
      ...(plan.search === null ? [] : [matchesSearch(plan.search, plan.of, id)]),
      ...(plan.choice ? choiceConditions(plan.choice, plan) : []),
    ),
    ...(isGrouped ? { groupBy: plan.columns.filter((c) => !c.isAggregate).map(({ expr }) => expr) } : {}),
    // rows with equal values need a fixed order, or pages would repeat and miss rows
    orderBy: [...plan.orderBy, ...(isGrouped ? [] : [{ expr: id }])],
    limit: plan.limit + 1,
    offset: plan.offset,
  }
}

/** A row for each actor of a point, its id in the column `actor`. */
export function actorsOf(source: ActorsSourcePlan): Select {
  switch (source.kind) {
    case 'TrendsPoint':
      return buildTrendsActors(source)
    case 'FunnelPoint':
      return buildFunnelActors(source)
    case 'RetentionPoint':
      return buildRetentionActors(source)
    case 'LifecyclePoint':
      return buildLifecycleActors(source)
    case 'StickinessPoint':
      return buildStickinessActors(source)
    case 'PathsPoint':
      return buildPathsActors(source)
    case 'CorrelationPoint':
      return buildCorrelationActors(source)
    case 'SqlPoint':
      return buildSqlActors(source)
    default:
      return source satisfies never
  }
}

/** Is the text a part of the actor's name, email, id or distinct id? */
function matchesSearch(search: string, of: ActorKind, id: Expr): Expr {
  const has = containing(search)
  const read = (key: string): Expr => has(property(of, key, 'text', of === 'person' ? 'persons' : of))
  const key = has(call('toText', id))
  return of === 'person' ? or(read('email'), read('name'), key, hasDistinctId(id, has)) : or(read('name'), key)
}
