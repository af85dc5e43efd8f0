import { expect, test } from 'vitest'
import { type CacheEntry, packEntry, unpackEntry, unpackedBytes } from '../../../lib/refresh/entry.ts'

const MB = 1024 * 1024
const entryOf = (text: string) =>
  ({ response: { kind: 'TrendsQuery', results: [] }, query: { text }, timezone: 'UTC' }) as unknown as CacheEntry

test('a small entry is stored as its JSON, whatever its characters', async () => {
  for (const text of ['plain', 'ünïcödé', '日本語', '🦔']) {
    const packed = await packEntry(entryOf(text))
    expect(JSON.parse(packed)).toEqual(entryOf(text))
    expect(await unpackEntry(packed)).toEqual(entryOf(text))
  }
})

test('an entry is compressed by its bytes, not by its characters', async () => {
  expect(await packEntry(entryOf('a'.repeat(1.5 * MB)))).toMatch(/^\{/)
  const wide = await packEntry(entryOf('日'.repeat(MB)))
  expect(wide).toMatch(/^gzip:/)
  expect(await unpackEntry(wide)).toEqual(entryOf('日'.repeat(MB)))
})

test('an entry of more than 8 MB is refused, also when it has fewer characters', async () => {
  for (const text of ['a'.repeat(9 * MB), '日'.repeat(3 * MB)])
    await expect(packEntry(entryOf(text))).rejects.toMatchObject({ status: 400, code: 'result_too_large' })
})

test('text that cannot be read is a miss', async () => {
  for (const text of [null, undefined, '', '{', 'gzip:', 'gzip:***', 'gzip:AAAA'])
    expect(await unpackEntry(text), String(text)).toBeUndefined()
})

test.each([
  [{ kind: 'InsightVizNode', source: { kind: 'TrendsQuery' } }, { kind: 'TrendsQuery' }],
  [{ kind: 'FunnelsQuery' }, { kind: 'FunnelsQuery', view: 'steps' }],
  [
    { kind: 'FunnelsQuery', funnelsFilter: { funnelVizType: 'trends' } },
    { kind: 'FunnelsQuery', view: 'trends' },
  ],
])('a result that was stored without its kind is of that of its query: %j', async (query, told) => {
  const entry = { response: { results: [] }, query, timezone: 'UTC' }
  const read = await unpackEntry(JSON.stringify(entry))
  expect(read?.response).toEqual({ results: [], ...told })
})

test('a compressed text is reckoned larger than it lies there', () => {
  expect(unpackedBytes('{"response"', 1_000)).toBe(1_000)
  expect(unpackedBytes('gzip:H4sI', 1_000)).toBeGreaterThan(1_000)
})
