/** Secret URLs that a deploy, a pipeline or a cron calls to have an insight refreshed. */
import type { Caller } from '../../access/caller.ts'
import { authenticationFailed, invalid, notFound } from '../../core/errors.ts'
import { isUuid, randomText, sha256 } from '../../core/ids.ts'
import type { Project } from '../../core/project.ts'
import { TOLERANCE_SECONDS, verify } from '../../core/signature.ts'
import { requireCapacity } from '../../refresh/limits.ts'
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
import { queryOf } from './read.ts'
import { requireInsight } from './require.ts'

const TOKEN_LENGTH = 43
const TOKEN = /^[A-Za-z0-9]{43}$/

export const HOOK_PATH = '/api/refresh_hooks'

/** A hook with what is shown of it this once. */
export interface NewRefreshHook extends RefreshHookRow {
  readonly url: string
  readonly signing_secret: string | null
}

/** Makes a hook; only the hash of its URL's secret part is stored. Throws 404, 403, and 400 for one too many. */
export async function createRefreshHook(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  { label = '', signed = false }: { label?: string | undefined; signed?: boolean | undefined },
): Promise<NewRefreshHook> {
  const insight = await requireInsight(services, project, caller, ref, 'edit')
  const token = randomText(TOKEN_LENGTH)
  const signingSecret = signed ? `rhs_${randomText(43)}` : null
  const target = { projectId: project.id, insightId: insight.id, userId: caller.userId }
  const values = { id: crypto.randomUUID(), label, tokenHash: await sha256(token), signingSecret }
  const row = await insertRefreshHook(services.db, target, values)
  if (!row) throw invalid(null, `An insight may have ${MAX_HOOKS} refresh hooks.`)
  return { ...row, url: `${services.env.PUBLIC_URL}${HOOK_PATH}/${token}`, signing_secret: signingSecret }
}

/** The hooks of an insight, newest first, without their secrets. Throws 404 and 403. */
export async function showRefreshHooks(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
): Promise<RefreshHookRow[]> {
  const insight = await requireInsight(services, project, caller, ref, 'view')
  return listRefreshHooks(services.db, project.id, insight.id)
}

/** Its URL is unknown from now on. Throws 404 and 403. */
export async function revokeRefreshHook(
  services: Services,
  project: Project,
  caller: Caller,
  ref: string,
  id: string,
): Promise<void> {
  const insight = await requireInsight(services, project, caller, ref, 'edit')
  const target = { projectId: project.id, insightId: insight.id, userId: caller.userId }
  if (!isUuid(id) || !(await deleteRefreshHook(services.db, target, id))) throw notFound()
}

export interface HookCall {
  readonly token: string
  readonly signature: string | undefined
  readonly body: Uint8Array
}

/**
 * Enqueues a refresh of the hook's insight. Throws 404 for a URL that is unknown or revoked and for an insight that is
 * deleted, 401 for a signature that is missing, wrong, old or used, 400 for an insight that cannot be computed, 429
 * above the hook's limit, 503 when nothing could be enqueued.
 */
export async function callRefreshHook(
  services: Services,
  { token, signature, body }: HookCall,
): Promise<{ projectId: number; status: RunStatus }> {
  const hook = await findHook(services, token)
  if (!hook || hook.insight.deleted) throw notFound()
  const { project, insight } = hook
  const now = services.now()
  const verdict = hook.signingSecret && (await verify(hook.signingSecret, signature, body, now.getTime() / 1_000))
  if (verdict && 'refused' in verdict) throw authenticationFailed(verdict.refused)
  const query = queryOf(insight)
  if (!query) throw invalid(null, 'The insight has no query: there is nothing to refresh.')
  const { key } = await prepareQuery(project, query, now)
  const used = verdict ? `signature:${hook.id}:${verdict.accepted}` : null
  // before it counts: whoever saw a call go by could use up the limit
  if (used) await requireFirstUse(services, used)
  const request = { statusId: key, cacheKey: key, query, insightId: insight.id, subscribed: insight.subscribed }
  const enqueue = async () => {
    await requireCapacity(services, [{ kind: 'hook', id: hook.id }])
    return enqueueRun(services, project, request)
  }
  const status = await enqueue().catch(async (error) => {
    // nothing came of the call: the same one may be tried again
    if (used) await services.redis.del(used).catch(() => {})
    throw error
  })
  await noteHookCall(services.db, hook.id)
  return { projectId: project.id, status }
}

const KEPT_MISSES = 1_000
const MISS_MS = 10_000
/** Hashes of what is no hook, and until when that is believed. */
const misses = new Map<string, number>()

/** Undefined for an unknown one: known at once by its form, and for a while when it was asked for before. */
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

/** A signature is accepted once, for as long as its time would be. */
async function requireFirstUse({ redis }: Services, key: string): Promise<void> {
  const first = await redis.set(key, '1', { nx: true, ex: 2 * TOLERANCE_SECONDS + 60 })
  if (first === null) throw authenticationFailed('The signature was used already.')
}
