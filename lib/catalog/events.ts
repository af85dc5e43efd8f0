import { GROUP_OWNERS } from '../tree/types.ts'
import { groupJoins } from './groups.ts'
import { personJoin } from './persons.ts'
import { catalogued } from './table.ts'

export const EVENTS = catalogued({
  name: 'events',
  columns: {
    uuid: 'id event',
    event: 'text',
    properties: 'properties',
    timestamp: 'instant',
    team_id: 'int',
    distinct_id: 'text',
    elements_chain: 'text',
    created_at: 'instant',
    $session_id: 'id session',
    $window_id: 'text',
    person_mode: 'text',
    person_id: 'id person',
    $session_id_uuid: 'text',
    elements_chain_href: 'text',
    elements_chain_texts: 'texts',
    elements_chain_ids: 'texts',
    elements_chain_elements: 'texts',
    ...Object.fromEntries(GROUP_OWNERS.map((group) => [`$${group}`, `id ${group}`] as const)),
  },
  hidden: [
    'team_id',
    'person_id',
    '$session_id_uuid',
    'elements_chain_href',
    'elements_chain_texts',
    'elements_chain_ids',
    'elements_chain_elements',
    ...GROUP_OWNERS.map((group) => `$${group}`),
  ],
  nullable: ['$window_id', '$session_id_uuid'],
  // an event that was sent twice with the same uuid by mistake counts twice
  key: ['uuid', 'event', 'distinct_id'],
  joins: {
    person: personJoin,
    pdi: { table: 'person_distinct_ids', from: 'distinct_id', to: 'distinct_id', columns: {} },
    session: { table: 'sessions', from: '$session_id', to: 'id', columns: {} },
    ...groupJoins,
  },
})
