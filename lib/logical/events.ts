/** Which events an entity stands for, and what is counted of them for each actor: parts of the queries of every kind. */
import type { PlannedEntity } from '../plan/entity.ts'
import { and, call, column, compare, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select, SelectColumn, Source } from '../tree/relation.ts'
import { buildFilter } from './filters.ts'

/** Half-open; without `from` it begins with the first event. */
export interface EventRange {
  readonly from?: Expr
  readonly to: Expr
}

export const EVENTS: Source = { kind: 'table', name: 'events', alias: 'events' }
export const timestamp = column('events', 'timestamp')
export const eventPerson = column('events', 'person_id')
export const countOfRows = call('toFloat', call('countAll'))

/** Does the event have the entity's name, or match its action? */
export const namedTest = ({ event, action }: Omit<PlannedEntity, 'filter'>): Expr =>
  and(
    ...(event === null ? [] : [compare(column('events', 'event'), '=', value(event, 'text'))]),
    ...(action ? [buildFilter(action)] : []),
  )

/** Is the event one of the entity? */
export const entityTest = (entity: PlannedEntity): Expr => and(namedTest(entity), buildFilter(entity.filter))

/** Is the event in the range? */
export const within = ({ from, to }: EventRange): Expr =>
  and(...(from ? [compare(timestamp, '>=', from)] : []), compare(timestamp, '<', to))

/** Is the event one of the entity, and in the range? */
export const eventsOf = (entity: PlannedEntity, range: EventRange): Expr =>
  and(namedTest(entity), within(range), buildFilter(entity.filter))

interface PerActor {
  /** Groups the rows of an actor further: column `key`. */
  readonly key?: Expr | null
  /** Aggregates over the events of an actor. */
  readonly values?: readonly SelectColumn[]
  /** Groups the rows of an actor further, without a column. */
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

/** The instant of each actor's first event of the entity, ever, if it is before `until`. Columns `actor`, `first`. */
export const firstEvents = (entity: PlannedEntity, until: Expr, actor: Expr): Select =>
  perActor(actor, eventsOf(entity, { to: until }), { values: [{ expr: call('min', timestamp), as: 'first' }] })
