import { and, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Grantee } from '../access/levels.ts'
import { idList } from './column-values.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { insights } from './schema.ts'
import { visibleTo } from './visible.ts'

/**
 * Sets `last_viewed_at` of a user to now for the insights among `ids` that exist and that `visible` lets the user see.
 * Returns these insights.
 */
export async function noteViews(
  db: NeonHttpDatabase,
  projectId: number,
  userId: number,
  visible: Grantee | 'everything',
  ids: readonly number[],
): Promise<InsightRow[]> {
  const wanted = and(
    eq(insights.project_id, projectId),
    eq(insights.deleted, false),
    visibleTo(visible),
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

/** The insights of a project that a user looked at most recently, newest first. */
export const lastViewed = (
  db: NeonHttpDatabase,
  projectId: number,
  grantee: Grantee,
  limit: number,
): Promise<InsightRow[]> => {
  const at = sql`(select v.last_viewed_at from insight_views v
    where v.insight_id = ${insights.id} and v.user_id = ${grantee.userId})`
  return selectInsights(db)
    .where(
      and(eq(insights.project_id, projectId), eq(insights.deleted, false), visibleTo(grantee), sql`${at} is not null`),
    )
    .orderBy(sql`${at} desc, ${insights.id} desc`)
    .limit(limit)
}
