/** The refresh protocol: mode and cached result -> return, compute or enqueue (docs/architecture.md "Refresh"). */
import { assert } from '../core/assert.ts'
import { describeError } from '../core/describe-error.ts'
import { ApiError, cannotPass, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { checkExpressions } from '../plan/references.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, entryKey } from './entry.ts'
import { wasStored } from './known-keys.ts'
import { requireCapacity } from './limits.ts'
import { lockKey } from './lock.ts'
import { type Lookup, lookUp, lookUpAndLock, type ReadBefore, readBefore } from './lookup.ts'
import { caresForAge, computesMissing, type Decision, decide, freshness, type Wish } from './policy.ts'
import type { PreparedQuery } from './prepare.ts'
import { enqueueRun } from './queue.ts'
import { renewAll } from './renew.ts'
import { type ComputeOptions, computeOnce } from './single-flight.ts'
import { answersEnqueue, type RunStatus, statusKey } from './status.ts'

/** `key`: the cache key; `run`: the background run that is under way, or that was known instead of a new one. */
export type QueryAnswer =
  /** The result was computed for this request, or for another one at the same time. */
  | { readonly kind: 'computed'; readonly key: string; readonly entry: CacheEntry; readonly run: null }
  | {
      readonly kind: 'cached'
      readonly key: string
      readonly entry: CacheEntry
      readonly run: RunStatus | null
      readonly lookup: Lookup
    }
  | { readonly kind: 'missing'; readonly key: string; readonly entry: null; readonly run: RunStatus | null }
  /** `force_async`: a new run, whatever is cached. */
  | { readonly kind: 'enqueued'; readonly key: null; readonly entry: null; readonly run: RunStatus }

/** An answer for a query that has no result and no run. */
export const missing = (key: string, run: RunStatus | null = null): QueryAnswer => ({
  kind: 'missing',
  key,
  entry: null,
  run,
})

/** What an answer is for, and what it may cost. */
export interface AnswerOptions extends ComputeOptions {
  /** Whether the insight has subscribers; undefined when the request does not refresh it as it is. */
  readonly subscribed?: boolean | undefined
  /**
   * The failures after which the answer is the cached result: `throttled` needs one to be there and else throws the 429;
   * `temporary` is every failure that may pass, after which the answer may also be `missing`. None unless given.
   */
  readonly cachedAfter?: 'throttled' | 'temporary' | undefined
}

export interface AnswerRequest extends AnswerOptions, Wish {
  /** What the request has read already; nothing unless given. */
  readonly read?: ReadBefore | undefined
}

/** What is known of a query when its decision is carried out. */
export interface Found {
  readonly decision: Decision
  /** Undefined: Redis is away. */
  readonly lookup: Lookup | undefined
  /** Whether the result may be the one of now, although it is old: the database did not say. */
  readonly mayBeUnmoved?: boolean | undefined
  /** The holder of a lock that the look-up took. */
  readonly holder?: string
}

/**
 * Answers a query in the way the mode asks. Redis away: modes that compute still compute, the others throw 503.
 * Throws what computing throws, 503 when a run cannot be enqueued, and 429 when the limiter has no capacity.
 */
export async function refreshQuery(
  services: Services,
  project: Project,
  query: PreparedQuery,
  { mode, maxAge, read, ...options }: AnswerRequest,
): Promise<QueryAnswer> {
  const holder = crypto.randomUUID()
  const keys = [entryKey(project.id, query.key), statusKey(project.id, options.statusId ?? query.key)] as const
  // on the way to the leader the lock is had for nothing, but replicas are near
  const asksLock = computesMissing(mode) && !read && !wasStored(keys[0])
  const found = async () =>
    (read && (await readBefore(services, keys, read))) ??
    (asksLock ? lookUpAndLock(services, [...keys, lockKey(project.id, query.key)], holder) : lookUp(services, keys))
  const lookup = await found().catch((error) => {
    console.warn('The cache is not available.', describeError(error))
    return undefined
  })
  const [judged] = await judge(services, project, { mode, maxAge }, [{ query, lookup }])
  assert(judged, 'each query is judged')
  const { decision, lookup: known } = judged
  // what is computed meanwhile is waited for
  if (decision.do === 'return' && known?.from === 'cache' && known.entry && !running(known))
    read?.hold?.({ key: keys[0], lookup: { ...known, from: 'isolate' } })
  return carryOut(services, project, query, options, { ...judged, holder })
}

/** A query whose result was looked up. */
export interface LookedUp {
  readonly query: PreparedQuery
  readonly lookup: Lookup | undefined
}

/**
 * What a wish comes to for each of some results that were looked up. Where old results would be more work than those of now,
 * the database is asked which of them are those of now: one call for all.
 */
export async function judge(
  services: Services,
  project: Project,
  { mode, maxAge }: Wish,
  all: readonly LookedUp[],
): Promise<Found[]> {
  const now = services.now().getTime()
  const states = all.map(({ lookup }) => freshness(lookup?.entry, now, maxAge))
  const stale = all.flatMap(({ query, lookup }, index) =>
    lookup?.entry && caresForAge(mode, states[index] ?? 'miss') ? [{ query, entry: lookup.entry, index }] : [],
  )
  const renewed = stale.length > 0 ? await renewAll(services, project, stale) : []
  const known = new Map(stale.map(({ index }, nth) => [index, renewed[nth]]))
  return all.map(({ lookup }, index): Found => {
    const entry = known.get(index)
    if (lookup && typeof entry === 'object') return { decision: decide(mode, 'fresh'), lookup: { ...lookup, entry } }
    const found = { decision: decide(mode, states[index] ?? 'miss'), lookup }
    return entry ? { ...found, mayBeUnmoved: entry === 'unknown' } : found
  })
}

/** Carries out a decision that was made from a look-up: lists look up all their results in one call. Throws as `refreshQuery`. */
export async function carryOut(
  services: Services,
  project: Project,
  query: PreparedQuery,
  options: AnswerOptions,
  found: Found,
): Promise<QueryAnswer> {
  const { decision, lookup, holder, mayBeUnmoved } = found
  try {
    if (decision.do === 'compute') {
      const { key, entry } = await computeOnce(services, project, query, options, lookup, holder)
      return { kind: 'computed', key, entry, run: null }
    }
    if (!lookup) throw unavailable('The cache is not available.')
    if (decision.do === 'return') return asCached(query, lookup, running(lookup))
    const run = await enqueue(services, project, query, { ...options, mayBeUnmoved }, decision.run, lookup)
    if (decision.shows === 'no result') return { kind: 'enqueued', key: null, entry: null, run }
    return asCached(query, lookup, run)
  } catch (error) {
    if (!servesCached(options.cachedAfter, lookup, error)) throw error
    return lookup ? asCached(query, lookup, running(lookup)) : missing(query.key)
  }
}

const asCached = ({ key }: PreparedQuery, lookup: Lookup, run: RunStatus | null): QueryAnswer =>
  lookup.entry ? { kind: 'cached', key, entry: lookup.entry, run, lookup } : missing(key, run)

/** Where the result of an answer came from; null without a result. */
export function servedFrom(
  answer: QueryAnswer | { readonly kind: 'missing'; readonly entry: null },
): ServedFrom | null {
  if (answer.kind === 'cached') return answer.lookup.from
  return answer.entry?.computedFrom ?? null
}
export type ServedFrom = Lookup['from'] | CacheEntry['computedFrom']

const running = ({ status }: Lookup): RunStatus | null => (status && !status.complete ? status : null)

function servesCached(cachedAfter: AnswerOptions['cachedAfter'], lookup: Lookup | undefined, error: unknown): boolean {
  if (cachedAfter === 'temporary') return !cannotPass(error)
  return cachedAfter === 'throttled' && !!lookup?.entry && error instanceof ApiError && error.status === 429
}

/** A new run, which counts for the limiter, or the one that is known. */
async function enqueue(
  services: Services,
  project: Project,
  query: PreparedQuery,
  {
    statusId = query.key,
    insightId = null,
    subscribed,
    limiter,
    mayBeUnmoved,
  }: AnswerOptions & Pick<Found, 'mayBeUnmoved'>,
  when: 'new' | 'unless running',
  lookup: Lookup,
): Promise<RunStatus> {
  if (when === 'unless running' && answersEnqueue(lookup.status, services.now())) return lookup.status
  checkExpressions(query.node, project)
  if (limiter !== undefined) await requireCapacity(services, limiter)
  const { key: cacheKey, query: asked, forced, timezone } = query
  const request = { statusId, cacheKey, query: asked, forced, timezone, insightId, subscribed, mayBeUnmoved }
  return enqueueRun(services, project, request, { unlessRunning: when === 'unless running' })
}
