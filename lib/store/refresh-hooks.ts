/**
 * Secret URLs that refresh an insight, or what their call names of a project. Every change writes its entry in the activity
 * log in the same transaction.
 */
import { and, desc, eq, sql } from 'drizzle-orm'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { ActorUser } from '../core/actor.ts'
import type { Project } from '../core/project.ts'
import { belongingChange, logActivity } from './activity-detail.ts'
import { idList } from './column-values.ts'
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

/** Whose hooks are read or changed: those of an insight, or of the project itself (null). */
export interface HookOwner {
  readonly projectId: number
  readonly insightId: number | null
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

const isOf = ({ projectId, insightId }: Pick<HookOwner, 'projectId' | 'insightId'>) =>
  insightId === null
    ? sql`${refreshHooks.project_id} = ${projectId} and ${refreshHooks.insight_id} is null`
    : sql`${refreshHooks.project_id} = ${projectId} and ${refreshHooks.insight_id} = ${insightId}`

/** Stores a new hook and returns it; undefined if its owner does not exist, is deleted, or has `MAX_HOOKS` hooks. */
export async function insertRefreshHook(
  db: NeonHttpDatabase,
  owner: HookOwner,
  hook: { id: string; label: string; tokenHash: string; signingSecret: string | null },
): Promise<RefreshHookRow | undefined> {
  const { projectId, insightId, userId } = owner
  const live =
    insightId === null
      ? sql`select id as project_id, null::int4 as id from projects where id = ${projectId}`
      : sql`select project_id, id from insights where project_id = ${projectId} and id = ${insightId} and not deleted`
  const [, , rows] = await db.batch([
    // so that concurrent inserts cannot both pass the count below
    db.execute(sql`select pg_advisory_xact_lock(hashtext('edgehog refresh hooks'), ${insightId ?? -projectId}::int4)`),
    db.execute(sql`
      with hook as (
        insert into refresh_hooks (id, project_id, insight_id, label, token_hash, signing_secret, created_by)
        select ${hook.id}, project_id, id, ${hook.label}, ${hook.tokenHash}, ${hook.signingSecret}, ${userId}
          from (${live}) owner
         where (select count(*) from refresh_hooks where ${isOf(owner)}) < ${MAX_HOOKS}
        returning *
      )
      ${logActivity('hook', { activity: 'refresh hook created', userId, changes: change('created') })}`),
    selectHooks(db).where(eq(refreshHooks.id, hook.id)),
  ])
  return rows[0]
}

/** All hooks of an owner, newest first, without their secrets. */
export const listRefreshHooks = (
  db: NeonHttpDatabase,
  owner: Pick<HookOwner, 'projectId' | 'insightId'>,
): Promise<RefreshHookRow[]> =>
  selectHooks(db).where(isOf(owner)).orderBy(desc(refreshHooks.created_at), refreshHooks.id)

/** Deletes a hook. Returns false if the owner has no such hook. */
export async function deleteRefreshHook(db: NeonHttpDatabase, owner: HookOwner, id: string): Promise<boolean> {
  const [{ rows }] = await db.batch([
    db.execute(sql`
      with hook as (delete from refresh_hooks where ${isOf(owner)} and id = ${id} returning *), logged as (
        ${logActivity('hook', { activity: 'refresh hook revoked', userId: owner.userId, changes: change('deleted') })}
      )
      select id from hook`),
  ])
  return rows.length > 0
}

/** Gives a hook another URL and another signing secret. Returns undefined if the owner has no such hook. */
export async function rollRefreshHook(
  db: NeonHttpDatabase,
  owner: HookOwner,
  hook: { id: string; tokenHash: string; signingSecret: string },
): Promise<RefreshHookRow | undefined> {
  const [, [row]] = await db.batch([
    db.execute(sql`
      with hook as (
        update refresh_hooks set token_hash = ${hook.tokenHash},
               signing_secret = case when signing_secret is not null then ${hook.signingSecret}::text end
         where ${isOf(owner)} and id = ${hook.id} returning *
      )
      ${logActivity('hook', { activity: 'refresh hook rolled', userId: owner.userId })}`),
    selectHooks(db).where(and(isOf(owner), eq(refreshHooks.id, hook.id))),
  ])
  return row
}

export interface CalledHook {
  readonly id: string
  readonly signingSecret: string | null
  readonly project: Project
  /** May be deleted; null: a hook of the project. */
  readonly insight: InsightRow | null
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
  if (!hook || !project || (hook.insight_id !== null && !insight)) return undefined
  return {
    id: hook.id,
    signingSecret: hook.signing_secret,
    project: toProject(project.row, project.slots),
    insight: insight ?? null,
  }
}

/** Sets `last_called_at` of a hook to now and logs the refresh of each of the insights. */
export async function noteHookCall(db: NeonHttpDatabase, hookId: string, insightIds: readonly number[]): Promise<void> {
  const trigger = sql`json_build_object('job_type', 'refresh_hook', 'job_id', refreshed.id,
    'payload', json_build_object('label', refreshed.label))`
  await db.execute(sql`
    with hook as (update refresh_hooks set last_called_at = now() where id = ${hookId} returning id, project_id, label),
    refreshed as (select hook.*, insight_id from hook, unnest(${idList(insightIds)}) insight_id)
    ${logActivity('refreshed', { activity: 'refreshed', userId: null, trigger })}`)
}
