import { type SQL, sql } from 'drizzle-orm'

/** `detail` of an entry about an insight, whose row is named by `table`; `changes` and `trigger` are JSON or null. */
export const activityDetail = (changes: SQL, table: string, trigger: SQL = sql`null`): SQL => {
  const of = sql.identifier(table)
  return sql`json_build_object('changes', ${changes}, 'trigger', ${trigger}, 'type', null,
    'name', coalesce(${of}.name, ${of}.derived_name), 'short_id', ${of}.short_id)`
}
