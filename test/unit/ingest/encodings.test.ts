import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { BODY_LIMIT, decodePayload, decodeV1Payload, readLimited } from '../../../lib/ingest/read/body.ts'

const event = { event: 'x', distinct_id: 'a', properties: { text: 'a+b c&d=é😀', run: 'abcabcabc'.repeat(40) } }
const json = JSON.stringify(event)
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
/** What lz-string 1.5.0 `compressToBase64` makes of `json`. */
const LZ64 =
  'N4IgpgbmB2AuIC4QA8QBoQBMCWBnW20AxrAPraaIgCG6IADgE4D29YjBYuiosYy8JNQDUAIwAERAGSYAvAEvAvBuAAPbqMArtCrV' +
  'RRHXt36jhkwbPHzpi9au3L9mw7uOXzt04+vP7r75//vQL8ggOCwgJAAX0igA'
const FORM = 'application/x-www-form-urlencoded'
const bomb = JSON.stringify('a'.repeat(BODY_LIMIT))

interface Sent {
  body?: string | Uint8Array
  contentType?: string
  contentEncoding?: string
  query?: string
}
const bytesOf = (body: string | Uint8Array) => (typeof body === 'string' ? new TextEncoder().encode(body) : body)
const decode = ({ body = '', contentType = '', contentEncoding = '', query = '' }: Sent) =>
  decodePayload({ bytes: bytesOf(body), contentType, contentEncoding, query: new URLSearchParams(query) })
const stream = (body: string | Uint8Array) => new Response(bytesOf(body) as Uint8Array<ArrayBuffer>).body

test.each<[string, Sent]>([
  ['lz64 body, hint in the query', { body: LZ64, query: 'compression=lz64' }],
  ['lz64 body, the other name in capitals', { body: LZ64, query: 'compression=LZ-String' }],
  ['lz64 form', { body: `data=${encodeURIComponent(LZ64)}&compression=lz64`, contentType: FORM }],
  ['lz64 form whose + became blanks', { body: `data=${LZ64}&compression=lz64`, contentType: FORM }],
  ['lz64 form that nothing announces as a form', { body: `compression=lz64&data=${encodeURIComponent(LZ64)}` }],
  ['lz64 in the query', { query: `compression=lz64&data=${encodeURIComponent(LZ64)}` }],
  ['JSON that an lz64 hint announces', { body: json, query: 'compression=lz64' }],
  ['gzip that an lz64 hint announces', { body: gzipSync(json), query: 'compression=lz64' }],
  ['gzip in base64', { body: base64(gzipSync(json)) }],
  ['gzip in base64 in a form', { body: `data=${encodeURIComponent(base64(gzipSync(json)))}`, contentType: FORM }],
  ['gzip in base64 without padding', { body: base64(gzipSync(json)).replace(/=+$/, ''), query: 'compression=b64' }],
  ['gzip in base64 in the query', { query: `data=${base64(gzipSync(json))}` }],
  ['JSON that is said to be a form', { body: json, contentType: FORM }],
  ['gzip that is said to be a form', { body: gzipSync(json), contentType: FORM }],
  ['base64 that is said to be a form', { body: base64(`${json}${' '.repeat(3)}`), contentType: FORM }],
  ['an unknown hint', { body: json, query: 'compression=snappy' }],
  ['an empty hint before a header', { body: deflateSync(json), query: 'compression=', contentEncoding: 'deflate' }],
  ['JSON after a byte order mark', { body: `\uFEFF${json}` }],
])('%s', async (_name, sent) => {
  expect(await decode(sent)).toEqual(event)
})

test.each<[string, Sent]>([
  ['an empty data parameter', { body: json, query: 'data=' }],
  ['an empty data field', { body: 'data=&compression=gzip-js', contentType: FORM }],
  ['damaged lz64', { body: LZ64.slice(0, 40), query: 'compression=lz64' }],
  ['cut gzip', { body: gzipSync(json).subarray(0, 40) }],
  ['base64 of nothing readable', { body: base64(Uint8Array.from([0xff, 0xfe, 0xfd])) }],
])('%s is refused', async (_name, sent) => {
  await expect(decode(sent)).rejects.toMatchObject({ name: 'ApiError', status: 400 })
})

test.each<[string, Sent]>([
  ['gzip', { body: gzipSync(bomb) }],
  ['gzip in base64', { query: `data=${encodeURIComponent(base64(gzipSync(bomb)))}` }],
  ['deflate', { body: deflateSync(bomb), contentEncoding: 'deflate' }],
])('a bomb in %s is 413', async (_name, sent) => {
  await expect(decode(sent)).rejects.toMatchObject({ name: 'ApiError', status: 413 })
})

test('a body is read up to the limit, and no further', async () => {
  let chunks = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      chunks++
      controller.enqueue(new Uint8Array(10))
    },
  })
  await expect(readLimited(endless, 25)).rejects.toMatchObject({ status: 413 })
  expect(chunks).toBeLessThan(6)
  expect(await readLimited(stream('x'.repeat(25)), 25)).toHaveLength(25)
  expect(await readLimited(null)).toHaveLength(0)
})

test.each([
  ['', json],
  ['identity', json],
  ['gzip', gzipSync(json)],
  [' GZIP ', gzipSync(json)],
  ['deflate', deflateSync(json)],
  ['br', brotliCompressSync(json)],
  ['zstd', zstdCompressSync(json)],
])('v1 reads content encoding "%s"', async (encoding, body) => {
  expect(await decodeV1Payload(stream(body), encoding)).toEqual(event)
})

test.each([
  ['gzip', gzipSync(bomb), 413],
  ['br', brotliCompressSync(bomb), 413],
  ['zstd', zstdCompressSync(bomb), 413],
  ['br', 'junk', 400],
  ['zstd', 'junk', 400],
  ['snappy', json, 415],
  ['', '', 400],
])('v1 refuses %s', async (encoding, body, status) => {
  await expect(decodeV1Payload(stream(body), encoding)).rejects.toMatchObject({ name: 'ApiError', status })
})
