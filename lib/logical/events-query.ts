/** The query of a table of events (docs/events-query.md). */
import type { EventPlace } from '../nodes/events-query/node.ts'
import type { EventsPlan } from '../plan/events-query.ts'
import { buildFilter } from '../plan/filter-condition.ts'
import { and, call, column, compare, or, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { actorsOf } from './actors.ts'
import { timestamp } from './events.ts'

/** Columns `c0`, `c1` .. in the order of `select`. It reads one row more than the limit: there are more if it is there. */
export const buildEvents = ({ result: { query }, ...plan }: EventsPlan): Select => ({
  ...query,
  where: and(...(query.where ? [query.where] : []), ...conditionsOf(plan)),
})

function conditionsOf({ after, before, events, filter, source, start }: Omit<EventsPlan, 'result'>): Expr[] {
  return [
    compare(timestamp, '<', value(before, 'instant')),
    ...(after === null ? [] : [compare(timestamp, '>', value(after, 'instant'))]),
    ...(events === null ? [] : [hasName(events)]),
    buildFilter(filter),
    ...(start ? [isPast(start)] : []),
    ...(source
      ? [{ kind: 'inQuery' as const, expr: column('events', 'person_id'), query: actorIds(actorsOf(source)) }]
      : []),
  ]
}

/** Comes the event after the place? The first test is what an index is read by. */
function isPast({ at, uuid, descending }: EventPlace): Expr {
  const instant = value(at, 'instant')
  return and(
    compare(timestamp, descending ? '<=' : '>=', instant),
    or(
      compare(timestamp, descending ? '<' : '>', instant),
      compare(call('byCodePoint', call('toText', column('events', 'uuid'))), '>', value(uuid, 'text')),
    ),
  )
}

function hasName(events: readonly string[]): Expr {
  const [first, ...more] = events
  const expr = column('events', 'event')
  if (first === undefined) return value(false, 'boolean')
  return more.length === 0
    ? compare(expr, '=', value(first, 'text'))
    : { kind: 'in', expr, list: { kind: 'list', values: events, type: 'text' } }
}

const actorIds = (query: Select): Select => ({
  kind: 'select',
  columns: [{ expr: column('source', 'actor'), as: 'actor' }],
  from: { kind: 'query', alias: 'source', query },
})
