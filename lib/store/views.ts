import { and, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Caller } from '../access/caller.ts'
import { isAdmin } from '../access/levels.ts'
import type { Project } from '../core/project.ts'
import { idList } from './column-values.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { insights } from './schema.ts'
import { visibleTo } from './visible.ts'

/** Notes that a user has looked at insights of a project now; returns those that there are and the user may see. */
export async function noteViews(
  db: NeonHttpDatabase,
  { id: projectId, organizationId }: Project,
  caller: Caller,
  ids: readonly number[],
): Promise<InsightRow[]> {
  const { userId } = caller
  const wanted = and(
    eq(insights.project_id, projectId),
    eq(insights.deleted, false),
    isAdmin(caller, organizationId) ? undefined : visibleTo(caller, organizationId),
    sql`${insights.id} = any(${idList(ids)})`,
  )
  const [, rows] = await db.batch([
    db.execute(sql`
      insert into insight_views (insight_id, user_id, last_viewed_at)
      select ${insights.id}, ${userId}, now() from insights where ${wanted}
      on conflict (insight_id, user_id) do update set last_viewed_at = excluded.last_viewed_at`),
    selectInsights(db).where(wanted),
  ])
  return rows
}

/** The insights of a project that a user looked at last, the latest first. */
export const lastViewed = (
  db: NeonHttpDatabase,
  project: Project,
  caller: Caller,
  limit: number,
): Promise<InsightRow[]> => {
  const at = sql`(select v.last_viewed_at from insight_views v
    where v.insight_id = ${insights.id} and v.user_id = ${caller.userId})`
  return selectInsights(db)
    .where(
      and(
        eq(insights.project_id, project.id),
        eq(insights.deleted, false),
        visibleTo(caller, project.organizationId),
        sql`${at} is not null`,
      ),
    )
    .orderBy(sql`${at} desc, ${insights.id} desc`)
    .limit(limit)
}
