import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser, NamedItems } from '../core/actor.ts'
import { columnValues, idList } from './column-values.ts'
import { type InsightRow, moveInsights, queryInsights, selectInsights } from './insights.ts'
import { isNamed } from './named.ts'
import { contains } from './patterns.ts'
import { dashboards, dashboardTiles, insights, users } from './schema.ts'
import { userJson } from './user-json.ts'

type Columns = typeof dashboards.$inferSelect
export type DashboardRow = Omit<Columns, 'created_by'> & {
  readonly created_by: ActorUser | null
  /** It or one of its insights is shared by a link. */
  readonly is_shared: boolean
}
export type DashboardChanges = Partial<
  Pick<
    Columns,
    | 'name'
    | 'description'
    | 'pinned'
    | 'filters'
    | 'variables'
    | 'breakdown_colors'
    | 'data_color_theme_id'
    | 'tags'
    | 'restriction_level'
    | 'deleted'
  >
>
export type TileRow = typeof dashboardTiles.$inferSelect
export type TileChanges = Partial<
  Pick<TileRow, 'layouts' | 'color' | 'body' | 'show_description' | 'filters_overrides' | 'deleted'>
>

const COLUMNS = {
  ...getTableColumns(dashboards),
  created_by: userJson(users).as('creator'),
  is_shared: sql<boolean>`exists (
    select from dashboard_tiles t join sharing_configurations s on s.insight_id = t.insight_id
     where t.dashboard_id = ${dashboards.id} and t.deleted is not true and s.enabled
    union all select from sharing_configurations s where s.dashboard_id = ${dashboards.id} and s.enabled)`.as(
    'is_shared',
  ),
}

const select = (db: NeonHttpDatabase) =>
  db.select(COLUMNS).from(dashboards).leftJoin(users, eq(users.id, dashboards.created_by))

const isRow = (projectId: number, id: number) => and(eq(dashboards.project_id, projectId), eq(dashboards.id, id))

/** A query, for a batch, of the dashboards with these ids, of any project and also deleted. */
export const queryDashboards = (db: NeonHttpDatabase, ids: readonly number[]) =>
  select(db).where(inArray(dashboards.id, ids.length > 0 ? [...ids] : [0]))

/** One page of a project's dashboards, of those that are `named` if that is given, pinned ones first, then by name, and the number of all that match. */
export async function listDashboards(
  db: NeonHttpDatabase,
  projectId: number,
  {
    search,
    pinned,
    named,
  }: { search?: string | undefined; pinned?: boolean | undefined; named?: NamedItems | undefined },
  page: { limit: number; offset: number },
): Promise<{ rows: DashboardRow[]; count: number }> {
  const pattern = search && contains(search)
  const where = and(
    eq(dashboards.project_id, projectId),
    eq(dashboards.deleted, false),
    named && isNamed(sql`${dashboards.id}`, sql`${dashboards.tags}`, named),
    pinned === undefined ? undefined : eq(dashboards.pinned, pinned),
    pattern ? sql`(${dashboards.name} ilike ${pattern} or ${dashboards.description} ilike ${pattern})` : undefined,
  )
  const [rows, [total]] = await db.batch([
    select(db)
      .where(where)
      .orderBy(sql`${dashboards.pinned} desc, lower(${dashboards.name}) nulls last, ${dashboards.id}`)
      .limit(page.limit)
      .offset(page.offset),
    db.select({ count: sql<number>`count(*)::int4` }).from(dashboards).where(where),
  ])
  return { rows, count: Number(total?.count ?? 0) }
}

export interface DashboardWithTiles {
  readonly dashboard: DashboardRow
  readonly tiles: readonly TileRow[]
  /** The insights of the tiles. */
  readonly insights: readonly InsightRow[]
}

/**
 * A dashboard, also a deleted one, with its tiles and their insights, in one call; undefined if there is none. Sets
 * `last_accessed_at`, at most once an hour.
 */
export async function findDashboard(
  db: NeonHttpDatabase,
  projectId: number,
  id: number,
): Promise<DashboardWithTiles | undefined> {
  const [, ...found] = await db.batch([noteAccess(db, sql`${id}`, projectId), ...queryWhole(db, projectId, sql`${id}`)])
  return wholeOf(found)
}

/** A statement that notes, at most once an hour, that somebody reads a dashboard. */
export const noteAccess = (db: NeonHttpDatabase, id: SQL, projectId: number | SQL) =>
  db
    .update(dashboards)
    .set({ last_accessed_at: sql`now()` as never })
    .where(
      sql`${dashboards.project_id} = ${projectId} and ${dashboards.id} = ${id}
        and (${dashboards.last_accessed_at} is null or ${dashboards.last_accessed_at} < now() - interval '1 hour')`,
    )

