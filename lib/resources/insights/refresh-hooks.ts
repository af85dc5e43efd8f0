/**
 * Secret URLs that a deploy, a pipeline or a cron calls: those of an insight refresh it, those of a project what the call
 * names. Both take what a backfill has changed.
 */

import * as z from 'zod/mini'
import type { HookActor } from '../../core/actor.ts'
import { ApiError, authenticationFailed, invalid, notFound } from '../../core/errors.ts'
import { NOTHING_FORCED } from '../../core/forced-filters.ts'
import { isUuid, randomText, sha256 } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { TOLERANCE_SECONDS, verify } from '../../core/signature.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import { enqueueRuns, type RunRequest } from '../../refresh/queue.ts'
import type { RunStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import { findInsights, type InsightRow } from '../../store/insights.ts'
import {
  type CalledHook,
  deleteRefreshHook,
  findRefreshHook,
  type HookOwner,
  insertRefreshHook,
  listRefreshHooks,
  MAX_HOOKS,
  noteHookCall,
  type RefreshHookRow,
  rollRefreshHook,
} from '../../store/refresh-hooks.ts'
import type { Ctx, KeyCtx } from '../ctx.ts'
import { bool, text } from '../fields.ts'
import { editTarget, requireInsight } from './authorize.ts'
import { type HookOrder, readHookOrder } from './hook-body.ts'
import { queryOf } from './read.ts'

const TOKEN_LENGTH = 43
const TOKEN = /^[A-Za-z0-9]{43}$/

export const HOOK_PATH = '/api/refresh_hooks'

export const refreshHookBody = z.object({ label: z.optional(text(200)), signed: z.optional(bool) })

/** A hook with its URL and its signing secret, which no later answer shows. */
export interface NewRefreshHook extends RefreshHookRow {
  readonly url: string
  readonly signing_secret: string | null
}

/** The insight whose hooks are meant, by its number or short id; null: those of the project. */
type OwnerRef = { readonly ref: string | null }

async function ownerOf(ctx: KeyCtx, ref: string | null): Promise<HookOwner> {
  if (ref !== null) return editTarget(ctx, ref)
  return { projectId: ctx.project.id, insightId: null, userId: ctx.actor.userId }
}

/** Makes a hook; only the hash of its URL's secret part is stored. Throws 404, 403, and 400 for one hook too many. */
export async function createRefreshHook(
  ctx: KeyCtx,
  { ref, body }: OwnerRef & { readonly body: z.infer<typeof refreshHookBody> },
): Promise<NewRefreshHook> {
  const { services } = ctx
  const { label = '', signed = false } = body
  const owner = await ownerOf(ctx, ref)
  const made = await newSecrets(services)
  const signingSecret = signed ? made.signingSecret : null
  const values = { id: crypto.randomUUID(), label, tokenHash: made.tokenHash, signingSecret }
  const row = await insertRefreshHook(services.db, owner, values)
  const whose = ref === null ? 'A project' : 'An insight'
  if (!row) throw invalid(null, `${whose} may have ${MAX_HOOKS} refresh hooks.`)
  return { ...row, url: made.url, signing_secret: signingSecret }
}

/** Gives a hook another URL, and another secret if it is signed; the old ones stop working. Throws as `revokeRefreshHook`. */
export async function rollHook(ctx: KeyCtx, { ref, id }: OwnerRef & { readonly id: string }): Promise<NewRefreshHook> {
  const owner = await ownerOf(ctx, ref)
  const { url, ...secrets } = await newSecrets(ctx.services)
  const row = isUuid(id) ? await rollRefreshHook(ctx.services.db, owner, { id, ...secrets }) : undefined
  if (!row) throw notFound()
  return { ...row, url, signing_secret: row.signed ? secrets.signingSecret : null }
}

async function newSecrets({ env }: Services) {
  const token = randomText(TOKEN_LENGTH)
  return {
    url: `${env.PUBLIC_URL}${HOOK_PATH}/${token}`,
    tokenHash: await sha256(token),
    signingSecret: `rhs_${randomText(43)}`,
  }
}

/** The hooks of an insight or of the project, newest first, without their secrets. Throws 404 and 403. */
export async function showRefreshHooks(ctx: KeyCtx, { ref }: OwnerRef): Promise<RefreshHookRow[]> {
  const insightId = ref === null ? null : (await requireInsight(ctx, ref, 'view')).id
  return listRefreshHooks(ctx.services.db, { projectId: ctx.project.id, insightId })
}

/**
 * Deletes a hook; its URL stops working. Throws 404 if the insight or the hook does not exist, 403 if the key may not
 * edit the insight.
 */
export async function revokeRefreshHook(ctx: KeyCtx, { ref, id }: OwnerRef & { readonly id: string }): Promise<void> {
  const owner = await ownerOf(ctx, ref)
  if (!isUuid(id) || !(await deleteRefreshHook(ctx.services.db, owner, id))) throw notFound()
}

export interface HookCall {
  readonly token: string
  readonly signature: string | undefined
  readonly body: Uint8Array
}

/** What a call has started. `of`: whose hook it is. */
export interface HookAnswer {
  readonly projectId: number
  readonly of: 'project' | 'insight'
  readonly statuses: readonly RunStatus[]
}

/**
 * Carries out the call of a hook: what the body says has changed counts as changed, then the insights are enqueued: that
 * of the hook, or those that the body names. Anybody with the URL may call. Throws 404 if the URL is unknown or revoked
 * or the hook's insight is deleted, 401 if the signature is missing, wrong, old or used, 400 for a wrong body and for an
 * insight that cannot be computed, 429 above the hook's limit, 503 if nothing could be enqueued.
 */
export async function callRefreshHook(
  { services }: Pick<Ctx, 'services'>,
  { token, signature, body }: HookCall,
): Promise<HookAnswer> {
  const hook = await findHook(services, token)
  if (!hook || hook.insight?.deleted) throw notFound()
  const { project } = hook
  const actor: HookActor = { kind: 'hook', hookId: hook.id }
  const now = services.now()
  const verdict = hook.signingSecret && (await verify(hook.signingSecret, signature, body, now.getTime() / 1_000))
  if (verdict && 'refused' in verdict) throw authenticationFailed(verdict.refused)
  const of = hook.insight ? 'insight' : 'project'
  const order = readHookOrder(body, of)
  const requests = await refreshesOf(services, hook, order)
  const used = verdict ? `signature:${hook.id}:${verdict.accepted}` : null
  // before the limit is counted, so that replayed calls cannot use it up
  if (used) await requireFirstUse(services, used)
  const carryOut = async () => {
    await requireCapacity(services, limiterOf({ actor, project }))
    const timeoutMs = services.env.STATEMENT_TIMEOUT_MS
    if (order.changed) await services.engine.moveDays(project, order.changed, { timeoutMs })
    return requests.length > 0 ? enqueueRuns(services, project, requests) : []
  }
  const statuses = await carryOut().catch(async (error) => {
    // nothing was enqueued: the same call may be tried again
    if (used) await services.redis.del(used).catch(() => {})
    throw error
  })
  const refreshed = requests.map(({ insightId }) => insightId).filter((id) => id !== null)
  await noteHookCall(services.db, hook.id, refreshed)
  return { projectId: project.id, of, statuses }
}

/** The runs of a call. Throws 400 if one of its insights does not exist or cannot be computed. */
async function refreshesOf(
  services: Services,
  { project, insight }: CalledHook,
  { insights: refs }: HookOrder,
): Promise<RunRequest[]> {
  if (insight) return [await refreshOf(services, project, insight)]
  if (!refs) return []
  const rows = await findInsights(services.db, project.id, refs)
  const named = refs.map((ref) => {
    const row = rows.find(({ id, short_id }) => ref === String(id) || ref === short_id)
    if (!row) throw invalid('insights', `There is no insight "${ref}".`, 'does_not_exist')
    return row
  })
  const nameField = (row: InsightRow) => (error: unknown) => {
    throw error instanceof ApiError && error.status === 400
      ? invalid('insights', `The insight ${row.short_id} cannot be refreshed. ${error.detail}`, error.code)
      : error
  }
  return Promise.all([...new Set(named)].map((row) => refreshOf(services, project, row).catch(nameField(row))))
}

async function refreshOf(services: Services, project: Project, insight: InsightRow): Promise<RunRequest> {
  const query = queryOf(insight)
  if (!query) throw invalid(null, 'The insight has no query: there is nothing to refresh.')
  const forced = NOTHING_FORCED
  const { key } = await prepareQuery(project, query, { now: services.now(), forced })
  return { statusId: key, cacheKey: key, query, forced, insightId: insight.id, subscribed: insight.subscribed }
}

const KEPT_MISSES = 1_000
const MISS_MS = 10_000
/** Hashes of unknown tokens, with the time until which they are not looked up again (ms). */
const misses = new Map<string, number>()

/** Undefined for an unknown token. A text of the wrong form and a recent miss need no call to Postgres. */
async function findHook({ db, now }: Services, token: string): Promise<CalledHook | undefined> {
  if (!TOKEN.test(token)) return undefined
  const hash = await sha256(token)
  const at = now().getTime()
  if ((misses.get(hash) ?? 0) > at) return undefined
  const hook = await findRefreshHook(db, hash)
  if (hook) return hook
  if (misses.size >= KEPT_MISSES) misses.clear()
  misses.set(hash, at + MISS_MS)
  return undefined
}

/** Throws 401 if the signature was accepted before: each is accepted once while its time is valid. */
async function requireFirstUse({ redis }: Services, key: string): Promise<void> {
  const first = await redis.set(key, '1', { nx: true, ex: 2 * TOLERANCE_SECONDS + 60 })
  if (first === null) throw authenticationFailed('The signature was used already.')
}
