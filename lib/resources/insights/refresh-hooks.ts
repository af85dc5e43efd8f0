/** Secret URLs that a deploy, a pipeline or a cron calls to have an insight refreshed. */
import * as z from 'zod/mini'
import type { HookActor } from '../../core/actor.ts'
import { authenticationFailed, invalid, notFound } from '../../core/errors.ts'
import { isUuid, randomText, sha256 } from '../../core/ids.ts'
import { TOLERANCE_SECONDS, verify } from '../../core/signature.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import { prepareQuery } from '../../refresh/prepare.ts'
import { enqueueRun } from '../../refresh/queue.ts'
import type { RunStatus } from '../../refresh/status.ts'
import type { Services } from '../../services.ts'
import {
  type CalledHook,
  deleteRefreshHook,
  findRefreshHook,
  insertRefreshHook,
  listRefreshHooks,
  MAX_HOOKS,
  noteHookCall,
  type RefreshHookRow,
} from '../../store/refresh-hooks.ts'
import type { Ctx, KeyCtx } from '../ctx.ts'
import { bool, text } from '../fields.ts'
import { editTarget, requireInsight } from './authorize.ts'
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

/** Makes a hook; only the hash of its URL's secret part is stored. Throws 404, 403, and 400 for one hook too many. */
export async function createRefreshHook(
  ctx: KeyCtx,
  { ref, body }: { readonly ref: string; readonly body: z.infer<typeof refreshHookBody> },
): Promise<NewRefreshHook> {
  const { services } = ctx
  const { label = '', signed = false } = body
  const target = await editTarget(ctx, ref)
  const token = randomText(TOKEN_LENGTH)
  const signingSecret = signed ? `rhs_${randomText(43)}` : null
  const values = { id: crypto.randomUUID(), label, tokenHash: await sha256(token), signingSecret }
  const row = await insertRefreshHook(services.db, target, values)
  if (!row) throw invalid(null, `An insight may have ${MAX_HOOKS} refresh hooks.`)
  return { ...row, url: `${services.env.PUBLIC_URL}${HOOK_PATH}/${token}`, signing_secret: signingSecret }
}

/** The hooks of an insight, newest first, without their secrets. Throws 404 and 403. */
export async function showRefreshHooks(ctx: KeyCtx, { ref }: { readonly ref: string }): Promise<RefreshHookRow[]> {
  const insight = await requireInsight(ctx, ref, 'view')
  return listRefreshHooks(ctx.services.db, ctx.project.id, insight.id)
}

/**
 * Deletes a hook; its URL stops working. Throws 404 if the insight or the hook does not exist, 403 if the key may not
 * edit the insight.
 */
export async function revokeRefreshHook(
  ctx: KeyCtx,
  { ref, id }: { readonly ref: string; readonly id: string },
): Promise<void> {
  const target = await editTarget(ctx, ref)
  if (!isUuid(id) || !(await deleteRefreshHook(ctx.services.db, target, id))) throw notFound()
}

export interface HookCall {
  readonly token: string
  readonly signature: string | undefined
  readonly body: Uint8Array
}

/**
 * Enqueues a refresh of the hook's insight. Anybody with the URL may call. Throws 404 if the URL is unknown or revoked
 * or the insight is deleted, 401 if the signature is missing, wrong, old or used, 400 if the insight cannot be
 * computed, 429 above the hook's limit, 503 if nothing could be enqueued.
 */
export async function callRefreshHook(
  { services }: Pick<Ctx, 'services'>,
  { token, signature, body }: HookCall,
): Promise<{ projectId: number; status: RunStatus }> {
  const hook = await findHook(services, token)
  if (!hook || hook.insight.deleted) throw notFound()
  const { project, insight } = hook
  const actor: HookActor = { kind: 'hook', hookId: hook.id }
  const now = services.now()
  const verdict = hook.signingSecret && (await verify(hook.signingSecret, signature, body, now.getTime() / 1_000))
  if (verdict && 'refused' in verdict) throw authenticationFailed(verdict.refused)
  const query = queryOf(insight)
  if (!query) throw invalid(null, 'The insight has no query: there is nothing to refresh.')
  const { key } = await prepareQuery(project, query, now)
  const used = verdict ? `signature:${hook.id}:${verdict.accepted}` : null
  // before the limit is counted, so that replayed calls cannot use it up
  if (used) await requireFirstUse(services, used)
  const request = { statusId: key, cacheKey: key, query, insightId: insight.id, subscribed: insight.subscribed }
  const enqueue = async () => {
    await requireCapacity(services, limiterOf({ actor, project }))
    return enqueueRun(services, project, request)
  }
  const status = await enqueue().catch(async (error) => {
    // nothing was enqueued: the same call may be tried again
    if (used) await services.redis.del(used).catch(() => {})
    throw error
  })
  await noteHookCall(services.db, hook.id)
  return { projectId: project.id, status }
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
