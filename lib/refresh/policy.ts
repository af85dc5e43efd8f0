/** How old a cached result may be, how each surface reads `refresh`, and what a mode does (docs/insights.md 6). Pure. */
import { textOf } from '../core/input.ts'
import type { Interval } from '../tree/types.ts'

export const REFRESH_MODES = [
  'force_cache',
  'blocking',
  'async',
  'lazy_async',
  'async_except_on_cache_miss',
  'force_blocking',
  'force_async',
] as const

export type RefreshMode = (typeof REFRESH_MODES)[number]
export type Freshness = 'miss' | 'fresh' | 'stale' | 'lazily stale'

/** A background run in place of a result that is computed in the request. */
interface Enqueue {
  readonly do: 'enqueue'
  /** `new` starts a run in any case; `unless running` returns the run that is known, if there is one. */
  readonly run: 'new' | 'unless running'
  /** Whether the cached result goes into the answer. */
  readonly shows: 'the cached result' | 'no result'
}

/** What one request does: return the cached result (if there is one), compute, or start a background run. */
export type Decision =
  | { readonly do: 'return' }
  /** `instead`: what becomes of it when the request has no time to compute. */
  | { readonly do: 'compute'; readonly instead: Enqueue }
  | Enqueue

/** What freshness is judged by; instants in milliseconds. */
export interface Age {
  readonly interval: Interval | null
  readonly dateTo: number | null
  readonly lastRefresh: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const CLOSED_MS = 10_000

const THRESHOLDS: Readonly<Record<Interval | 'none', readonly [stale: number, lazilyStale: number]>> = {
  none: [5 * MINUTE, 15 * MINUTE],
  minute: [5 * MINUTE, 15 * MINUTE],
  hour: [HOUR, 2 * HOUR],
  day: [6 * HOUR, 12 * HOUR],
  week: [DAY, DAY],
  month: [2 * DAY, 2 * DAY],
}

const threshold = ({ interval }: Age) => THRESHOLDS[interval ?? 'none']

/**
 * How old a result is. A closed range, whose end lies before the refresh, never becomes stale. `maxAge`: how old it may be
 * instead of all that, in milliseconds.
 */
export function freshness(age: Age | undefined, now: number, maxAge?: number): Freshness {
  if (!age) return 'miss'
  if (maxAge !== undefined) return now - age.lastRefresh > maxAge ? 'lazily stale' : 'fresh'
  if (age.dateTo !== null && age.dateTo < age.lastRefresh - CLOSED_MS) return 'fresh'
  const [stale, lazilyStale] = threshold(age)
  const old = now - age.lastRefresh
  return old > lazilyStale ? 'lazily stale' : old > stale ? 'stale' : 'fresh'
}

const RETURN: Decision = { do: 'return' }
const RUN_UNLESS_RUNNING: Enqueue = { do: 'enqueue', run: 'unless running', shows: 'the cached result' }
const RUN_ANEW: Enqueue = { do: 'enqueue', run: 'new', shows: 'the cached result' }
const RUN_UNSEEN: Enqueue = { do: 'enqueue', run: 'new', shows: 'no result' }
const COMPUTE_MISSING: Decision = { do: 'compute', instead: RUN_UNLESS_RUNNING }
const COMPUTE_STALE: Decision = { do: 'compute', instead: RUN_ANEW }
const COMPUTE_ALWAYS: Decision = { do: 'compute', instead: RUN_UNSEEN }

const all = (decision: Decision) => ({ miss: decision, fresh: decision, stale: decision, 'lazily stale': decision })

/** The decision table of docs/insights.md 6.3. */
const DECISIONS: Readonly<Record<RefreshMode, Readonly<Record<Freshness, Decision>>>> = {
  force_cache: all(RETURN),
  blocking: { miss: COMPUTE_MISSING, fresh: RETURN, stale: COMPUTE_STALE, 'lazily stale': COMPUTE_STALE },
  async: { miss: RUN_UNLESS_RUNNING, fresh: RETURN, stale: RUN_ANEW, 'lazily stale': RUN_ANEW },
  lazy_async: { miss: RUN_UNLESS_RUNNING, fresh: RETURN, stale: RETURN, 'lazily stale': RUN_UNLESS_RUNNING },
  async_except_on_cache_miss: { miss: COMPUTE_MISSING, fresh: RETURN, stale: RUN_ANEW, 'lazily stale': RUN_ANEW },
  force_blocking: all(COMPUTE_ALWAYS),
  force_async: all(RUN_UNSEEN),
}

/** What a request does with the result that it found. */
export const decide = (mode: RefreshMode, state: Freshness): Decision => DECISIONS[mode][state]

/** Whether a mode would do less if the result, too old as it is, were the one of now. */
export const caresForAge = (mode: RefreshMode, state: Freshness): boolean =>
  state !== 'miss' && DECISIONS[mode][state] !== DECISIONS[mode].fresh

/** Whether a mode computes a missing result: then its lock is asked for in the same call that looks for the result. */
export const computesMissing = (mode: RefreshMode): boolean => DECISIONS[mode].miss.do === 'compute'

/** When the result becomes stale; ISO. */
export const cacheTargetAge = (age: Age) => new Date(age.lastRefresh + threshold(age)[0]).toISOString()

/** When a client may ask for a new one; ISO. Advisory. */
export function nextAllowedClientRefresh(age: Age, dateFrom: number | null): string {
  const days = dateFrom === null || age.dateTo === null ? undefined : Math.ceil((age.dateTo - dateFrom) / DAY)
  const minutes = age.interval === null ? 1 : age.interval === 'hour' || (days !== undefined && days <= 7) ? 3 : 15
  return new Date(age.lastRefresh + minutes * MINUTE).toISOString()
}

/**
 * Where a request reads `refresh`: an insight, a list or a dashboard (`insight`), the table of an insight
 * (`insight csv`), `POST query/` (`query`), the endpoints of legacy filters (`legacy`), a sharing link (`shared`) and the
 * table behind one (`shared csv`).
 */
export type Surface = 'insight' | 'insight csv' | 'query' | 'legacy' | 'shared' | 'shared csv'

const SURFACES: Readonly<Record<Surface, (value: unknown) => RefreshMode>> = {
  insight: readWord,
  // a client asks for a table to read it
  'insight csv': (value) => (value === undefined ? 'blocking' : readWord(value)),
  query(value) {
    const mode = readWord(value)
    return mode === 'force_cache' ? 'blocking' : mode
  },
  legacy: (value) => (isForced(value) ? 'force_blocking' : 'blocking'),
  shared: (value) => asViewer(readWord(value)),
  'shared csv': (value) => asViewer(SURFACES['insight csv'](value)),
}

/**
 * The `refresh` parameter of a request (query string or body) -> its mode. Never throws: clients rely on an unknown word
 * meaning the default of the surface. The defaults: `insight` returns what is cached (`force_cache`), `query`, `legacy`
 * and the tables compute what is not fresh (`blocking`), `shared` leaves that to a background run (`lazy_async`).
 * On `legacy` any text that is neither a mode nor a word for false computes anew.
 */
const readMode = (surface: Surface, value: unknown): RefreshMode => SURFACES[surface](value)

/** How fresh a result is wanted. */
export interface Wish {
  readonly mode: RefreshMode
  /** How old it may be at most, in milliseconds; as its interval says unless given. */
  readonly maxAge?: number | undefined
}

/** The parameters of a request that say it; `max_age` in seconds. */
export interface WishParameters {
  readonly refresh?: unknown
  readonly max_age?: number | undefined
}

export const readWish = (surface: Surface, { refresh, max_age: seconds }: WishParameters): Wish => ({
  mode: readMode(surface, refresh),
  maxAge: seconds === undefined ? undefined : seconds * 1_000,
})

const TRUE_WORDS = ['true', '1', 'yes']

/** An empty word means the default (docs/decisions.md), as an unknown one does. */
function readWord(value: unknown): RefreshMode {
  if (value === true) return 'force_blocking'
  if (typeof value !== 'string' && typeof value !== 'number') return 'force_cache'
  const word = String(value).toLowerCase()
  if (TRUE_WORDS.includes(word)) return 'force_blocking'
  return REFRESH_MODES.find((mode) => mode === word) ?? 'force_cache'
}

/** A viewer of a link never computes a fresh result again, and waits only if the request says so. */
function asViewer(mode: RefreshMode): RefreshMode {
  if (mode === 'blocking' || mode === 'force_blocking') return 'blocking'
  return mode === 'async' ? 'async' : 'lazy_async'
}

/** Legacy endpoints read a boolean: of the modes, the forced ones are true. */
function isForced(refresh: unknown): boolean {
  if (refresh === true) return true
  const word = (textOf(refresh) ?? '').toLowerCase()
  const isMode = REFRESH_MODES.some((mode) => mode === word)
  return isMode ? word === 'force_blocking' || word === 'force_async' : !/^(|false|0|no|f|n|off)$/.test(word)
}
