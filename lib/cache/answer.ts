/** The refresh protocol: mode and cached result -> return, compute or enqueue (design.md "Refresh"). */
import { isStrict, requireCapacity } from '../access/limits.ts'
import { ApiError, queryCancelled, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { cancelKey, cancels, statementName } from './cancel.ts'
import { computeEntry, storeEntry } from './compute.ts'
import { type CacheEntry, entryKey, unpackEntry } from './entry.ts'
import { acquireLock, lockKey, RELEASE, readOrLock } from './lock.ts'
import { decide, freshness, type RefreshMode } from './policy.ts'
import type { Prepared } from './prepare.ts'
import { enqueueRun } from './queue.ts'
import { answersEnqueue, isInFlight, parseStatus, type RunStatus, statusKey } from './status.ts'

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
}

/** What Redis holds for a query. */
export interface Lookup {
  readonly entry: CacheEntry | undefined
  readonly status: RunStatus | undefined
  /** The lock was taken with the look-up. */
  readonly locked: boolean
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
  const now = services.now().getTime()
  const entry = lookup?.entry
  const decision = decide(request.mode, freshness(entry, now))
  if (decision.compute) {
    const computed = await computeOnce(services, project, prepared, request, lookup, runId)
    return { key: prepared.key, entry: computed, isCached: computed === entry, status: null }
  }
  if (!lookup) throw unavailable('The cache is not available.')
  const running = lookup.status && isInFlight(lookup.status, now) ? lookup.status : null
  const enqueues =
    decision.enqueue === 'new' || (decision.enqueue === 'unless running' && !answersEnqueue(lookup.status, now))
  if (enqueues && request.limiter !== undefined) await requireCapacity(services, request.limiter)
  const status = enqueues
    ? await enqueueRun(services, project, {
        statusId: request.statusId ?? prepared.key,
        cacheKey: prepared.key,
        query: prepared.query,
        insightId: request.insightId ?? null,
        subscribed: request.subscribed,
      })
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
      return { entry: await unpackEntry(read.result), status: parseStatus(read.status), locked: read.locked }
    }
    const [result, status] = await services.redis.mget<(string | null)[]>(...keys)
    return { entry: await unpackEntry(result), status: parseStatus(status), locked: false }
  } catch (error) {
    console.warn('The cache is not available.', error)
    return undefined
  }
}

/**
 * One computation per cache key; who loses the lock waits for the winner's result, then computes without it. Throws 400
 * `query_cancelled` when the id that the client gave was cancelled meanwhile.
 */
async function computeOnce(
  services: Services,
  project: Project,
  prepared: Prepared,
  { statusId, limiter }: AnswerRequest,
  lookup: Lookup | undefined,
  runId: string,
): Promise<CacheEntry> {
  const startedAt = services.now().getTime()
  const cancelled = statusId === undefined ? undefined : cancelKey(project.id, statusId)
  const name = statusId === undefined ? `edgehog:${runId}` : await statementName(project.id, statusId)
  const key = lockKey(project.id, prepared.key)
  const locked = lookup?.locked || (lookup && (await acquireLock(services, key, runId).catch(() => true)))
  if (lookup && !locked) {
    const found = await waitForResult(services, project.id, prepared.key, lookup.entry?.lastRefresh ?? 0)
    if (found) return found
  }
  const held = { lock: locked ? key : null, runId }
  try {
    if (limiter !== undefined && (held.lock || isStrict(limiter))) await requireCapacity(services, limiter)
    const entry = await computeEntry(services, project, prepared, name)
    const stored =
      lookup && (await storeUnlessAway(services, project.id, prepared.key, entry, held, { cancelKey: cancelled }))
    if (stored && cancels(stored.cancelledAt, startedAt)) throw queryCancelled()
    return entry
  } catch (error) {
    if (held.lock) await services.redis.eval(RELEASE, [held.lock], [runId]).catch(() => {})
    throw cancelled ? await cancelOr(services, error, cancelled, startedAt) : error
  }
}

/** The database says the same of a cancel and of a timeout; Redis knows which of them it was. */
async function cancelOr(services: Services, error: unknown, cancelKey: string, startedAt: number): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status < 500) return error
  const cancelledAt = await services.redis.get<string>(cancelKey).catch(() => null)
  return cancels(cancelledAt, startedAt) ? queryCancelled(error) : error
}

/** A result that cannot be stored is still a result. */
async function storeUnlessAway(...args: Parameters<typeof storeEntry>) {
  return storeEntry(...args).catch((error) => {
    if (error?.code === 'result_too_large') throw error
    console.warn('The result was not cached.', error)
    return undefined
  })
}

async function waitForResult(services: Services, projectId: number, key: string, newerThan: number) {
  const polls = LOSER_WAITS_MS / LOSER_POLLS_MS
  for (let poll = 0; poll < polls; poll++) {
    await new Promise((resolve) => setTimeout(resolve, LOSER_POLLS_MS))
    const entry = await unpackEntry(await services.redis.get<string>(entryKey(projectId, key)).catch(() => null))
    if (entry && entry.lastRefresh > newerThan) return entry
  }
  return undefined
}
