import { type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { isUuid, readId } from '../core/ids.ts'
import { contains } from './patterns.ts'
import { type PersonCondition, personCondition } from './person-conditions.ts'

export interface PersonRow {
  readonly id: number
  readonly uuid: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly created_at: string
  readonly is_identified: boolean
  /** At most 100. */
  readonly distinct_ids: readonly string[]
}

export interface PersonFilter {
  readonly distinctId?: string | undefined
  readonly email?: string | undefined
  readonly search?: string | undefined
  readonly uuids?: readonly string[] | undefined
  readonly cohort?: number | undefined
  /** Also persons without a profile, known by a distinct id alone. */
  readonly withoutProfile?: boolean
  readonly conditions?: readonly PersonCondition[]
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`

const person = (where: SQL, limit: number, offset: number) => sql`
  select p.id, p.uuid, p.properties, to_char(p.created_at at time zone 'utc', ${sql.raw(INSTANT)}) as created_at,
         p.is_identified, array_to_json(array(select d.distinct_id from distinct_ids d
           where d.project = p.project and d.person = p.id order by d.id limit 100)) as distinct_ids
    from persons p where ${where} order by p.created_at desc, p.id desc limit ${limit} offset ${offset}`

/**
 * One page of the persons that match the filter, newest first. Returns up to `limit + 1` rows: the extra row tells the
 * caller that there is a next page.
 */
export async function listPersons(
  db: NeonHttpDatabase,
  projectId: number,
  filter: PersonFilter,
  page: { limit: number; offset: number },
): Promise<PersonRow[]> {
  const ids = (condition: SQL) =>
    sql`exists (select from distinct_ids d where d.project = p.project and d.person = p.id and ${condition})`
  const conditions = [
    sql`p.project = ${projectId}`,
    filter.withoutProfile ? undefined : sql`p.has_profile`,
    filter.distinctId === undefined ? undefined : ids(sql`d.distinct_id = ${filter.distinctId}`),
    filter.email === undefined ? undefined : sql`p.properties ->> 'email' = ${filter.email}`,
    filter.search === undefined ? undefined : matches(filter.search, ids),
    filter.uuids === undefined
      ? undefined
      : sql`p.uuid in (select v::uuid from jsonb_array_elements_text(${JSON.stringify(filter.uuids)}::jsonb) v)`,
    filter.cohort === undefined
      ? undefined
      : sql`exists (select from cohort_people c where c.project = p.project and c.cohort = ${filter.cohort} and c.person = p.id)`,
    ...(filter.conditions ?? []).map(personCondition),
  ].filter((condition) => condition !== undefined)
  const { rows } = await db.execute<PersonRow & Record<string, unknown>>(
    person(sql.join(conditions, sql` and `), page.limit + 1, page.offset),
  )
  return rows
}

function matches(search: string, ids: (condition: SQL) => SQL): SQL {
  const pattern = contains(search)
  return sql`(${ids(sql`d.distinct_id ilike ${pattern}`)}
    or exists (select from jsonb_each_text(p.properties) v where v.value ilike ${pattern}))`
}

/** One person with a profile, by id or uuid; undefined if there is none. */
export async function findPerson(db: NeonHttpDatabase, projectId: number, ref: string): Promise<PersonRow | undefined> {
  const number = readId(ref)
  if (number === undefined && !isUuid(ref)) return undefined
  const is = number === undefined ? sql`p.uuid = ${ref}::uuid` : sql`p.id = ${number}`
  const { rows } = await db.execute<PersonRow & Record<string, unknown>>(
    person(sql`p.project = ${projectId} and p.has_profile and ${is}`, 1, 0),
  )
  return rows[0]
}

export interface GroupRow {
  readonly group_type_index: number
  readonly group_key: string
  readonly group_properties: Readonly<Record<string, unknown>>
  readonly created_at: string
}

/**
 * One page of the groups of a type that were identified, newest first. Returns up to `limit + 1` rows: the extra row
 * tells the caller that there is a next page.
 */
export async function listGroups(
  db: NeonHttpDatabase,
  projectId: number,
  filter: { typeIndex: number; key?: string | undefined; search?: string | undefined },
  page: { limit: number; offset: number },
): Promise<GroupRow[]> {
  const pattern = filter.search && contains(filter.search)
  const { rows } = await db.execute<GroupRow & Record<string, unknown>>(sql`
    select group_type_index, group_key, properties as group_properties,
           to_char(created_at at time zone 'utc', ${sql.raw(INSTANT)}) as created_at
      from groups
     where project = ${projectId} and is_identified and group_type_index = ${filter.typeIndex}
       and ${filter.key === undefined ? sql`true` : sql`group_key = ${filter.key}`}
       and ${pattern ? sql`(group_key ilike ${pattern} or properties::text ilike ${pattern})` : sql`true`}
     order by groups.created_at desc, id desc limit ${page.limit + 1} offset ${page.offset}`)
  return rows
}
