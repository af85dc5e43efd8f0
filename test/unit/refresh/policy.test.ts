import { expect, test } from 'vitest'
import {
  cacheTargetAge,
  decide,
  freshness,
  nextAllowedClientRefresh,
  readRefresh,
  sharedMode,
} from '../../../lib/refresh/policy.ts'

const HOUR = 3_600_000
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
    const { cached, compute, enqueue } = decide(mode, state)
    const result = compute ? 'x' : cached ? 'c' : '-'
    return result + { no: '', 'unless running': '+', new: '!' }[enqueue]
  })
  expect(shown).toEqual(expected)
})

test.each([
  [undefined, 'force_cache'],
  ['', 'force_cache'],
  [true, 'force_blocking'],
  ['true', 'force_blocking'],
  ['1', 'force_blocking'],
  [false, 'force_cache'],
  ['LAZY_ASYNC', 'lazy_async'],
  ['async_except_on_cache_miss', 'async_except_on_cache_miss'],
  ['whatever', 'force_cache'],
  [{ $gt: 1 }, 'force_cache'],
])('refresh=%j means %s', (value, mode) => {
  expect(readRefresh(value)).toBe(mode)
})

test.each([
  ['force_cache', 'lazy_async'],
  ['blocking', 'blocking'],
  ['async', 'async'],
  ['lazy_async', 'lazy_async'],
  ['async_except_on_cache_miss', 'lazy_async'],
  ['force_blocking', 'blocking'],
  ['force_async', 'lazy_async'],
] as const)('%s of a viewer with a link is %s', (mode, shared) => {
  expect(sharedMode(mode)).toBe(shared)
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
