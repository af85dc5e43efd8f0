import { personJoin } from './persons.ts'
import { catalogued } from './table.ts'

const MEMBERS = {
  columns: { person_id: 'id person', cohort_id: 'int', team_id: 'int' },
  hidden: ['team_id'],
  key: ['cohort_id', 'person_id'],
  joins: { person: personJoin },
} as const

/** Of all cohorts. */
export const COHORT_PEOPLE = catalogued({ name: 'cohort_people', ...MEMBERS })
/** Of those whose persons somebody chose. */
export const STATIC_COHORT_PEOPLE = catalogued({ name: 'static_cohort_people', ...MEMBERS })
