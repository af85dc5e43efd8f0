/** Queries of lifecycles (docs/lifecycle.md): of the actors of each interval, how many are new, and how many came back? */

import { actorColumn } from '../plan/event-actor.ts'
import type { LifecyclePlan } from '../plan/lifecycle.ts'
import { and, call, column, common, compare, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { CommonTable, Select, TableSource } from '../tree/relation.ts'
import { GROUP_OWNERS } from '../tree/types.ts'
import { activeSets, actorTest, countOfRows, entityTest } from './events.ts'

const integer = (n: number) => value(n, 'int')

/**
 * One row for each interval that is shown. Columns: `bucket` (index from 0); `active`, `before`: the actors of it and of
 * the interval before; `returning`: those of both; `new`.
 */
export function buildLifecycle(plan: LifecyclePlan): Select[] {
  const actors = column('steps', 'actors')
  const before = column('steps', 'before')
  const index = column('steps', 'index')
  const sizeOf = (set: Expr) => call('coalesce', call('toFloat', call('setSize', set)), value(0, 'float'))
  return [
    {
      kind: 'select',
      with: [activeActors(plan), firstActivities(plan), newActors, steps(plan)],
      columns: [
        { expr: call('subtract', index, integer(1)), as: 'bucket' },
        { expr: sizeOf(actors), as: 'active' },
        { expr: sizeOf(before), as: 'before' },
        { expr: sizeOf(call('intersection', actors, before)), as: 'returning' },
        { expr: call('coalesce', column('news', 'actors'), value(0, 'float')), as: 'new' },
      ],
      from: common('steps'),
      joins: [{ source: common('news'), on: compare(column('news', 'bucket'), '=', index), left: true }],
      where: compare(index, '>', integer(0)),
      joinsMany: true,
    },
  ]
}

/** Is the event one that counts? */
export const activityTest = ({ entity, actor }: LifecyclePlan): Expr => and(entityTest(entity), actorTest(actor))

/** Table `activity`: `bucket` (0 is the interval before the range), `actors`. */
const activeActors = (plan: LifecyclePlan): CommonTable => ({
  name: 'activity',
  query: {
    kind: 'select',
    columns: [
      { expr: column('active', 'bucket'), as: 'bucket' },
      { expr: column('active', 'ids'), as: 'actors' },
    ],
    from: activeSets('active', plan, actorColumn(plan.actor), activityTest(plan)),
  },
})

/** Table `steps`: `index` of the interval, its `actors`, and those of the interval `before`. */
function steps({ bounds }: LifecyclePlan): CommonTable {
  const index = column('every', 'index')
  const actors = column('activity', 'actors')
  return {
    name: 'steps',
    query: {
      kind: 'select',
      columns: [
        { expr: index, as: 'index' },
        { expr: actors, as: 'actors' },
        { expr: { kind: 'window', fn: 'lag', of: actors, partitionBy: [], orderBy: [{ expr: index }] }, as: 'before' },
      ],
      from: { kind: 'indexes', alias: 'every', count: bounds.length },
      joins: [{ source: common('activity'), on: compare(column('activity', 'bucket'), '=', index), left: true }],
    },
  }
}

/**
 * Table `firsts`, of the actors that were created in the range: the interval in which they were `created`, and that of
 * their `first` activity.
 */
function firstActivities(plan: LifecyclePlan): CommonTable {
  const actor = column('created', 'actor')
  const bucket = column('created', 'bucket')
  const members: Select = {
    kind: 'select',
    columns: [
      { expr: column('activity', 'bucket'), as: 'bucket' },
      { expr: call('members', column('activity', 'actors')), as: 'actor' },
    ],
    from: common('activity'),
  }
  return {
    name: 'firsts',
    query: {
      kind: 'select',
      columns: [
        { expr: bucket, as: 'created' },
        { expr: call('min', column('members', 'bucket')), as: 'first' },
      ],
      from: { kind: 'query', alias: 'created', query: createdActors(plan) },
      joins: [
        {
          source: { kind: 'query', alias: 'members', query: members },
          on: compare(column('members', 'actor'), '=', actor),
        },
      ],
      groupBy: [actor, bucket],
    },
  }
}

/** Table `news`: `bucket`, and how many `actors` that were created in it are active for the first time. */
const newActors: CommonTable = {
  name: 'news',
  query: {
    kind: 'select',
    columns: [
      { expr: column('firsts', 'created'), as: 'bucket' },
      { expr: countOfRows, as: 'actors' },
    ],
    from: common('firsts'),
    where: compare(column('firsts', 'first'), '=', column('firsts', 'created')),
    groupBy: [column('firsts', 'created')],
  },
}

/** The table of the actors, with the alias that `createdIn` reads. */
export const actorsTable = ({ actor }: LifecyclePlan): TableSource =>
  actor.kind === 'group'
    ? { kind: 'table', name: 'groups', alias: actor.owner }
    : { kind: 'table', name: 'persons', alias: 'persons' }

/** The column of `actorsTable`. */
export const ofActor = ({ actor }: LifecyclePlan, name: 'id' | 'created_at' | 'index' | 'has_profile'): Expr =>
  column(actor.kind === 'group' ? actor.owner : 'persons', name)

/** Was the actor created between two instants? */
export function createdIn(plan: LifecyclePlan, from: string | null, to: string | null): Expr {
  const { actor } = plan
  const created = ofActor(plan, 'created_at')
  return and(
    actor.kind === 'group'
      ? compare(ofActor(plan, 'index'), '=', integer(GROUP_OWNERS.indexOf(actor.owner)))
      : // nobody was created by events that make no profile
        compare(ofActor(plan, 'has_profile'), '=', value(true, 'boolean')),
    compare(created, '>=', value(from, 'instant')),
    compare(created, '<', value(to, 'instant')),
  )
}

/** Columns `actor`, `bucket`: the actors that were created in an interval that is shown. */
function createdActors(plan: LifecyclePlan): Select {
  const { intervals } = plan
  const starts = intervals.map(({ from }) => from)
  const list = { kind: 'list', values: starts, type: 'instant' } as const
  return {
    kind: 'select',
    columns: [
      { expr: ofActor(plan, 'id'), as: 'actor' },
      { expr: call('bucketIndex', ofActor(plan, 'created_at'), list), as: 'bucket' },
    ],
    from: actorsTable(plan),
    where: createdIn(plan, starts[1] ?? null, intervals.at(-1)?.to ?? null),
  }
}
