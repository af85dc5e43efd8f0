import { expect, test } from 'vitest'
import {
  cacheTargetAge,
  caresForAge,
  computesMissing,
  type Decision,
  decide,
  freshness,
  nextAllowedClientRefresh,
  REFRESH_MODES,
  readWish,
  type Surface,
} from '../../../lib/refresh/policy.ts'

const HOUR = 3_600_000
const readMode = (surface: Surface, refresh: unknown) => readWish(surface, { refresh }).mode
const at = (interval: 'hour' | 'day' | 'week' | 'month' | null, dateTo: number | null = null) => ({
  interval,
  dateTo,
  lastRefresh: 0,
})

test('freshness by interval', () => {
  expect(freshness(undefined, 0)).toBe('miss')
  expect([HOUR, 6 * HOUR, 6 * HOUR + 1, 12 * HOUR + 1].map((now) => freshness(at('day'), now))).toEqual([
    'fresh',
    'fresh',
    'stale',
    'lazily stale',
  ])
  expect([HOUR + 1, 2 * HOUR + 1].map((now) => freshness(at('hour'), now))).toEqual(['stale', 'lazily stale'])
  expect(freshness(at('week'), 24 * HOUR + 1)).toBe('lazily stale')
  expect(freshness(at(null), 5 * 60_000 + 1)).toBe('stale')
})

test('a range that was over ten seconds before the refresh never becomes stale', () => {
  expect(freshness(at('hour', -10_001), 1_000 * HOUR)).toBe('fresh')
  expect(freshness(at('hour', -9_999), 1_000 * HOUR)).toBe('lazily stale')
})

const STATES = ['miss', 'fresh', 'stale', 'lazily stale'] as const
/** docs/insights.md 6.3: c = cached, x = computed, - = null; + = enqueued unless running, ! = enqueued anew. */
test.each([
  ['force_cache', 'c', 'c', 'c', 'c'],
  ['blocking', 'x', 'c', 'x', 'x'],
  ['async', 'c+', 'c', 'c!', 'c!'],
  ['lazy_async', 'c+', 'c', 'c', 'c+'],
  ['async_except_on_cache_miss', 'x', 'c', 'c!', 'c!'],
  ['force_blocking', 'x', 'x', 'x', 'x'],
  ['force_async', '-!', '-!', '-!', '-!'],
] as const)('%s', (mode, ...expected) => {
  const shown = STATES.map((state) => {
    const decision = decide(mode, state)
    return decision.do === 'return' ? 'c' : decision.do === 'compute' ? 'x' : shownRun(decision)
  })
  expect(shown).toEqual(expected)
  expect(computesMissing(mode)).toBe(expected[0] === 'x')
})

const shownRun = ({ run, shows }: Extract<Decision, { do: 'enqueue' }>) =>
  (shows === 'no result' ? '-' : 'c') + (run === 'new' ? '!' : '+')

/** What a page does that has computed enough: the same request in the background. */
test.each([
  ['blocking', 'async'],
  ['async_except_on_cache_miss', 'async'],
  ['force_blocking', 'force_async'],
] as const)('%s without time to compute is %s', (mode, background) => {
  for (const state of STATES) {
    const decision = decide(mode, state)
    if (decision.do === 'compute') expect(decision.instead).toEqual(decide(background, state))
  }
})

