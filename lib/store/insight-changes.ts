/** Writes of insights, each in one transaction with its tiles and its entry in the activity log. */

import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { assert } from '../core/assert.ts'
import { activityDetail } from './activity-detail.ts'
import { columnValues, idList } from './column-values.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { insights } from './schema.ts'

type Columns = typeof insights.$inferSelect

export type InsightChanges = Partial<
  Pick<
    Columns,
    | 'name'
    | 'derived_name'
    | 'description'
    | 'filters'
    | 'query'
    | 'order'
    | 'deleted'
    | 'favorited'
    | 'saved'
    | 'tags'
    | 'refresh_interval'
  >
>
type Field = keyof InsightChanges

/** Fields that set `last_modified_at` if their value really changes (docs/decisions.md). */
const MODIFYING: readonly Field[] = ['name', 'description', 'filters', 'query', 'tags']
/** Fields whose changes appear in the activity log (docs/insights.md 10). */
const LOGGED: readonly Field[] = [
  'name',
  'derived_name',
  'description',
  'filters',
  'query',
  'deleted',
  'favorited',
  'tags',
  'refresh_interval',
]
const JSON_FIELDS: readonly Field[] = ['filters', 'query']

const column = (field: Field) => sql.identifier(field)
const isDistinct = (field: Field, before: SQL, after: SQL) =>
  JSON_FIELDS.includes(field)
    ? sql`${before}::jsonb is distinct from ${after}::jsonb`
    : sql`${before} is distinct from ${after}`

/** Stores a new insight, a tile on each of `dashboards`, and the log entry `created`. Returns the row as stored. */
export async function insertInsight(
  db: NeonHttpDatabase,
  target: { projectId: number; userId: number; shortId: string },
  values: InsightChanges,
  dashboards: readonly number[],
): Promise<InsightRow> {
  const { projectId, userId, shortId } = target
  const fields = columnValues<Field>(insights, values)
  const [, rows] = await db.batch([
    db.execute(sql`
      with made as (
        insert into insights (${sql.join(
          [sql`project_id, short_id, created_by, last_modified_by`, ...fields.map(({ name }) => name)],
          sql`, `,
        )})
        values (${sql.join([sql`${projectId}, ${shortId}, ${userId}, ${userId}`, ...fields.map(({ value }) => value)], sql`, `)})
        returning *
      ), placed as (
        insert into dashboard_tiles (dashboard_id, insight_id)
        select d.id, made.id from made, dashboards d
         where d.project_id = ${projectId} and not d.deleted and d.id = any(${idList(dashboards)}) order by d.id
           for share of d
      )
      insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
      select ${projectId}, 'Insight', made.id::text, 'created', ${userId}, ${activityDetail(sql`null`, 'made')} from made`),
    selectInsights(db).where(and(eq(insights.project_id, projectId), eq(insights.short_id, shortId))),
  ])
  const [row] = rows
  assert(row, 'the insight was not made')
  return row
}

export interface ChangeTarget {
  readonly projectId: number
  readonly id: number
  readonly userId: number
  /** The change restores the insight; without it a deleted insight counts as missing. */
  readonly undelete: boolean
  /** Ids of all dashboards that show the insight after the change; undefined: no change of its dashboards. */
  readonly dashboards: readonly number[] | undefined
}

/**
 * Changes an insight and its tiles, and logs the fields whose values differ. Writes only the given columns, so that
 * concurrent changes of other columns are kept; the row is locked, so that the log compares with the value that was
 * replaced. Returns the row as stored; undefined if the insight does not exist, or was deleted and is not restored.
 */
