import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

export const PERSONS: CatalogTable = {
  name: 'persons',
  columns: columnTypes({
    id: 'id person',
    created_at: 'instant',
    is_identified: 'boolean',
    // a distinct id that never made a profile has a person, too
    has_profile: 'boolean',
    properties: 'properties',
  }),
  key: ['id'],
  joins: lazyJoins({}),
}
