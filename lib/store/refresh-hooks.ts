/** Secret URLs that refresh an insight. Every change writes its entry in the activity log in the same transaction. */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import type { Project } from '../core/project.ts'
import { belongingChange, logActivity } from './activity-detail.ts'
import { type InsightRow, selectInsights } from './insights.ts'
import { selectProjects, toProject } from './projects.ts'
import { insights, projects, refreshHooks, users } from './schema.ts'
import { userJson } from './user-json.ts'

/** The insight whose hooks or subscribers are changed, and the user who changes them. */
export interface InsightTarget {
  readonly projectId: number
  readonly insightId: number
  readonly userId: number
}

/** A hook without its secrets. */
export interface RefreshHookRow {
  readonly id: string
  readonly label: string
  readonly signed: boolean
  readonly created_at: string
  readonly created_by: ActorUser | null
  readonly last_called_at: string | null
}

const selectHooks = (db: NeonHttpDatabase) =>
  db
    .select({
      id: refreshHooks.id,
      label: refreshHooks.label,
      signed: sql<boolean>`${refreshHooks.signing_secret} is not null`,
      created_at: refreshHooks.created_at,
      created_by: userJson(users).as('creator'),
      last_called_at: refreshHooks.last_called_at,
    })
    .from(refreshHooks)
    .leftJoin(users, eq(users.id, refreshHooks.created_by))

const change = (action: 'created' | 'deleted') =>
  belongingChange(action, 'refresh_hook', sql`json_build_object('id', hook.id, 'label', hook.label)`)

export const MAX_HOOKS = 50

/** Stores a new hook and returns it; undefined if the insight does not exist, is deleted, or has `MAX_HOOKS` hooks. */
export async function insertRefreshHook(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: InsightTarget,
  hook: { id: string; label: string; tokenHash: string; signingSecret: string | null },
): Promise<RefreshHookRow | undefined> {
  const [, , rows] = await db.batch([
    // locks the insight, so that concurrent inserts cannot both pass the count below
    db.execute(sql`select id from insights where project_id = ${projectId} and id = ${insightId} for update`),
    db.execute(sql`
      with hook as (
        insert into refresh_hooks (id, project_id, insight_id, label, token_hash, signing_secret, created_by)
        select ${hook.id}, project_id, id, ${hook.label}, ${hook.tokenHash}, ${hook.signingSecret}, ${userId}
          from insights where project_id = ${projectId} and id = ${insightId} and not deleted
           and (select count(*) from refresh_hooks where insight_id = ${insightId}) < ${MAX_HOOKS}
        returning *
      )
      ${logActivity('hook', { activity: 'refresh hook created', userId, changes: change('created') })}`),
    selectHooks(db).where(eq(refreshHooks.id, hook.id)),
  ])
  return rows[0]
}

/** All hooks of an insight, newest first, without their secrets. */
export const listRefreshHooks = (
  db: NeonHttpDatabase,
  projectId: number,
  insightId: number,
): Promise<RefreshHookRow[]> =>
  selectHooks(db)
    .where(and(eq(refreshHooks.project_id, projectId), eq(refreshHooks.insight_id, insightId)))
    .orderBy(desc(refreshHooks.created_at), refreshHooks.id)

/** Deletes a hook. Returns false if the insight has no such hook. */
export async function deleteRefreshHook(
  db: NeonHttpDatabase,
  { projectId, insightId, userId }: InsightTarget,
  id: string,
): Promise<boolean> {
  const { rows } = await db.execute(sql`
    with hook as (
      delete from refresh_hooks where project_id = ${projectId} and insight_id = ${insightId} and id = ${id} returning *
    )
    ${logActivity('hook', { activity: 'refresh hook revoked', userId, changes: change('deleted') })}`)
  return rows.length > 0
}

export interface CalledHook {
  readonly id: string
  readonly signingSecret: string | null
  readonly project: Project
  /** May be deleted. */
  readonly insight: InsightRow
}

/**
 * The hook whose URL has the secret with this hash, with its project and insight, in one call; undefined if there is
 * none.
 */
export async function findRefreshHook(db: NeonHttpDatabase, tokenHash: string): Promise<CalledHook | undefined> {
  const isCalled = eq(refreshHooks.token_hash, tokenHash)
  const of = (column: 'project_id' | 'insight_id') =>
    db.select({ id: refreshHooks[column] }).from(refreshHooks).where(isCalled)
  const [[hook], [project], [insight]] = await db.batch([
    db.select().from(refreshHooks).where(isCalled),
    selectProjects(db).where(eq(projects.id, sql`(${of('project_id')})`)),
    selectInsights(db).where(eq(insights.id, sql`(${of('insight_id')})`)),
  ])
  if (!hook || !project || !insight) return undefined
  return {
    id: hook.id,
    signingSecret: hook.signing_secret,
    project: toProject(project.row, project.slots),
    insight,
  }
}

/** Sets `last_called_at` of a hook to now and logs the refresh. */
export async function noteHookCall(db: NeonHttpDatabase, hookId: string): Promise<void> {
  const trigger = sql`json_build_object('job_type', 'refresh_hook', 'job_id', hook.id,
    'payload', json_build_object('label', hook.label))`
  await db.execute(sql`
    with hook as (update refresh_hooks set last_called_at = now() where id = ${hookId} returning *)
    ${logActivity('hook', { activity: 'refreshed', userId: null, trigger })}`)
}
