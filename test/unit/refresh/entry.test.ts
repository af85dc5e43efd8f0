import { expect, test } from 'vitest'
import { JsonText } from '../../../lib/core/json-text.ts'
import {
  type CacheEntry,
  packEntry,
  refreshOf,
  responseOf,
  unpackEntry,
  unpackedBytes,
} from '../../../lib/refresh/entry.ts'

const MB = 1024 * 1024
const entryOf = (text: string, results = '[{"data":[1,null]}]') =>
  ({
    head: { kind: 'TrendsQuery', hogql: 'SELECT\n1' },
    results: new JsonText(results),
    query: { text },
    timezone: 'UTC',
    lastRefresh: 1_767_225_600_000,
    dataUntil: 1_767_225_600_000,
  }) as unknown as CacheEntry

test('an entry comes back as it was, whatever its characters', async () => {
  for (const text of ['plain', 'two\nlines', 'ünïcödé', '日本語', '🦔']) {
    const entry = entryOf(text, JSON.stringify([text]))
    expect(await unpackEntry(await packEntry(entry))).toEqual(entry)
  }
})

test('the results lie in the text as they go out', async () => {
  const packed = await packEntry(entryOf('a', '[{ "data": [1] }]'))
  expect(packed.slice(packed.indexOf('\n') + 1)).toBe('[{ "data": [1] }]')
  const read = await unpackEntry(packed)
  expect(read && responseOf(read)).toMatchObject({ kind: 'TrendsQuery', results: [{ data: [1] }] })
})

test('an entry is compressed by its bytes, not by its characters', async () => {
  expect(await packEntry(entryOf('a', JSON.stringify('a'.repeat(1.5 * MB))))).toMatch(/^\d{16} \{/)
  const text = JSON.stringify('日'.repeat(MB))
  const wide = await packEntry(entryOf('a', text))
  expect(wide).toMatch(/^\d{16} gzip:/)
  expect(refreshOf(wide)).toBe(1_767_225_600_000)
  const read = await unpackEntry(wide)
  expect(read).toMatchObject({
    head: { kind: 'TrendsQuery' },
    query: { text: 'a' },
    timezone: 'UTC',
    lastRefresh: 1_767_225_600_000,
  })
  expect(read?.results.text === text).toBe(true)
})

test('an entry of more than 8 MB is refused, also when it has fewer characters', async () => {
  for (const text of ['a'.repeat(9 * MB), '日'.repeat(3 * MB)])
    await expect(packEntry(entryOf('a', text))).rejects.toMatchObject({ status: 400, code: 'result_too_large' })
})

test('text that cannot be read is a miss, and so is one of an earlier form or one that was cut', async () => {
  const cut = (await packEntry(entryOf('a'))).slice(0, -1)
  const earlier = '{"response":{"kind":"TrendsQuery","results":[]}}'
  const stamp = '0001767225600000 '
  const texts = ['{', '{}\n', 'gzip:', 'gzip:***', 'gzip:AAAA', earlier]
  for (const text of [null, undefined, '', ...texts, ...texts.map((rest) => stamp + rest), cut])
    expect(await unpackEntry(text), String(text)).toBeUndefined()
})

test('a compressed text is reckoned larger than it lies there', () => {
  expect(unpackedBytes('0001767225600000 {"head"', 1_000)).toBe(1_000)
  expect(unpackedBytes('0001767225600000 gzip:H4sI', 1_000)).toBeGreaterThan(1_000)
})