/** Queries, for a batch, of a dashboard, its tiles and their insights; `wholeOf` combines their answers. */
export function queryWhole(db: NeonHttpDatabase, projectId: number | SQL, id: SQL) {
  const live = sql`${dashboardTiles.dashboard_id} = ${id} and ${dashboardTiles.deleted} is not true`
  return [
    select(db).where(sql`${dashboards.project_id} = ${projectId} and ${dashboards.id} = ${id}`),
    db.select().from(dashboardTiles).where(live).orderBy(dashboardTiles.id).limit(MAX_TILES),
    selectInsights(db).where(
      and(
        sql`${insights.project_id} = ${projectId}`,
        eq(insights.deleted, false),
        sql`${insights.id} in (select insight_id from dashboard_tiles where ${live})`,
      ),
    ),
  ] as const
}

/** The dashboard from the answers of `queryWhole`; undefined if there is none. */
export function wholeOf(answers: readonly unknown[]): DashboardWithTiles | undefined {
  const [[dashboard], tiles, rows] = answers as [DashboardRow[], TileRow[], InsightRow[]]
  return dashboard && { dashboard, tiles, insights: rows }
}

export const MAX_TILES = 300

/** A dashboard after a change, read in the transaction of the change. */
export interface ChangedDashboard {
  readonly whole: DashboardWithTiles
  /** The insights whose records must be rewritten: those with a tile on the dashboard, deleted or not. */
  readonly moved: readonly InsightRow[]
}

/**
 * Stores a new dashboard. `copied` is a dashboard of the project to duplicate: its text tiles are copied, and its tiles
 * of the insights in `copied.insights`.
 */
export async function insertDashboard(
  db: NeonHttpDatabase,
  projectId: number,
  userId: number,
  values: DashboardChanges,
  copied: { readonly id: number; readonly insights: readonly number[] } | null,
): Promise<ChangedDashboard> {
  const fields = columnValues<keyof DashboardChanges>(dashboards, values)
  const mode = copied === null ? 'default' : 'duplicate'
  const ids = sql`select unnest(${idList(copied?.insights ?? [])})`
  const [, , moved, ...found] = await db.batch([
    moveInsights(db, projectId, ids),
    db.execute(sql`
    with made as (
      insert into dashboards (${sql.join([sql`project_id, created_by, creation_mode, last_accessed_at`, ...fields.map(({ name }) => name)], sql`, `)})
      values (${sql.join([sql`${projectId}, ${userId}, ${mode}, now()`, ...fields.map(({ value }) => value)], sql`, `)})
      returning id
    ), copied as (
      insert into dashboard_tiles (dashboard_id, insight_id, body, layouts, color, show_description)
      select made.id, t.insight_id, t.body, t.layouts, t.color, t.show_description
        from made, dashboard_tiles t join dashboards d on d.id = t.dashboard_id
       where t.dashboard_id = ${copied?.id ?? null} and d.project_id = ${projectId} and not d.deleted and t.deleted is not true
         and (t.insight_id is null or t.insight_id = any(${idList(copied?.insights ?? [])}))
       order by t.id limit ${MAX_TILES}
    )
    select id from made`),
    queryInsights(db, projectId, ids),
    ...queryWhole(db, projectId, sql`currval(pg_get_serial_sequence('dashboards', 'id'))`),
  ])
  return { whole: wholeOf(found) as DashboardWithTiles, moved }
}

/** Changes a dashboard and its tiles; a tile with the id null is new. Deleting the dashboard deletes its tiles. */
export async function updateDashboard(
  db: NeonHttpDatabase,
  projectId: number,
  id: number,
  changes: DashboardChanges,
  tiles: readonly { readonly id: number | null; readonly changes: TileChanges }[],
): Promise<ChangedDashboard> {
  const ids = sql`select t.insight_id from dashboard_tiles t where t.dashboard_id = ${id}`
  const fields = Object.keys(changes).length > 0 ? changes : { deleted: sql`${dashboards.deleted}` as never }
  const own = and(
    eq(dashboardTiles.dashboard_id, id),
    sql`exists (select from dashboards where id = ${id} and project_id = ${projectId})`,
  )
  const results = await db.batch([
    moveInsights(db, projectId, ids),
    db.update(dashboards).set(fields).where(isRow(projectId, id)),
    ...tiles.map(({ id: tile, changes: values }) =>
      tile === null
        ? db.insert(dashboardTiles).values({ ...values, dashboard_id: id })
        : db
            .update(dashboardTiles)
            .set(values)
            .where(and(own, eq(dashboardTiles.id, tile))),
    ),
    ...(changes.deleted
      ? [
          db
            .update(dashboardTiles)
            .set({ deleted: true })
            .where(and(own, sql`${dashboardTiles.deleted} is not true`)),
        ]
      : []),
    queryInsights(db, projectId, ids),
    ...queryWhole(db, projectId, sql`${id}`),
  ])
  const [moved, ...found] = results.slice(-4) as unknown as [InsightRow[], ...unknown[]]
  return { whole: wholeOf(found) as DashboardWithTiles, moved }
}
