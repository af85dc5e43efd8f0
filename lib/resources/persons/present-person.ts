import { isUuid } from '../../core/ids.ts'

/** A person as queries show one. */
export interface PersonCell {
  /** The uuid. */
  readonly id: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly is_identified: boolean
  /** At most 100. */
  readonly distinct_ids: readonly string[]
}

/** A person as the API shows it (docs/ingestion-and-entities.md (b) Persons API). `number`: the number inside. */
export function presentPerson({ cell, number }: { readonly cell: PersonCell; readonly number: number }) {
  const ids = [...cell.distinct_ids].sort((a, b) => Number(isUuid(a)) - Number(isUuid(b)))
  const email = cell.properties.email
  return {
    id: number,
    uuid: cell.id,
    name: typeof email === 'string' && email ? email : (ids[0] ?? cell.id),
    distinct_ids: ids,
    properties: cell.properties,
    created_at: cell.created_at,
    is_identified: cell.is_identified,
    last_seen_at: null,
  }
}
