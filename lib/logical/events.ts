/** Tests for the events of an entity, and queries with one row for each actor. The queries of all kinds use them. */
import type { PlannedEntity } from '../plan/entity.ts'
import { actorColumn, type EventActor } from '../plan/event-actor.ts'
import { buildFilter } from '../plan/filter-condition.ts'
import { alwaysTrue, and, call, column, compare, isNull, not, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Buckets, Select, SelectColumn, Source } from '../tree/relation.ts'
import type { Bounds } from '../tree/types.ts'

/** Instants, `from` included and `to` excluded. Without `from` the range starts with the first event. */
export interface EventRange {
  readonly from?: Expr
  readonly to: Expr
}

/** From the first bound to the last. */
export const rangeOf = ({ bounds }: { readonly bounds: readonly Bounds[] }) => ({
  from: value(bounds[0]?.from ?? null, 'instant'),
  to: value(bounds.at(-1)?.to ?? null, 'instant'),
})

export const EVENTS: Source = { kind: 'table', name: 'events', alias: 'events' }
export const timestamp = column('events', 'timestamp')
export const eventPerson = column('events', 'person_id')
/** The number of rows, as a float like all numbers of results. */
export const countOfRows = call('toFloat', call('countAll'))

/** Does the event have the entity's name, or match its action? */
export const namedTest = ({ event, action }: Omit<PlannedEntity, 'filter'>): Expr =>
  and(
    ...(event === null ? [] : [compare(column('events', 'event'), '=', value(event, 'text'))]),
    ...(action ? [buildFilter(action)] : []),
  )

/** Does the event have the entity's name or match its action, and meet its filters? */
export const entityTest = (entity: PlannedEntity): Expr => and(namedTest(entity), buildFilter(entity.filter))

/** Is the event in the range? */
export const rangeTest = ({ from, to }: EventRange): Expr =>
  and(...(from ? [compare(timestamp, '>=', from)] : []), compare(timestamp, '<', to))

/** As `entityTest`, and is the event in the range? */
export const eventsOf = (entity: PlannedEntity, range: EventRange): Expr =>
  and(namedTest(entity), rangeTest(range), buildFilter(entity.filter))

/** Events without a group, or without a value of the expression that identifies actors, belong to no actor. */
export const actorTest = (actor: EventActor): Expr =>
  actor.kind === 'person' ? alwaysTrue : not(isNull(actorColumn(actor)))

interface PerActor {
  /** A breakdown key: an actor has a row for each key, in the column `key`. */
  readonly key?: Expr | null
  /** Aggregates over the events of an actor. */
  readonly values?: readonly SelectColumn[]
  /** More expressions by which the events of an actor are grouped; they are no columns. */
  readonly groupBy?: readonly Expr[]
}

/** One row for each actor with events that meet the test. Columns: `key` if there is one, `actor`, and the values. */
export function perActor(actor: Expr, where: Expr, { key = null, values = [], groupBy = [] }: PerActor = {}): Select {
  return {
    kind: 'select',
    columns: [...(key ? [{ expr: key, as: 'key' }] : []), { expr: actor, as: 'actor' }, ...values],
    from: EVENTS,
    where,
    groupBy: [...(key ? [key] : []), actor, ...groupBy],
  }
}

/** The intervals in which activity is read, one after the other. */
export type Intervals = Pick<Buckets, 'bounds' | 'interval' | 'weekStartDay' | 'timezone'>

const IN_BUCKET: EventRange = { from: { kind: 'bucketFrom' }, to: { kind: 'bucketTo' } }

/**
 * One row for each interval and actor with events in it that meet the test. Columns: `bucket` (index of the interval),
 * and those of `perActor`.
 */
export const activity = (alias: string, of: Intervals, actor: Expr, test: Expr, more: PerActor = {}): Buckets =>
  perInterval(alias, of, perActor(actor, and(rangeTest(IN_BUCKET), test), more))

/** The query for each interval; it reads the ends of the interval as `bucketFrom` and `bucketTo`. */
const perInterval = (
  alias: string,
  { bounds, interval, weekStartDay, timezone }: Intervals,
  each: Select,
): Buckets => ({ kind: 'buckets', alias, bounds, overlapping: false, interval, weekStartDay, timezone, each })

/**
 * One row for each interval. Columns: `bucket`, `ids`: the set of actors with at least `least` events in it that meet
 * the test. With a key, a row for each key, in the column `key`.
 */
export function activeSets(
  alias: string,
  of: Intervals,
  actor: Expr,
  test: Expr,
  { key = null, least = 1 }: { readonly key?: Expr | null; readonly least?: number } = {},
): Buckets {
  const where = and(rangeTest(IN_BUCKET), test)
  if (key && least === 1) {
    // a set holds each actor once
    const columns = [
      { expr: key, as: 'key' },
      { expr: call('idSet', actor), as: 'ids' },
    ]
    return perInterval(alias, of, { kind: 'select', columns, from: EVENTS, where, groupBy: [key] })
  }
  const events = column('per_actor', 'events')
  const query = perActor(actor, where, {
    key,
    values: least > 1 ? [{ expr: call('countAll'), as: 'events' }] : [],
  })
  return perInterval(alias, of, {
    kind: 'select',
    columns: [
      ...(key ? [{ expr: column('per_actor', 'key'), as: 'key' }] : []),
      { expr: call('idSet', column('per_actor', 'actor')), as: 'ids' },
    ],
    from: { kind: 'query', alias: 'per_actor', query },
    ...(least > 1 ? { where: compare(events, '>=', value(least, 'int')) } : {}),
    ...(key ? { groupBy: [column('per_actor', 'key')] } : {}),
  })
}

/** Columns `actor`, `first`: the instant of each actor's first event of the entity before `until`, however long ago. */
export const firstEvents = (entity: PlannedEntity, until: Expr, actor: Expr): Select =>
  perActor(actor, eventsOf(entity, { to: until }), { values: [{ expr: call('min', timestamp), as: 'first' }] })
