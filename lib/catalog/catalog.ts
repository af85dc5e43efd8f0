/** The tables that queries may name; there are no others, whatever an engine's database holds. */
import { COHORT_PEOPLE, STATIC_COHORT_PEOPLE } from './cohort-people.ts'
import { EVENTS } from './events.ts'
import { GROUPS } from './groups.ts'
import { PERSON_DISTINCT_IDS } from './person-distinct-ids.ts'
import { PERSONS } from './persons.ts'
import { RUNS } from './runs.ts'
import { SESSIONS } from './sessions.ts'
import type { CatalogTable, TableName } from './table.ts'

export const CATALOG: Readonly<Record<TableName, CatalogTable>> = {
  events: EVENTS,
  persons: PERSONS,
  person_distinct_ids: PERSON_DISTINCT_IDS,
  groups: GROUPS,
  sessions: SESSIONS,
  cohort_people: COHORT_PEOPLE,
  static_cohort_people: STATIC_COHORT_PEOPLE,
  'system.runs': RUNS,
}

const NAMES: ReadonlyMap<string, CatalogTable> = new Map(
  Object.values(CATALOG).flatMap((table) => [
    [table.name, table],
    // no table has rows that are hidden or not yet made one
    [`raw_${table.name}`, table],
  ]),
)

/** The table of the name; undefined if there is none. */
export const catalogTable = (name: string): CatalogTable | undefined => NAMES.get(name)
