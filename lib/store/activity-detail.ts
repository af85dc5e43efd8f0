import { type SQL, sql } from 'drizzle-orm'

/**
 * SQL of the `detail` of a log entry about the insight in `table`; `changes` and `trigger` are SQL that gives JSON or
 * null.
 */
export const activityDetail = (changes: SQL, table: string, trigger: SQL = sql`null`): SQL => {
  const of = sql.identifier(table)
  return sql`json_build_object('changes', ${changes}, 'trigger', ${trigger}, 'type', null,
    'name', coalesce(${of}.name, ${of}.derived_name), 'short_id', ${of}.short_id)`
}

/**
 * SQL of the `changes` of a log entry: a part of an insight, such as a subscriber, was created or deleted. `value` is
 * SQL that gives the part as JSON.
 */
export const belongingChange = (action: 'created' | 'deleted', field: string, value: SQL): SQL => {
  const [before, after] = action === 'created' ? [sql`null`, value] : [value, sql`null`]
  return sql`json_build_array(json_build_object('type', 'Insight', 'action', ${action}::text, 'field', ${field}::text,
    'before', ${before}, 'after', ${after}))`
}

export interface LogEntry {
  readonly activity: string
  /** null: no user did it, but a hook. */
  readonly userId: number | null
  readonly changes?: SQL
  readonly trigger?: SQL
}

/** An INSERT of one log entry for each row of the CTE `table`, which has the columns `project_id` and `insight_id`. */
export const logActivity = (table: string, { activity, userId, changes = sql`null`, trigger }: LogEntry): SQL => {
  const of = sql.identifier(table)
  return sql`insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
    select ${of}.project_id, 'Insight', i.id::text, ${activity}, ${userId}::int4, ${activityDetail(changes, 'i', trigger)}
      from ${of} join insights i on i.id = ${of}.insight_id
    returning id`
}
