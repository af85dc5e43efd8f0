import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Caller } from '../access/caller.ts'
import type { Project } from '../core/project.ts'
import { activityLog, insights, users } from './schema.ts'
import { visibleTo } from './visible.ts'

export interface ActivityRow {
  readonly id: string
  readonly item_id: string
  readonly scope: string
  readonly activity: string
  readonly detail: unknown
  readonly created_at: string
  readonly user: { readonly first_name: string; readonly email: string } | null
}

/**
 * What happened to the insights of a project that the caller may see, or to one of them: a page, the newest first, and
 * how much there is.
 */
export async function listActivity(
  db: NeonHttpDatabase,
  project: Project,
  caller: Caller,
  insightId: number | null,
  page: { limit: number; offset: number },
): Promise<{ rows: ActivityRow[]; count: number }> {
  const where = and(
    eq(activityLog.project_id, project.id),
    eq(activityLog.scope, 'Insight'),
    insightId === null ? isOfVisible(caller, project) : eq(activityLog.item_id, String(insightId)),
  )
  const [rows, [total]] = await db.batch([
    db
      .select({
        id: activityLog.id,
        item_id: activityLog.item_id,
        scope: activityLog.scope,
        activity: activityLog.activity,
        detail: activityLog.detail,
        created_at: activityLog.created_at,
        user: sql<ActivityRow['user']>`case when ${users.id} is null then null
          else json_build_object('first_name', ${users.first_name}, 'email', ${users.email}) end`,
      })
      .from(activityLog)
      .leftJoin(users, eq(users.id, activityLog.user_id))
      .where(where)
      .orderBy(desc(activityLog.created_at), desc(activityLog.id))
      .limit(page.limit)
      .offset(page.offset),
    db.select({ count: sql<number>`count(*)::int4` }).from(activityLog).where(where),
  ])
  return { rows, count: Number(total?.count ?? 0) }
}

const isOfVisible = (caller: Caller, project: Project): SQL =>
  sql`exists (select from insights where ${insights.id} = ${activityLog.item_id}::int4
    and ${insights.project_id} = ${project.id} and ${visibleTo(caller, project.organizationId)})`