export async function updateInsight(
  db: NeonHttpDatabase,
  target: ChangeTarget,
  changes: InsightChanges,
): Promise<InsightRow | undefined> {
  const { projectId, id, userId, undelete } = target
  // deleting an insight deletes its tiles on all dashboards, so `dashboards` in the same body is ignored
  const dashboards = changes.deleted ? undefined : target.dashboards
  const fields = columnValues<Field>(insights, changes)
  const isModified = sql.join(
    [
      sql`false`,
      ...fields
        .filter(({ field }) => MODIFYING.includes(field))
        .map(({ field, value }) =>
          isDistinct(field, sql`old.${column(field)}`, field === 'tags' ? sql`${value}::text[]` : sql`${value}`),
        ),
    ],
    sql` or `,
  )
  const [, rows] = await db.batch([
    db.execute(sql`
      with old as (
        select * from insights
         where project_id = ${projectId} and id = ${id} and (${undelete} or not deleted) for update
      ), new as (
        update insights i
           set ${sql.join(
             fields.map(({ name, value }) => sql`${name} = ${value}, `),
             sql``,
           )}is_sample = false, updated_at = now(), version = i.version + 1,
               last_modified_at = case when ${isModified} then now() else i.last_modified_at end,
               last_modified_by = case when ${isModified} then ${userId} else i.last_modified_by end
          from old where i.id = old.id
        returning i.*
      ), ${tileTables(projectId, dashboards, changes.deleted === true)}
      diff as (
        select json_agg(json_build_object('type', 'Insight', 'field', field, 'before', before, 'after', after,
                 'action', case when coalesce(before::text, 'null') in ('null', '""', '[]', '{}') then 'created'
                                when coalesce(after::text, 'null') in ('null', '""', '[]', '{}') then 'deleted'
                                else 'changed' end) order by field) changes
          from (${differences(
            dashboards,
            fields.map(({ field }) => field),
          )}) d where moved
      )
      insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
      select ${projectId}, 'Insight', new.id::text, 'updated', ${userId}, ${activityDetail(sql`diff.changes`, 'new')}
        from new, diff where diff.changes is not null`),
    selectInsights(db).where(
      and(
        eq(insights.project_id, projectId),
        eq(insights.id, id),
        changes.deleted ? undefined : eq(insights.deleted, false),
      ),
    ),
  ])
  return rows[0]
}

/**
 * CTEs that bring the tiles of the insight in line with `dashboards`. Removed tiles are marked as deleted and not
 * removed, so that adding the insight to the dashboard again restores its layout.
 */
function tileTables(projectId: number, dashboards: readonly number[] | undefined, isDeleted: boolean): SQL {
  if (isDeleted)
    return sql`gone as (
      update dashboard_tiles set deleted = true where insight_id = (select id from new) and deleted is not true
    ), `
  if (!dashboards) return sql``
  return sql`shown as (
      select d.id, d.name from dashboard_tiles t join dashboards d on d.id = t.dashboard_id
       where t.insight_id = (select id from old) and t.deleted is not true and not d.deleted
    ), wanted as (
      select id, name from dashboards
       where project_id = ${projectId} and not deleted and id = any(${idList(dashboards)}) order by id for share
    ), gone as (
      update dashboard_tiles set deleted = true
       where insight_id = (select id from new) and deleted is not true and dashboard_id not in (select id from wanted)
    ), placed as (
      insert into dashboard_tiles (dashboard_id, insight_id) select wanted.id, new.id from new, wanted order by 1
      on conflict (dashboard_id, insight_id) do update set deleted = false where dashboard_tiles.deleted
    ), `
}

/** A SELECT with a row for each logged field: its name, its JSON before and after, and whether it changed (`moved`). */
function differences(dashboards: readonly number[] | undefined, fields: readonly Field[]): SQL {
  const of = (row: 'old' | 'new', field: Field) => sql`${sql.identifier(row)}.${column(field)}`
  const json = (row: 'old' | 'new', field: Field) =>
    JSON_FIELDS.includes(field) ? of(row, field) : sql`to_json(${of(row, field)})`
  const list = (table: 'shown' | 'wanted') => sql`(
    select coalesce(json_agg(json_build_object('id', id, 'name', name) order by id), '[]') from ${sql.identifier(table)})`
  const rows = [
    sql`select ''::text field, null::json before, null::json after, false moved`,
    ...fields
      .filter((field) => LOGGED.includes(field))
      .map(
        (field) => sql`select ${field}, ${json('old', field)}, ${json('new', field)},
          ${isDistinct(field, of('old', field), of('new', field))} from old, new`,
      ),
    ...(dashboards
      ? [
          sql`select 'dashboards', ${list('shown')}, ${list('wanted')},
            array(select id from shown order by id) <> array(select id from wanted order by id) from new`,
        ]
      : []),
  ]
  return sql.join(rows, sql` union all `)
}
