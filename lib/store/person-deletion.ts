import { sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'

/** Persons of a project by any of what names them. */
export interface NamedPersons {
  readonly ids?: readonly number[]
  readonly uuids?: readonly string[]
  readonly distinctIds?: readonly string[]
}

/**
 * Deletes the persons that have a profile, in the order of their ids, as captures lock them; returns how many there were.
 * With `events` theirs go, too: `deleteBacklog` does that.
 */
export async function deletePersons(
  db: NeonHttpDatabase,
  projectId: number,
  { ids = [], uuids = [], distinctIds = [] }: NamedPersons,
  { events }: { readonly events: boolean },
): Promise<number> {
  const { rows } = await db.execute<{ deleted: number }>(sql`
    with named as (
      select p.id from persons p
       where p.project = ${projectId} and p.id in (select v::int4 from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) v)
      union select p.id from persons p
       where p.project = ${projectId} and p.uuid in (select v::uuid from jsonb_array_elements_text(${JSON.stringify(uuids)}::jsonb) v)
      union select d.person from distinct_ids d
       where d.project = ${projectId} and d.distinct_id in (select jsonb_array_elements_text(${JSON.stringify(distinctIds)}::jsonb))
    ), ordered as materialized (
      select p.id from named n join persons p on p.id = n.id where p.project = ${projectId} and p.has_profile order by p.id
    )
    select count(*)::int4 as deleted from (select delete_person(${projectId}, id, ${events}) from ordered offset 0) each`)
  return rows[0]?.deleted ?? 0
}
