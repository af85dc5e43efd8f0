import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

/** Groups of all types; `index` is the type, from 0. */
export const GROUPS: CatalogTable = {
  name: 'groups',
  columns: columnTypes({ id: 'id group', index: 'int', key: 'text', created_at: 'instant', properties: 'properties' }),
  key: ['id'],
  joins: lazyJoins({}),
}
