/** When a cached result may be returned, and what a refresh mode does (docs/insights.md 6.2, 6.3). Pure. */
import type { Interval } from '../tree/query.ts'

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

export interface Decision {
  /** The cached result goes into the answer. */
  readonly cached: boolean
  readonly compute: boolean
  /** `new` starts a run in any case, `unless running` only when none is known. */
  readonly enqueue: 'no' | 'unless running' | 'new'
}

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

/** A closed range, whose end lies before the refresh, never becomes stale. */
export function freshness(age: Age | undefined, now: number): Freshness {
  if (!age) return 'miss'
  if (age.dateTo !== null && age.dateTo < age.lastRefresh - CLOSED_MS) return 'fresh'
  const [stale, lazilyStale] = threshold(age)
  const old = now - age.lastRefresh
  return old > lazilyStale ? 'lazily stale' : old > stale ? 'stale' : 'fresh'
}

const RETURN: Decision = { cached: true, compute: false, enqueue: 'no' }
const COMPUTE: Decision = { cached: false, compute: true, enqueue: 'no' }

export function decide(mode: RefreshMode, state: Freshness): Decision {
  switch (mode) {
    case 'force_cache':
      return RETURN
    case 'blocking':
      return state === 'fresh' ? RETURN : COMPUTE
    case 'force_blocking':
      return COMPUTE
    case 'async':
      if (state === 'fresh') return RETURN
      return { cached: true, compute: false, enqueue: state === 'miss' ? 'unless running' : 'new' }
    case 'lazy_async':
      if (state === 'fresh' || state === 'stale') return RETURN
      return { cached: true, compute: false, enqueue: 'unless running' }
    case 'async_except_on_cache_miss':
      if (state === 'miss') return COMPUTE
      return state === 'fresh' ? RETURN : { cached: true, compute: false, enqueue: 'new' }
    case 'force_async':
      return { cached: false, compute: false, enqueue: 'new' }
  }
}

/** What a mode means for whoever has a link: nobody computes what is fresh, and nobody waits unless they ask to. */
export function sharedMode(mode: RefreshMode): RefreshMode {
  if (mode === 'blocking' || mode === 'force_blocking') return 'blocking'
  return mode === 'async' ? 'async' : 'lazy_async'
}

/** When the result becomes stale; ISO. */
export const cacheTargetAge = (age: Age) => new Date(age.lastRefresh + threshold(age)[0]).toISOString()

/** When a client may ask for a new one; ISO. Advisory. */
export function nextAllowedClientRefresh(age: Age, dateFrom: number | null): string {
  const days = dateFrom === null || age.dateTo === null ? undefined : Math.ceil((age.dateTo - dateFrom) / DAY)
  const minutes = age.interval === null ? 1 : age.interval === 'hour' || (days !== undefined && days <= 7) ? 3 : 15
  return new Date(age.lastRefresh + minutes * MINUTE).toISOString()
}

const BLOCKING = ['true', '1', 'yes', '']

/** The refresh parameter, from the query string or the body -> a mode; an unknown word means `force_cache`. */
export function readRefresh(value: unknown): RefreshMode {
  if (value === true) return 'force_blocking'
  if (typeof value !== 'string' && typeof value !== 'number') return 'force_cache'
  const word = String(value).toLowerCase()
  // `?refresh=` means the default (docs/decisions.md)
  if (word !== '' && BLOCKING.includes(word)) return 'force_blocking'
  return REFRESH_MODES.find((mode) => mode === word) ?? 'force_cache'
}
