import { type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { formatInstant } from '../core/time.ts'
import { contains, textList } from './patterns.ts'

export interface Page {
  readonly limit: number
  readonly offset: number
}

export interface EventDefinitionRow {
  readonly id: string
  readonly name: string
  readonly created_at: string
  readonly last_seen_at: string
}

export interface PropertyDefinitionRow {
  readonly id: string
  readonly name: string
  readonly property_type: string | null
  readonly is_seen_on_filtered_events: boolean | null
}

/** One page of a project's event definitions whose names contain `search`, and the number of all that match. */
export async function listEventDefinitions(
  db: NeonHttpDatabase,
  projectId: number,
  options: { search: string | undefined; order: 'name' | '-name' | 'last_seen_at' | '-last_seen_at' },
  page: Page,
) {
  const where = sql`project = ${projectId} and ${isNamed(options.search)}`
  const column = options.order.endsWith('name') ? sql`name collate "C"` : sql`last_seen_at`
  const order = options.order.startsWith('-') ? sql`${column} desc` : column
  const { rows } = await db.execute<{ page: EventDefinitionRow[] | null; count: number }>(sql`
    select (select json_agg(p) from (
        select id, name, to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at,
               to_char(last_seen_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as last_seen_at
          from event_definitions where ${where} order by ${order}, name limit ${page.limit} offset ${page.offset}) p) as page,
      (select count(*)::int4 from event_definitions where ${where}) as count`)
  return { rows: rows[0]?.page ?? [], count: Number(rows[0]?.count ?? 0) }
}

const isNamed = (search: string | undefined): SQL => (search ? sql`name ilike ${contains(search)}` : sql`true`)

export interface PropertyFilter {
  readonly type: 1 | 2 | 3
  readonly groupTypeIndex: number | undefined
  readonly search: string | undefined
  readonly names: readonly string[] | undefined
  readonly excluded: readonly string[]
  readonly coreExcluded: boolean
  readonly numerical: boolean | undefined
  readonly featureFlags: boolean | undefined
  readonly eventNames: readonly string[] | undefined
  readonly seenOnly: boolean
}

/** One page of a project's property definitions that match the filter, and the number of all that match. */
export async function listPropertyDefinitions(
  db: NeonHttpDatabase,
  projectId: number,
  filter: PropertyFilter,
  page: Page,
) {
  const seen = filter.eventNames
    ? sql`exists (select from event_properties e where e.project = d.project and e.property = d.name
        and e.event in ${textList(filter.eventNames)})`
    : undefined
  const conditions = [
    sql`d.project = ${projectId}`,
    sql`d.type = ${filter.type}`,
    sql`d.name not in ${textList(ALWAYS_HIDDEN)}`,
    isNamed(filter.search),
    filter.groupTypeIndex === undefined ? undefined : sql`d.group_type_index = ${filter.groupTypeIndex}`,
    filter.names ? sql`d.name in ${textList(filter.names)}` : undefined,
    filter.excluded.length > 0 ? sql`d.name not in ${textList(filter.excluded)}` : undefined,
    filter.coreExcluded ? sql`d.name not like '$%' and d.name not like 'utm\\_%'` : undefined,
    filter.numerical === undefined
      ? undefined
      : sql`(d.property_type is not distinct from 'Numeric') = ${filter.numerical}`,
    filter.featureFlags === undefined ? undefined : sql`(d.name like '$feature/%') = ${filter.featureFlags}`,
    filter.seenOnly && seen ? seen : undefined,
  ].filter((condition) => condition !== undefined)
  const where = sql.join(conditions, sql` and `)
  const { rows } = await db.execute<{ page: PropertyDefinitionRow[] | null; count: number }>(sql`
    select (select json_agg(p) from (
        select d.id, d.name, d.property_type, ${seen ?? sql`null::boolean`} as is_seen_on_filtered_events
          from property_definitions d where ${where}
         order by 4 desc nulls last, d.name collate "C" limit ${page.limit} offset ${page.offset}) p) as page,
      (select count(*)::int4 from property_definitions d where ${where}) as count`)
  return { rows: rows[0]?.page ?? [], count: Number(rows[0]?.count ?? 0) }
}

const ALWAYS_HIDDEN = [
  'distinct_id',
  '$set',
  '$set_once',
  '$groups',
  '$group_type',
  '$group_key',
  '$group_set',
  '$group_0',
  '$group_1',
  '$group_2',
  '$group_3',
  '$group_4',
]

export interface GroupTypeRow {
  readonly group_type: string
  readonly group_type_index: number
  readonly created_at: string
}

/** The group types of a project by index. */
export async function listGroupTypes(db: NeonHttpDatabase, projectId: number): Promise<GroupTypeRow[]> {
  const { rows } = await db.execute<Record<string, unknown>>(sql`
    select group_type, group_type_index, created_at::text as created_at from group_types
     where project = ${projectId} order by group_type_index`)
  return rows.map((row) => ({
    group_type: String(row.group_type),
    group_type_index: Number(row.group_type_index),
    created_at: formatInstant(String(row.created_at)),
  }))
}
