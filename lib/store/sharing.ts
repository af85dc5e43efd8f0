/** Sharing links of insights. Every change writes its entry in the activity log in the same transaction. */
import { and, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Project } from '../core/project.ts'
import { logActivity } from './activity-detail.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects, sharingConfigurations } from './schema.ts'
import { noteRead } from './warm.ts'

export type SharingRow = typeof sharingConfigurations.$inferSelect

const findRow = (db: NeonHttpDatabase, insightId: number) =>
  db.select().from(sharingConfigurations).where(eq(sharingConfigurations.insight_id, insightId))

const insertRow = (db: NeonHttpDatabase, projectId: number, insightId: number, token: string) =>
  db.execute(sql`
    insert into sharing_configurations (project_id, insight_id, access_token)
    select project_id, id, ${token} from insights where project_id = ${projectId} and id = ${insightId} and not deleted
    on conflict (insight_id) do nothing`)

/**
 * The sharing link of an insight. Creates one that is off, with `token`, if there is none. Returns undefined if the
 * insight does not exist or is deleted.
 */
export async function ensureSharing(
  db: NeonHttpDatabase,
  projectId: number,
  insightId: number,
  token: string,
): Promise<SharingRow | undefined> {
  const [[known]] = await db.batch([findRow(db, insightId)])
  if (known) return known
  const [, rows] = await db.batch([insertRow(db, projectId, insightId, token), findRow(db, insightId)])
  return rows[0]
}

/** Matches the link only while it has the token that was read. */
const isKnown = ({ id, access_token }: SharingRow) => sql`id = ${id} and access_token = ${access_token}`

/** Turns a link on or off and logs a change. Returns undefined if the token has changed since `known` was read. */
export async function setSharing(
  db: NeonHttpDatabase,
  known: SharingRow,
  userId: number,
  enabled: boolean,
): Promise<SharingRow | undefined> {
  const change = sql`json_build_array(json_build_object('type', 'Insight', 'action', 'changed', 'field', 'sharing',
    'before', ${!enabled}::boolean, 'after', ${enabled}::boolean))`
  const [, [row]] = await db.batch([
    db.execute(sql`
      with changed as (
        update sharing_configurations set enabled = ${enabled}, version = version + 1
         where ${isKnown(known)} and enabled <> ${enabled}
        returning project_id, insight_id
      )
      ${logActivity('changed', { activity: enabled ? 'sharing enabled' : 'sharing disabled', userId, changes: change })}`),
    db
      .select()
      .from(sharingConfigurations)
      .where(and(eq(sharingConfigurations.id, known.id), eq(sharingConfigurations.access_token, known.access_token))),
  ])
  return row
}

/** Replaces the token of a link. Returns undefined if the token has changed since `known` was read. */
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

/**
 * The project and insight of a link that is on, in one call; undefined if no link with this token is on. The insight
 * may be deleted.
 */
export async function findShared(
  db: NeonHttpDatabase,
  token: string,
): Promise<{ project: Project; insight: InsightRow; version: number } | undefined> {
  const isOpen = and(eq(sharingConfigurations.access_token, token), eq(sharingConfigurations.enabled, true))
  const opened = (column: 'project_id' | 'insight_id') =>
    db.select({ id: sharingConfigurations[column] }).from(sharingConfigurations).where(isOpen)
  const [[link], [project], [insight]] = await db.batch([
    db.select({ version: sharingConfigurations.version }).from(sharingConfigurations).where(isOpen),
    selectProjects(db).where(eq(projects.id, sql`(${opened('project_id')})`)),
    selectInsights(db).where(eq(insights.id, sql`(${opened('insight_id')})`)),
    noteRead(db, sql`${insights.id} = (${opened('insight_id')}) and not ${insights.deleted}`),
  ])
  if (!link || !project || !insight || insight.project_id !== project.row.id) return undefined
  return { project: toProject(project.row, project.slots), insight, version: link.version }
}
