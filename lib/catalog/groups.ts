import { type ColumnType, GROUP_OWNERS } from '../tree/types.ts'
import { catalogued, type LazyJoin } from './table.ts'

const OWN = {
  index: 'int',
  created_at: 'instant',
  updated_at: 'instant',
  properties: 'properties',
} as const satisfies Readonly<Record<string, ColumnType>>

/** Groups of all types; `index` is the type, from 0. */
export const GROUPS = catalogued({
  name: 'groups',
  columns: {
    id: 'id group',
    number: 'int',
    index: 'int',
    key: 'text',
    created_at: 'instant',
    updated_at: 'instant',
    properties: 'properties',
    // a key that was only seen on events is a group, too
    is_identified: 'boolean',
    team_id: 'int',
  },
  hidden: ['id', 'number', 'is_identified', 'team_id'],
  key: ['id'],
})

/** The groups of an event, one of each type at most. */
export const groupJoins: Readonly<Record<string, LazyJoin>> = Object.fromEntries(
  GROUP_OWNERS.map((group) => [group, { table: 'groups', from: `$${group}`, to: 'id', columns: OWN } as const]),
)
