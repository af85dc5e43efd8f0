import { type CatalogTable, columnTypes, lazyJoins } from './table.ts'

export const COHORT_PEOPLE: CatalogTable = {
  name: 'cohort_people',
  columns: columnTypes({ cohort_id: 'int', person_id: 'id person' }),
  key: ['cohort_id', 'person_id'],
  joins: lazyJoins({ person: { table: 'persons', from: 'person_id', to: 'id' } }),
}
