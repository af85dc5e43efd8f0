import { actorsSource } from '../actors/node.ts'
import { allFilters, parseFilter } from '../filter.ts'
import type { EventsNode } from './node.ts'
import type { EventsQuery } from './wire.ts'

const YESTERDAY = '-24h'
const ALL_TIME = 'all'

/**
 * The EventsQuery that a client sent -> our node. `path`: its place in the request. Throws 400 naming a filter or a source
 * that is invalid.
 */
export function parseEvents(query: EventsQuery, path: readonly string[]): EventsNode {
  const texts = (key: 'select' | 'where' | 'orderBy', list: readonly string[]) =>
    list.map((text, index) => ({ text, attr: [...path, key, index].join('__') }))
  const filters = (['properties', 'fixedProperties'] as const).map((key) =>
    parseFilter(query[key] ?? [], [...path, key]),
  )
  const { event, events } = query
  const named = [...(event ? [[event]] : []), ...(events?.length ? [events] : [])]
  const after = query.after || YESTERDAY
  return {
    kind: 'EventsQuery',
    select: texts('select', query.select.length > 0 ? query.select : ['*']),
    where: texts('where', query.where ?? []),
    filter: allFilters(filters),
    filterTestAccounts: query.filterTestAccounts ?? false,
    events: named.length === 0 ? null : named.reduce((a, b) => a.filter((name) => b.includes(name))),
    actionId: query.actionId ?? null,
    steps: query.actionSteps?.length ? query.actionSteps : null,
    person: query.personId || null,
    source: query.source == null ? null : actorsSource(query.source, [...path, 'source']),
    after: after === ALL_TIME ? null : after,
    before: query.before || null,
    orderBy: query.orderBy?.length ? texts('orderBy', query.orderBy) : null,
    limit: query.limit ?? null,
    offset: query.offset ?? 0,
    start: null,
    path,
  }
}
