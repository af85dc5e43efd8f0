import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { JsonText, printJson } from '../../../lib/core/json-text.ts'
import { gzipAround, ZippedJson, zip } from '../../../lib/core/zipped.ts'

const zipped = (text: string) => new ZippedJson(zip(new TextEncoder().encode(text)))
const whole = async (bytes: Uint8Array<ArrayBuffer>) =>
  new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text()

test('a zipped text is the same text', () => {
  for (const text of ['[]', '["ünïcödé","日本語"]', JSON.stringify(Array.from({ length: 300_000 }, (_, n) => n))])
    expect(zipped(text).text).toBe(text)
  expect(JSON.stringify({ a: zipped('[1, 2]') })).toBe('{"a":[1,2]}')
})

test.each([0, 1, 70_000, 200_000])('one gzip stream around it, with %i characters before and after', async (size) => {
  const inner = zipped(JSON.stringify(Array.from({ length: 200_000 }, (_, n) => [n, 'é'])))
  const value = { before: 'é'.repeat(size), inner: { results: inner }, after: 'x'.repeat(size) }
  const bytes = gzipAround(value)
  if (!bytes) throw new Error('it was not sent as it lies')
  const printed = printJson(value)
  expect(gunzipSync(bytes).toString() === printed).toBe(true)
  expect((await whole(bytes)) === printed).toBe(true)
  expect(bytes.length).toBeLessThan(printed.length)
})

test('values without a zipped text, and with several, are sent as text', () => {
  for (const value of [{ a: 1 }, { a: new JsonText('[]') }, [zipped('[]'), zipped('[]')]])
    expect(gzipAround(value)).toBeUndefined()
})
