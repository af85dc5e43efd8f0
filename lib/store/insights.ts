import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import { alias } from 'drizzle-orm/pg-core'
import type { AccessRule, Guarded, GuardedTile } from '../access/levels.ts'
import type { ActorUser } from '../core/actor.ts'
import { readId } from '../core/ids.ts'
import { idList } from './column-values.ts'
import { dashboards, dashboardTiles, insights, insightViews, users } from './schema.ts'
import { userJson } from './user-json.ts'
import { noteRead } from './warm.ts'

type Columns = typeof insights.$inferSelect

/**
 * A tile of an insight on a dashboard, neither deleted, with the filters, variables and restriction of the dashboard.
 */
export interface InsightTile extends GuardedTile {
  readonly id: number
  readonly dashboard_id: number
  readonly dashboard_tags: readonly string[]
  /** null: was never deleted; false: was deleted and added again. */
  readonly deleted: boolean | null
  readonly color: string | null
  readonly layouts: unknown
  readonly filters: unknown
  readonly variables: unknown
  /** Override the dashboard's filters of the same names. */
  readonly filters_overrides: unknown
}

/** An insight with its users, tiles and access rules; the Redis record of an insight holds the same. */
export interface InsightRow extends Omit<Columns, 'created_by' | 'last_modified_by'>, Guarded {
  readonly created_by: ActorUser | null
  readonly last_modified_by: ActorUser | null
  readonly tiles: readonly InsightTile[]
  readonly last_viewed_at: string | null
  /** The insight has subscribers (webhooks that are called after each refresh). */
  readonly subscribed: boolean
}

const creator = alias(users, 'creator')
const modifier = alias(users, 'modifier')

const TILES = sql<InsightTile[]>`(select coalesce(json_agg(json_build_object('id', t.id, 'dashboard_id', d.id,
    'dashboard_tags', d.tags, 'deleted', t.deleted, 'color', t.color, 'layouts', t.layouts, 'filters', d.filters, 'variables', d.variables,
    'filters_overrides', t.filters_overrides,
    'restriction_level', d.restriction_level, 'dashboard_created_by', d.created_by) order by t.id), '[]')
  from dashboard_tiles t join dashboards d on d.id = t.dashboard_id
  where t.insight_id = ${insights.id} and t.deleted is not true and not d.deleted)`
const RULES = sql<AccessRule[]>`(select coalesce(json_agg(json_build_object('level', a.access_level,
    'membership', a.membership_id, 'role', a.role_id)), '[]')
  from access_controls a where a.insight_id = ${insights.id})`
const LAST_VIEWED = sql<
  string | null
>`(select max(v.last_viewed_at) from insight_views v where v.insight_id = ${insights.id})`.mapWith(
  insightViews.last_viewed_at,
)
const SUBSCRIBED = sql<boolean>`exists (select from insight_subscribers s where s.insight_id = ${insights.id})`

const COLUMNS = {
  ...getTableColumns(insights),
  created_by: userJson(creator).as('creator'),
  last_modified_by: userJson(modifier).as('modifier'),
  tiles: TILES.as('tiles'),
  access_rules: RULES.as('access_rules'),
  last_viewed_at: LAST_VIEWED.as('last_viewed_at'),
  subscribed: SUBSCRIBED.as('subscribed'),
}

/** A query of insights with their users, tiles and rules; callers add the condition. */
export const selectInsights = (db: NeonHttpDatabase) =>
  db
    .select(COLUMNS)
    .from(insights)
    .leftJoin(creator, eq(creator.id, insights.created_by))
    .leftJoin(modifier, eq(modifier.id, insights.last_modified_by))

/** Matches the insight with the reference: a number is an id, any other text a short id. */
function isNamed(projectId: number, ref: string) {
  const id = readId(ref)
  return and(eq(insights.project_id, projectId), id === undefined ? eq(insights.short_id, ref) : eq(insights.id, id))
}

/** A query, for a batch, of one insight by id or short id, also a deleted one. */
export const queryInsight = (db: NeonHttpDatabase, projectId: number, ref: string) =>
  selectInsights(db).where(isNamed(projectId, ref))

/**
 * A query, for a batch, of the restrictions of all dashboards that an insight is or was on. Deleting an insight deletes
 * its tiles, but the restrictions of their dashboards still decide who may restore it.
 */
export const queryFormerTiles = (db: NeonHttpDatabase, projectId: number, ref: string) =>
  db
    .select({ restriction_level: dashboards.restriction_level, dashboard_created_by: dashboards.created_by })
    .from(dashboardTiles)
    .innerJoin(insights, eq(insights.id, dashboardTiles.insight_id))
    .innerJoin(dashboards, and(eq(dashboards.id, dashboardTiles.dashboard_id), eq(dashboards.deleted, false)))
    .where(isNamed(projectId, ref))

/**
 * A statement that locks the insights in `ids` and raises their `version`. It must come first in a transaction that
 * changes rows which insights are read with (tiles, dashboards, rules, subscribers): such changes of one insight then
 * run one after the other, each with a version of its own.
 */
export const moveInsights = (db: NeonHttpDatabase, projectId: number, ids: SQL) =>
  db.execute(sql`
    with moved as (
      select id from insights where project_id = ${projectId} and id in (${ids}) order by id for update
    )
    update insights i set version = i.version + 1 from moved where i.id = moved.id`)

/** One insight by id or short id, also a deleted one; undefined if there is none. */
export async function findInsight(
  db: NeonHttpDatabase,
  projectId: number,
  ref: string,
): Promise<InsightRow | undefined> {
  return (await queryInsight(db, projectId, ref))[0]
}

/** The insights of a project with these ids or short ids, deleted ones left out. */
export const findInsights = (
  db: NeonHttpDatabase,
  projectId: number,
  refs: readonly string[],
): Promise<InsightRow[]> => {
  const ids = refs.map(readId).filter((id) => id !== undefined)
  const shortIds = refs.filter((ref) => readId(ref) === undefined)
  return selectInsights(db).where(
    sql`${insights.project_id} = ${projectId} and not ${insights.deleted} and (${insights.id} = any(${idList(ids)})
      or ${insights.short_id} in (select jsonb_array_elements_text(${JSON.stringify(shortIds)}::jsonb)))`,
  )
}

/** The same for somebody who reads it, which is noted. */
export async function findInsightToRead(
  db: NeonHttpDatabase,
  projectId: number,
  ref: string,
): Promise<InsightRow | undefined> {
  const [rows] = await db.batch([
    queryInsight(db, projectId, ref),
    noteRead(db, and(isNamed(projectId, ref), eq(insights.deleted, false))),
  ])
  return rows[0]
}

/** A query, for a batch, of the insights of a project with the ids that the SQL `ids` selects, also deleted ones. */
export const queryInsights = (db: NeonHttpDatabase, projectId: number, ids: SQL) =>
  selectInsights(db).where(sql`${insights.project_id} = ${projectId} and ${insights.id} in (${ids})`)

/** One page of the insights that match `where`, and the number of all that match, in one call. */
export async function listInsights(
  db: NeonHttpDatabase,
  where: SQL | undefined,
  page: { order: SQL; limit: number; offset: number },
): Promise<{ rows: InsightRow[]; count: number }> {
  const [rows, counts] = await db.batch([
    selectInsights(db).where(where).orderBy(page.order, sql`${insights.id} asc`).limit(page.limit).offset(page.offset),
    db.select({ count: sql<number>`count(*)::int4` }).from(insights).where(where),
  ])
  return { rows, count: Number(counts[0]?.count ?? 0) }
}
