import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

export const PERSON_DISTINCT_IDS: CatalogTable = {
  name: 'person_distinct_ids',
  columns: columnTypes({ distinct_id: 'text', person_id: 'id person' }),
  key: ['distinct_id'],
  joins: lazyJoins({ person: { table: 'persons', from: 'person_id', to: 'id' } }),
}
