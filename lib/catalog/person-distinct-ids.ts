import { personJoin } from './persons.ts'
import { catalogued } from './table.ts'

export const PERSON_DISTINCT_IDS = catalogued({
  name: 'person_distinct_ids',
  columns: { distinct_id: 'text', person_id: 'id person', team_id: 'int' },
  hidden: ['team_id'],
  key: ['distinct_id'],
  joins: { person: personJoin },
})
