/** Links to insights. Every change is one transaction with its entry in the activity log. */
import { and, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Project } from '../core/project.ts'
import { activityDetail } from './activity-detail.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects, sharingConfigurations } from './schema.ts'

export type SharingRow = typeof sharingConfigurations.$inferSelect

/** Whose link is changed, and by whom. */
export interface SharingTarget {
  readonly projectId: number
  readonly insightId: number
  readonly userId: number
}

const findRow = (db: NeonHttpDatabase, insightId: number) =>
  db.select().from(sharingConfigurations).where(eq(sharingConfigurations.insight_id, insightId))

const insertRow = (db: NeonHttpDatabase, projectId: number, insightId: number, token: string) =>
  db.execute(sql`
    insert into sharing_configurations (project_id, insight_id, access_token)
    select project_id, id, ${token} from insights where project_id = ${projectId} and id = ${insightId} and not deleted
    on conflict (insight_id) do nothing`)

/** The link of an insight, made with this token when it has none yet. Undefined when the insight is gone. */
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

/** Turns a link on or off; `token` is for one that is not there yet. Logged when it changes something. */
export async function setSharing(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: SharingTarget,
  enabled: boolean,
  token: string,
): Promise<SharingRow | undefined> {
  const change = sql`json_build_array(json_build_object('type', 'Insight', 'action', 'changed', 'field', 'sharing',
    'before', ${!enabled}::boolean, 'after', ${enabled}::boolean))`
  const [, , rows] = await db.batch([
    insertRow(db, projectId, insightId, token),
    db.execute(sql`
      with changed as (
        update sharing_configurations set enabled = ${enabled}
         where project_id = ${projectId} and insight_id = ${insightId} and enabled <> ${enabled}
        returning insight_id
      )
      insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
      select ${projectId}, 'Insight', i.id::text, ${enabled ? 'sharing enabled' : 'sharing disabled'}, ${userId},
             ${activityDetail(change, 'i')}
        from changed join insights i on i.id = changed.insight_id`),
    findRow(db, insightId),
  ])
  return rows[0]
}

/** Puts `token` in place of the one before, which is returned as `previous`. */
export async function replaceToken(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: SharingTarget,
  token: string,
): Promise<{ row: SharingRow; previous: string | undefined } | undefined> {
  const [, replaced, rows] = await db.batch([
    insertRow(db, projectId, insightId, token),
    db.execute<{ previous: string }>(sql`
      with old as (
        select * from sharing_configurations where project_id = ${projectId} and insight_id = ${insightId} for update
      ), new as (
        update sharing_configurations s set access_token = ${token} from old where s.id = old.id
      ), logged as (
        insert into activity_log (project_id, scope, item_id, activity, user_id, detail)
        select ${projectId}, 'Insight', i.id::text, 'access token refreshed', ${userId},
               ${activityDetail(sql`null`, 'i')}
          from old join insights i on i.id = old.insight_id
      )
      select access_token as previous from old`),
    findRow(db, insightId),
  ])
  const [row] = rows
  return row && { row, previous: replaced.rows[0]?.previous }
}

/** What a token that is on opens. A deleted insight comes too. One call. */
export async function findShared(
  db: NeonHttpDatabase,
  token: string,
): Promise<{ project: Project; insight: InsightRow } | undefined> {
  const isOpen = and(eq(sharingConfigurations.access_token, token), eq(sharingConfigurations.enabled, true))
  const opened = (column: 'project_id' | 'insight_id') =>
    db.select({ id: sharingConfigurations[column] }).from(sharingConfigurations).where(isOpen)
  const [[project], [insight]] = await db.batch([
    selectProjects(db).where(eq(projects.id, sql`(${opened('project_id')})`)),
    selectInsights(db).where(eq(insights.id, sql`(${opened('insight_id')})`)),
  ])
  if (!project || !insight || insight.project_id !== project.row.id) return undefined
  return { project: toProject(project.row, project.slots), insight }
}
