import { GROUP_OWNERS } from '../tree/types.ts'
import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

export const EVENTS: CatalogTable = {
  name: 'events',
  columns: columnTypes({
    uuid: 'id event',
    event: 'text',
    timestamp: 'instant',
    distinct_id: 'text',
    person_id: 'id person',
    $session_id: 'id session',
    ...Object.fromEntries(GROUP_OWNERS.map((group) => [`$${group}`, `id ${group}`] as const)),
    properties: 'properties',
  }),
  // an event that was sent twice with the same uuid by mistake counts twice
  key: ['uuid', 'event', 'distinct_id'],
  joins: lazyJoins({
    person: { table: 'persons', from: 'person_id', to: 'id' },
    pdi: { table: 'person_distinct_ids', from: 'distinct_id', to: 'distinct_id' },
    session: { table: 'sessions', from: '$session_id', to: 'id' },
    ...Object.fromEntries(
      GROUP_OWNERS.map((group) => [group, { table: 'groups', from: `$${group}`, to: 'id' } as const]),
    ),
  }),
}
