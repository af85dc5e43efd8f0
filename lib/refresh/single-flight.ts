/** One computation per cache key among the requests that compute it themselves (docs/architecture.md "Refresh"). */
import { describeError } from '../core/describe-error.ts'
import { ApiError, queryCancelled } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'
import { cancelKey, cancels, statementName } from './cancel.ts'
import { type Computed, computeEntry, storeEntry } from './compute.ts'
import { type CacheEntry, entryKey, unpackEntry } from './entry.ts'
import { readLeader } from './leader.ts'
import { isStrict, type Limiter, requireCapacity } from './limits.ts'
import { lockAndRead, lockKey, readUnlessLocked, releaseLock } from './lock.ts'
import type { Lookup } from './lookup.ts'
import type { PreparedQuery } from './prepare.ts'

const LOSER_WAITS_MS = 5_000
const LOSER_POLLS_MS = 250

export interface ComputeOptions {
  /** The client's id of the run; the cache key unless given. */
  readonly statusId?: string | undefined
  /** The insight that it is for; null for none. */
  readonly insightId?: number | null
  /** Whom a computation counts for; nobody unless given. */
  readonly limiter?: Limiter | undefined
  /** How long a computation may last at most, in milliseconds. */
  readonly withinMs?: number | undefined
}

interface Keys {
  readonly entry: string
  readonly lock: string
  /** Undefined for a request without an id of its own, which nobody can cancel. */
  readonly cancel: string | undefined
}

/**
 * Computes and stores a result under its lock. A request that loses the lock waits up to 5 s for the winner's result; it
 * computes too when the winner frees the lock without one or takes longer. Whoever computes counts for its limiter.
 * Throws 400 `query_cancelled` when the client's id was cancelled meanwhile, and what computing throws.
 */
export async function computeOnce(
  services: Services,
  project: Project,
  query: PreparedQuery,
  { statusId, limiter, insightId = null, withinMs }: ComputeOptions,
  lookup: Lookup | undefined,
  holder: string = crypto.randomUUID(),
): Promise<Computed> {
  const startedAt = services.now().getTime()
  const keys: Keys = {
    entry: entryKey(project.id, query.key),
    lock: lockKey(project.id, query.key),
    cancel: statusId === undefined ? undefined : cancelKey(project.id, statusId),
  }
  const timeoutMs = Math.min(services.env.STATEMENT_TIMEOUT_MS, withinMs ?? Number.POSITIVE_INFINITY)
  const waitMs = Math.min(LOSER_WAITS_MS, timeoutMs)
  const attempt = lookup ? await takeLock(services, keys, lookup, holder, waitMs) : { isTaken: false }
  if (attempt.entry) return { key: query.key, entry: attempt.entry }
  try {
    if (limiter !== undefined && (lookup || isStrict(limiter))) await requireCapacity(services, limiter)
    const computed = await computeEntry(services, project, query, {
      statementName: statusId === undefined ? `edgehog:${holder}` : await statementName(project.id, statusId),
      insightId,
      source: 'request',
      timeoutMs,
    })
    const place = { ...keys, entry: entryKey(project.id, computed.key) }
    const stored = () => storeUnlessAway(services, place, computed.entry, holder)
    // nobody waits for a cache that was away; it may be back, and the lock may have been taken all the same
    if (!lookup) services.waitUntil(stored().catch(() => {}))
    else if (cancels(await stored(), startedAt)) throw queryCancelled()
    return computed
  } catch (error) {
    if (attempt.isTaken) await releaseLock(services, keys.lock, holder).catch(() => {})
    throw keys.cancel ? await cancelOr(services, error, keys.cancel, startedAt) : error
  }
}

interface Attempt {
  /** Whether this request holds the lock. */
  readonly isTaken: boolean
  /** The result of another request, newer than the one that was looked up; then the lock is not held. */
  readonly entry?: CacheEntry | undefined
}

/** Takes the lock, or waits for the result of its holder. Redis away: neither. */
async function takeLock(
  services: Services,
  keys: Keys,
  { lock, entry }: Lookup,
  holder: string,
  waitMs: number,
): Promise<Attempt> {
  const known = entry?.lastRefresh ?? 0
  if (lock === 'taken') return { isTaken: true }
  try {
    const attempt = lock === 'refused' ? { isTaken: false } : await tryLock(services, keys, known, holder)
    if (attempt.isTaken || attempt.entry) return attempt
    return await waitForHolder(services, keys, known, holder, waitMs)
  } catch {
    return { isTaken: false }
  }
}

/** One try, which also finds a result that the holder before has just stored. */
async function tryLock(services: Services, keys: Keys, known: number, holder: string): Promise<Attempt> {
  const { locked, entry } = await lockAndRead(services, [keys.lock, keys.entry], holder)
  const newer = newerThan(known, await unpackEntry(entry))
  if (locked && newer) await releaseLock(services, keys.lock, holder).catch(() => {})
  return { isTaken: locked && !newer, entry: newer }
}

/** Polls until the lock is free: only then is the result read, which may have megabytes. */
async function waitForHolder(
  services: Services,
  keys: Keys,
  known: number,
  holder: string,
  waitMs: number,
): Promise<Attempt> {
  for (let waited = 0; waited < waitMs; waited += LOSER_POLLS_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOSER_POLLS_MS))
    const read = await readUnlessLocked(services, [keys.lock, keys.entry]).catch(() => ({ locked: true, entry: null }))
    if (read.locked) continue
    const entry = newerThan(known, await unpackEntry(read.entry))
    if (entry) return { isTaken: false, entry }
    // the holder failed: one of those who wait is next
    const attempt = await tryLock(services, keys, known, holder)
    if (attempt.isTaken || attempt.entry) return attempt
  }
  return { isTaken: false }
}

const newerThan = (known: number, entry: CacheEntry | undefined): CacheEntry | undefined =>
  entry && entry.lastRefresh > known ? entry : undefined

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
