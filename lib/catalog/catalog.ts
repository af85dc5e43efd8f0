/** The tables that queries may name; there are no others, whatever an engine's database holds. */
import { COHORT_PEOPLE } from './cohort-people.ts'
import { EVENTS } from './events.ts'
import { GROUPS } from './groups.ts'
import { PERSON_DISTINCT_IDS } from './person-distinct-ids.ts'
import { PERSONS } from './persons.ts'
import { SESSIONS } from './sessions.ts'
import type { CatalogTable, TableName } from './table.ts'

export const CATALOG: Readonly<Record<TableName, CatalogTable>> = {
  events: EVENTS,
  persons: PERSONS,
  person_distinct_ids: PERSON_DISTINCT_IDS,
  groups: GROUPS,
  sessions: SESSIONS,
  cohort_people: COHORT_PEOPLE,
}

/** The table of the name; undefined if there is none. */
export const catalogTable = (name: string): CatalogTable | undefined =>
  Object.hasOwn(CATALOG, name) ? CATALOG[name as TableName] : undefined
