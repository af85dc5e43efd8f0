/** The people that a correlation compares, and the people that one row of its result counts (docs/funnels.md 13). */
import type { CorrelatedPeople, CorrelationPointPlan } from '../../plan/correlation.ts'
import { actorColumn } from '../../plan/event-actor.ts'
import { buildFilter } from '../../plan/filter-condition.ts'
import { and, call, column, common, compare, not, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonTable, Join, Select, SelectColumn } from '../../tree/relation.ts'
import { countOfRows, EVENTS, entityTest, timestamp } from '../events.ts'
import { didStep, funnelWalks } from '../funnels/walks.ts'
import { reachedStep } from '../funnels.ts'

/** A column of the table `people`. */
export const peopleColumn = (name: string) => column('people', name)

/**
 * Common tables, the last of which is `people`. Its columns: `actor`, `converted`, and `first` and `final`, in seconds
 * since the start of the range: the events of the actor between them count.
 */
export function peopleTables({ funnels: plan, step }: CorrelatedPeople): CommonTable[] {
  const at = (index: number) => call('element', column('walks', 'times'), value(index, 'int'))
  const converted = didStep(plan, plan.steps.length - 1)
  const completed = at(plan.steps.filter(({ isOptional }) => !isOptional).length)
  const query: Select = {
    kind: 'select',
    columns: [
      { expr: column('walks', 'actor'), as: 'actor' },
      { expr: converted, as: 'converted' },
      { expr: at(1), as: 'first' },
      {
        expr: {
          kind: 'if',
          condition: converted,
          whenTrue: completed,
          whenFalse: call('add', at(1), value(plan.windowSeconds, 'float')),
        },
        as: 'final',
      },
    ],
    from: common('walks'),
    where: reachedStep(plan, step),
  }
  return [...funnelWalks(plan), { name: 'people', query }]
}

/** Events of the people between their first step and the end of their attempt. */
export function eventsBetween({ funnels: plan }: CorrelatedPeople): { join: Join; where: Expr } {
  const at = call('secondsBetween', value(plan.from, 'instant'), timestamp)
  return {
    join: { source: common('people'), on: compare(peopleColumn('actor'), '=', actorColumn(plan.actor)) },
    where: and(
      compare(timestamp, '>=', value(plan.from, 'instant')),
      compare(timestamp, '<', value(plan.to, 'instant')),
      compare(at, '>', peopleColumn('first')),
      compare(at, '<', peopleColumn('final')),
    ),
  }
}

/**
 * Columns `actor`, `event_count`: the people that one row of the result counts; without an entity or filters, all
 * people.
 */
export function buildCorrelationActors({ people, converted, entity, properties }: CorrelationPointPlan): Select {
  const actor = peopleColumn('actor')
  const isWanted = converted === null ? [] : [converted ? peopleColumn('converted') : not(peopleColumn('converted'))]
  const columns: SelectColumn[] = [
    { expr: actor, as: 'actor' },
    { expr: countOfRows, as: 'event_count' },
  ]
  if (entity) {
    const { join, where } = eventsBetween(people)
    return {
      kind: 'select',
      with: peopleTables(people),
      columns,
      from: EVENTS,
      joins: [join],
      where: and(where, entityTest(entity), buildFilter(properties), ...isWanted),
      groupBy: [actor],
    }
  }
  const { actor: kind } = people.funnels
  const alias = kind.kind === 'group' ? kind.owner : 'persons'
  return {
    kind: 'select',
    with: peopleTables(people),
    columns,
    from: common('people'),
    joins: [
      {
        source: { kind: 'table', name: kind.kind === 'group' ? 'groups' : 'persons', alias },
        on: compare(column(alias, 'id'), '=', actor),
      },
    ],
    where: and(buildFilter(properties, { table: alias, person: actor }), ...isWanted),
    groupBy: [actor],
  }
}
