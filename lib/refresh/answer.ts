/** The refresh protocol: mode and cached result -> return, compute or enqueue (docs/architecture.md "Refresh"). */

import { describeError } from '../core/describe-error.ts'
import { ApiError, queryCancelled, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { cancelKey, cancels, statementName } from './cancel.ts'
import { type Computed, computeEntry, storeEntry } from './compute.ts'
import { type CacheEntry, entryKey, unpackEntry } from './entry.ts'
import { readLeader } from './leader.ts'
import { isStrict, requireCapacity } from './limits.ts'
import { lockAndRead, lockKey, RELEASE, readOrLock } from './lock.ts'
import { decide, freshness, type RefreshMode } from './policy.ts'
import type { Prepared } from './prepare.ts'
import { enqueueRun } from './queue.ts'
import { answersEnqueue, parseStatus, type RunStatus, statusKey } from './status.ts'

export interface QueryAnswer {
  /** The cache key; null when nothing was keyed. */
  readonly key: string | null
  readonly entry: CacheEntry | null
  readonly isCached: boolean
  readonly status: RunStatus | null
}

export interface AnswerRequest {
  readonly mode: RefreshMode
  /** The client's id for the run; the cache key when it gives none. */
  readonly statusId?: string | undefined
  readonly insightId?: number | null
  /** Whether the insight has subscribers; undefined when the request does not refresh it as it is. */
  readonly subscribed?: boolean | undefined
  /** Whom a computation counts for; nobody unless given. */
  readonly limiter?: string | undefined
  /** How long a computation may last at most, in milliseconds. */
  readonly withinMs?: number | undefined
}

/** What Redis holds for a query. */
export interface Lookup {
  readonly entry: CacheEntry | undefined
  readonly status: RunStatus | undefined
  /** What became of the lock, which is asked for together with a result that may be missing. */
  readonly lock: 'taken' | 'refused' | 'not asked for'
}

const LOSER_WAITS_MS = 5_000
const LOSER_POLLS_MS = 250

/**
 * Answers a query in the way the mode asks. Redis away: modes that compute still compute, the others throw 503.
 * Throws what computing throws, 503 when a run cannot be enqueued, and 429 when the limiter has no capacity.
 */
export async function answerQuery(
  services: Services,
  project: Project,
  prepared: Prepared,
  request: AnswerRequest,
): Promise<QueryAnswer> {
  const runId = crypto.randomUUID()
  const computes = decide(request.mode, 'miss').compute
  const lookup = await readLookup(services, project.id, prepared, request, computes ? runId : undefined)
  return answerLookup(services, project, prepared, request, lookup, runId)
}

/** The same with what Redis holds already read: lists read all their results in one call. */
export async function answerLookup(
  services: Services,
  project: Project,
  prepared: Prepared,
  request: AnswerRequest,
  lookup: Lookup | undefined,
  runId: string = crypto.randomUUID(),
): Promise<QueryAnswer> {
  const now = services.now()
  const entry = lookup?.entry
  const decision = decide(request.mode, freshness(entry, now.getTime()))
  if (decision.compute) {
    const computed = await computeOnce(services, project, prepared, request, lookup, runId)
    return { ...computed, isCached: computed.entry === entry, status: null }
  }
  if (!lookup) throw unavailable('The cache is not available.')
  const running = lookup.status && !lookup.status.complete ? lookup.status : null
  const enqueues =
    decision.enqueue === 'new' || (decision.enqueue === 'unless running' && !answersEnqueue(lookup.status, now))
  if (enqueues && request.limiter !== undefined) await requireCapacity(services, request.limiter)
  const status = enqueues
    ? await enqueueRun(
        services,
        project,
        {
          statusId: request.statusId ?? prepared.key,
          cacheKey: prepared.key,
          query: prepared.query,
          insightId: request.insightId ?? null,
          subscribed: request.subscribed,
        },
        { unlessRunning: decision.enqueue === 'unless running' },
      )
    : decision.enqueue === 'unless running'
      ? (lookup.status ?? null)
      : running
  if (!decision.cached) return { key: null, entry: null, isCached: false, status }
  return { key: prepared.key, entry: entry ?? null, isCached: entry !== undefined, status }
}

async function readLookup(
  services: Services,
  projectId: number,
  prepared: Prepared,
  { statusId = prepared.key }: AnswerRequest,
  runId: string | undefined,
): Promise<Lookup | undefined> {
  const keys = [entryKey(projectId, prepared.key), statusKey(projectId, statusId)] as const
  try {
    if (runId !== undefined) {
      const read = await readOrLock(services, [...keys, lockKey(projectId, prepared.key)], runId)
      const status = parseStatus(read.status, services.now())
      const lock = read.locked ? 'taken' : read.result === null ? 'refused' : 'not asked for'
      return { entry: await unpackEntry(read.result), status, lock }
    }
    const [result, status] = await services.redis.mget<(string | null)[]>(...keys)
    return { entry: await unpackEntry(result), status: parseStatus(status, services.now()), lock: 'not asked for' }
  } catch (error) {
    console.warn('The cache is not available.', describeError(error))
    return undefined
  }
}

/**
 * One computation per cache key; who loses the lock waits for the winner's result, then computes without it, and counts
 * like anybody who computes. Throws 400 `query_cancelled` when the id that the client gave was cancelled meanwhile.
 */
async function computeOnce(
  services: Services,
  project: Project,
  prepared: Prepared,
  { statusId, limiter, insightId = null, withinMs }: AnswerRequest,
  lookup: Lookup | undefined,
  runId: string,
): Promise<Computed> {
  const startedAt = services.now().getTime()
  const keys = {
    entry: entryKey(project.id, prepared.key),
    lock: lockKey(project.id, prepared.key),
    cancel: statusId === undefined ? undefined : cancelKey(project.id, statusId),
  }
  const timeoutMs = Math.min(services.env.STATEMENT_TIMEOUT_MS, withinMs ?? Number.POSITIVE_INFINITY)
  const known = lookup?.entry?.lastRefresh ?? 0
  const lock = lookup && (await takeLock(services, keys, lookup, runId))
  if (lock?.entry && lock.entry.lastRefresh > known) {
    if (lock.isTaken) await services.redis.eval(RELEASE, [keys.lock], [runId]).catch(() => {})
    return { key: prepared.key, entry: lock.entry }
  }
  if (lock && !lock.isTaken) {
    const found = await waitForResult(services, keys.entry, known, Math.min(LOSER_WAITS_MS, timeoutMs))
    if (found) return { key: prepared.key, entry: found }
  }
  try {
    if (limiter !== undefined && (lookup || isStrict(limiter))) await requireCapacity(services, limiter)
    const computed = await computeEntry(services, project, prepared, {
      statementName: statusId === undefined ? `edgehog:${runId}` : await statementName(project.id, statusId),
      insightId,
      timeoutMs,
    })
    const place = { ...keys, entry: entryKey(project.id, computed.key) }
    const stored = () => storeUnlessAway(services, place, computed.entry, runId)
    // nobody waits for a cache that was away; it may be back, and the lock may have been taken all the same
    if (!lookup) services.waitUntil(stored().catch(() => {}))
    else if (cancels(await stored(), startedAt)) throw queryCancelled()
    return computed
  } catch (error) {
    if (lock?.isTaken) await services.redis.eval(RELEASE, [keys.lock], [runId]).catch(() => {})
    throw keys.cancel ? await cancelOr(services, error, keys.cancel, startedAt) : error
  }
}

interface Lock {
  readonly isTaken: boolean
  /** What lies there now. */
  readonly entry?: CacheEntry | undefined
}

/** With the look-up it was asked for together with the result, or it is asked for now. */
async function takeLock(
  services: Services,
  keys: { readonly entry: string; readonly lock: string },
  { lock }: Lookup,
  runId: string,
): Promise<Lock | undefined> {
  if (lock !== 'not asked for') return { isTaken: lock === 'taken' }
  try {
    const { locked, result } = await lockAndRead(services, [keys.lock, keys.entry], runId)
    return { isTaken: locked, entry: await unpackEntry(result) }
  } catch {
    return undefined
  }
}

/** The database says the same of a cancel and of a timeout; Redis knows which of them it was. */
async function cancelOr(services: Services, error: unknown, cancelKey: string, startedAt: number): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status < 500) return error
  const [cancelledAt] = await readLeader(services, [cancelKey]).catch(() => [])
  return cancels(cancelledAt, startedAt) ? queryCancelled(error) : error
}

/** A result that cannot be stored is still a result. */
async function storeUnlessAway(...args: Parameters<typeof storeEntry>) {
  return storeEntry(...args).catch((error) => {
    if (error?.code === 'result_too_large') throw error
    console.warn('The result was not cached.', describeError(error))
    return undefined
  })
}

async function waitForResult(services: Services, entryKey: string, newerThan: number, waitMs: number) {
  for (let waited = 0; waited < waitMs; waited += LOSER_POLLS_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOSER_POLLS_MS))
    const entry = await unpackEntry(await services.redis.get<string>(entryKey).catch(() => null))
    if (entry && entry.lastRefresh > newerThan) return entry
  }
  return undefined
}