/** `refresh` as it is sent -> its mode on an insight, in `POST query/`, on a legacy endpoint, and of a viewer with a link. */
test.each([
  [undefined, 'force_cache', 'blocking', 'blocking', 'lazy_async'],
  ['', 'force_cache', 'blocking', 'blocking', 'lazy_async'],
  [true, 'force_blocking', 'force_blocking', 'force_blocking', 'blocking'],
  ['true', 'force_blocking', 'force_blocking', 'force_blocking', 'blocking'],
  ['1', 'force_blocking', 'force_blocking', 'force_blocking', 'blocking'],
  [1, 'force_blocking', 'force_blocking', 'force_blocking', 'blocking'],
  ['on', 'force_cache', 'blocking', 'force_blocking', 'lazy_async'],
  [false, 'force_cache', 'blocking', 'blocking', 'lazy_async'],
  ['no', 'force_cache', 'blocking', 'blocking', 'lazy_async'],
  ['force_cache', 'force_cache', 'blocking', 'blocking', 'lazy_async'],
  ['blocking', 'blocking', 'blocking', 'blocking', 'blocking'],
  ['async', 'async', 'async', 'blocking', 'async'],
  ['LAZY_ASYNC', 'lazy_async', 'lazy_async', 'blocking', 'lazy_async'],
  ['async_except_on_cache_miss', 'async_except_on_cache_miss', 'async_except_on_cache_miss', 'blocking', 'lazy_async'],
  ['force_blocking', 'force_blocking', 'force_blocking', 'force_blocking', 'blocking'],
  ['force_async', 'force_async', 'force_async', 'force_blocking', 'lazy_async'],
  ['whatever', 'force_cache', 'blocking', 'force_blocking', 'lazy_async'],
  [{ $gt: 1 }, 'force_cache', 'blocking', 'blocking', 'lazy_async'],
])('refresh=%j on each surface', (value, ...modes) => {
  const surfaces: Surface[] = ['insight', 'query', 'legacy', 'shared']
  expect(surfaces.map((surface) => readMode(surface, value))).toEqual(modes)
})

test('a table is computed unless its request says otherwise', () => {
  expect(readMode('insight csv', undefined)).toBe('blocking')
  expect(readMode('insight csv', 'false')).toBe('force_cache')
  expect(readMode('insight csv', 'lazy_async')).toBe('lazy_async')
  expect(readMode('shared csv', undefined)).toBe('blocking')
  expect(readMode('shared csv', 'false')).toBe('lazy_async')
})

test('an age that is wished for takes the place of all others, in every mode but the forced ones', () => {
  const wish = readWish('query', { refresh: 'lazy_async', max_age: 5 })
  expect(wish).toEqual({ mode: 'lazy_async', maxAge: 5_000 })
  expect(readWish('shared', {})).toEqual({ mode: 'lazy_async', maxAge: undefined })
  for (const interval of ['hour', 'day', 'week', 'month', null] as const) {
    const ages = [5_000, 5_001].map((now) => freshness(at(interval, -HOUR), now, wish.maxAge))
    expect(ages).toEqual(['fresh', 'lazily stale'])
  }
  expect(freshness(at('day'), 365 * 24 * HOUR, 400 * 24 * HOUR * 1_000)).toBe('fresh')
  expect(freshness(undefined, 0, 5_000)).toBe('miss')
})

test('a mode asks whether anything moved where an old result is more work than a fresh one', () => {
  const caring = REFRESH_MODES.map((mode) => [mode, STATES.filter((state) => caresForAge(mode, state))])
  expect(Object.fromEntries(caring)).toEqual({
    force_cache: [],
    blocking: ['stale', 'lazily stale'],
    async: ['stale', 'lazily stale'],
    lazy_async: ['lazily stale'],
    async_except_on_cache_miss: ['stale', 'lazily stale'],
    force_blocking: [],
    force_async: [],
  })
})

test('target age and next allowed refresh', () => {
  expect(cacheTargetAge(at('day'))).toBe('1970-01-01T06:00:00.000Z')
  const day = 24 * HOUR
  const next = (interval: 'hour' | 'day' | null, days: number) => nextAllowedClientRefresh(at(interval, days * day), 0)
  expect(next('day', 7)).toBe('1970-01-01T00:03:00.000Z')
  expect(next('day', 8)).toBe('1970-01-01T00:15:00.000Z')
  expect(next('hour', 30)).toBe('1970-01-01T00:03:00.000Z')
  expect(next(null, 30)).toBe('1970-01-01T00:01:00.000Z')
})
