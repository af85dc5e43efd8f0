import { and, desc, eq, type SQL, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Grantee } from '../access/levels.ts'
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

/** Selects log entries: those of one insight, or of all insights that a grantee may see. */
export type LoggedInsights = { readonly insightId: number } | { readonly visibleTo: Grantee }

/** A page of the activity log of insights, newest first, and the number of its entries. */
export async function listActivity(
  db: NeonHttpDatabase,
  projectId: number,
  of: LoggedInsights,
  page: { limit: number; offset: number },
): Promise<{ rows: ActivityRow[]; count: number }> {
  const where = and(
    eq(activityLog.project_id, projectId),
    eq(activityLog.scope, 'Insight'),
    'insightId' in of ? eq(activityLog.item_id, String(of.insightId)) : isOfVisible(projectId, of.visibleTo),
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

const isOfVisible = (projectId: number, grantee: Grantee): SQL =>
  sql`exists (select from insights where ${insights.id} = ${activityLog.item_id}::int4
    and ${insights.project_id} = ${projectId} and ${visibleTo(grantee)})`
