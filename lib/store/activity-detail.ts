import { type SQL, sql } from 'drizzle-orm'

/** `detail` of an entry about an insight, whose row is named by `table`; `changes` is JSON or null. */
export const activityDetail = (changes: SQL, table: string): SQL => {
  const of = sql.identifier(table)
  return sql`json_build_object('changes', ${changes}, 'trigger', null, 'type', null,
    'name', coalesce(${of}.name, ${of}.derived_name), 'short_id', ${of}.short_id)`
}
