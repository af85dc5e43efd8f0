import { type SQL, sql } from 'drizzle-orm'

/** `detail` of an entry about an insight, whose row is named by `table`; `changes` and `trigger` are JSON or null. */
export const activityDetail = (changes: SQL, table: string, trigger: SQL = sql`null`): SQL => {
  const of = sql.identifier(table)
  return sql`json_build_object('changes', ${changes}, 'trigger', ${trigger}, 'type', null,
    'name', coalesce(${of}.name, ${of}.derived_name), 'short_id', ${of}.short_id)`
}

/** `changes` of an entry: something that belongs to an insight was made or deleted. `value`: the thing as JSON. */
export const belongingChange = (action: 'created' | 'deleted', field: string, value: SQL): SQL => {
  const [before, after] = action === 'created' ? [sql`null`, value] : [value, sql`null`]
  return sql`json_build_array(json_build_object('type', 'Insight', 'action', ${action}::text, 'field', ${field}::text,
    'before', ${before}, 'after', ${after}))`
}

export interface LogEntry {
  readonly activity: string
  /** null: nobody did it. */
  readonly userId: number | null
  readonly changes?: SQL
  readonly trigger?: SQL
}

/** The last part of a statement: an entry for the insight of each row of `table`, a CTE with `project_id` and `insight_id`. */
export const logActivity = (table: string, { activity, userId, changes = sql`null`, trigger }: LogEntry): SQL => {
  const of = sql.identifier(table)
  return sql`insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
    select ${of}.project_id, 'Insight', i.id::text, ${activity}, ${userId}::int4, ${activityDetail(changes, 'i', trigger)}
      from ${of} join insights i on i.id = ${of}.insight_id
    returning id`
}
