import { isUuid } from '../../core/ids.ts'
import { formatInstant } from '../../core/time.ts'
import type { PersonRow } from '../../store/persons.ts'

/** A person as the API shows it (docs/ingestion-and-entities.md (b) Persons API). */
export function presentPerson(row: PersonRow) {
  const ids = [...row.distinct_ids].sort((a, b) => Number(isUuid(a)) - Number(isUuid(b)))
  const email = row.properties.email
  return {
    id: row.id,
    uuid: row.uuid,
    name: typeof email === 'string' && email ? email : (ids[0] ?? row.uuid),
    distinct_ids: ids,
    properties: row.properties,
    created_at: formatInstant(row.created_at.replace('.000000Z', 'Z')),
    is_identified: row.is_identified,
    last_seen_at: null,
  }
}
