/** Sharing links of insights and dashboards. A change of an insight's link writes its entry in the activity log in the same transaction. */
import { and, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ForcedFilters } from '../core/forced-filters.ts'
import type { Project } from '../core/project.ts'
import { logActivity } from './activity-detail.ts'
import { columnValues } from './column-values.ts'
import { type DashboardWithTiles, noteAccess, queryWhole, wholeOf } from './dashboards.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects, sharingConfigurations } from './schema.ts'
import { noteRead } from './warm.ts'

export type SharingRow = typeof sharingConfigurations.$inferSelect

/** How a link shows what it opens. */
export interface LinkSettings {
  readonly show_query: boolean
  /** ISO; null: it does not end. */
  readonly expires_at: string | null
  /** Origins of the pages that may frame it; null: any. */
  readonly allowed_ancestors: readonly string[] | null
  readonly filters: ForcedFilters
}

export interface LinkChanges extends Partial<LinkSettings> {
  readonly enabled?: boolean
}

/** What a link opens. */
export interface LinkTarget {
  readonly of: 'insight' | 'dashboard'
  readonly projectId: number
  readonly id: number
}

export const targetOf = ({ project_id, insight_id, dashboard_id }: SharingRow): LinkTarget =>
  insight_id === null
    ? { of: 'dashboard', projectId: project_id, id: dashboard_id ?? 0 }
    : { of: 'insight', projectId: project_id, id: insight_id }

export const settingsOf = ({ show_query, expires_at, allowed_ancestors, filters }: SharingRow): LinkSettings => ({
  show_query,
  expires_at,
  allowed_ancestors: allowed_ancestors as LinkSettings['allowed_ancestors'],
  filters: filters as ForcedFilters,
})

const COLUMN = { insight: 'insight_id', dashboard: 'dashboard_id' } as const
const TABLE = { insight: 'insights', dashboard: 'dashboards' } as const

const findRow = (db: NeonHttpDatabase, { of, id }: LinkTarget) =>
  db.select().from(sharingConfigurations).where(eq(sharingConfigurations[COLUMN[of]], id))

function insertRow(db: NeonHttpDatabase, { of, projectId, id }: LinkTarget, token: string) {
  const [column, table] = [sql.identifier(COLUMN[of]), sql.identifier(TABLE[of])]
  return db.execute(sql`
    insert into sharing_configurations (project_id, ${column}, access_token)
    select project_id, id, ${token} from ${table} where project_id = ${projectId} and id = ${id} and not deleted
    on conflict (${column}) do nothing`)
}

/**
 * The link of an insight or a dashboard. Creates one that is off, with `token`, if there is none. Returns undefined if
 * there is nothing to open, or it is deleted.
 */
export async function ensureSharing(
  db: NeonHttpDatabase,
  target: LinkTarget,
  token: string,
): Promise<SharingRow | undefined> {
  const [[known]] = await db.batch([findRow(db, target)])
  if (known) return known
  const [, rows] = await db.batch([insertRow(db, target, token), findRow(db, target)])
  return rows[0]
}

/** Matches the link only while nobody has changed what was read. */
const isKnown = ({ id, version }: SharingRow) => sql`id = ${id} and version = ${version}`

/** A change of one field, as the activity log shows it. */
export interface LoggedChange {
  readonly field: string
  readonly before: unknown
  readonly after: unknown
}

/** Changes a link and logs it as `activity`. Returns undefined if it has changed since `known` was read. */
export async function changeSharingRow(
  db: NeonHttpDatabase,
  known: SharingRow,
  userId: number,
  changes: LinkChanges,
  { activity, logged }: { readonly activity: string; readonly logged: readonly LoggedChange[] },
): Promise<SharingRow | undefined> {
  const fields = columnValues<keyof LinkChanges>(sharingConfigurations, changes)
  const sets = fields.map(({ name, value }) => sql`${name} = ${value}`)
  const entries = logged.map((change) => ({ type: 'Insight', action: 'changed', ...change }))
  const [changed, [row]] = await db.batch([
    db.execute(sql`
      with changed as (
        update sharing_configurations set ${sql.join([...sets, sql`version = version + 1`], sql`, `)}
         where ${isKnown(known)}
        returning project_id, insight_id
      ), logged as (
        ${logActivity('changed', { activity, userId, changes: sql`${JSON.stringify(entries)}::json` })}
      )
      select 1 from changed`),
    db.select().from(sharingConfigurations).where(eq(sharingConfigurations.id, known.id)),
  ])
  return changed.rows.length > 0 ? row : undefined
}

/** Replaces the token of a link. Returns undefined if the link has changed since `known` was read. */
export async function replaceToken(
  db: NeonHttpDatabase,
  known: SharingRow,
  userId: number,
  token: string,
): Promise<SharingRow | undefined> {
  const [, [row]] = await db.batch([
    db.execute(sql`
      with new as (
        update sharing_configurations set access_token = ${token}, version = version + 1 where ${isKnown(known)}
        returning project_id, insight_id
      )
      ${logActivity('new', { activity: 'access token refreshed', userId })}`),
    db.select().from(sharingConfigurations).where(eq(sharingConfigurations.access_token, token)),
  ])
  return row
}

/** What a link opens, as Postgres has it, which may be deleted: an insight or a dashboard. */
export interface FoundLink {
  readonly row: SharingRow
  readonly project: Project
  readonly insight: InsightRow | undefined
  readonly dashboard: DashboardWithTiles | undefined
}

/** The link with this token that is on, in one call; undefined if there is none. */
export async function findShared(db: NeonHttpDatabase, token: string): Promise<FoundLink | undefined> {
  const isOpen = and(eq(sharingConfigurations.access_token, token), eq(sharingConfigurations.enabled, true))
  const opened = (column: 'project_id' | 'insight_id' | 'dashboard_id') =>
    db.select({ id: sharingConfigurations[column] }).from(sharingConfigurations).where(isOpen)
  const [[row], [project], [insight], , , ...whole] = await db.batch([
    db.select().from(sharingConfigurations).where(isOpen),
    selectProjects(db).where(eq(projects.id, sql`(${opened('project_id')})`)),
    selectInsights(db).where(eq(insights.id, sql`(${opened('insight_id')})`)),
    noteRead(db, sql`${insights.id} = (${opened('insight_id')}) and not ${insights.deleted}`),
    noteAccess(db, sql`(${opened('dashboard_id')})`, sql`(${opened('project_id')})`),
    ...queryWhole(db, sql`(${opened('project_id')})`, sql`(${opened('dashboard_id')})`),
  ])
  if (!row || !project) return undefined
  if (row.insight_id !== null && insight?.project_id !== project.row.id) return undefined
  return { row, project: toProject(project.row, project.slots), insight, dashboard: wholeOf(whole) }
}
