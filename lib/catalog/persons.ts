import type { ColumnType } from '../tree/types.ts'
import { catalogued, type LazyJoin } from './table.ts'

const OWN = {
  created_at: 'instant',
  properties: 'properties',
  is_identified: 'boolean',
  // a distinct id that never made a profile has a person, too
  has_profile: 'boolean',
} as const satisfies Readonly<Record<string, ColumnType>>

export const PERSONS = catalogued({
  name: 'persons',
  // lists are ordered by the number, and show it
  columns: { id: 'id person', number: 'int', ...OWN, team_id: 'int' },
  hidden: ['number', 'team_id', 'has_profile'],
  key: ['id'],
})

/** The person of a row. */
export const personJoin: LazyJoin = { table: 'persons', from: 'person_id', to: 'id', columns: OWN }
