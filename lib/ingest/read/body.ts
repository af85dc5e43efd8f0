import * as zlib from 'node:zlib'
import { fromBase64 } from '../../core/base64.ts'
import { ApiError } from '../../core/errors.ts'
import type { CountBytes } from '../in-flight.ts'
import { refused } from '../refused.ts'
import { decompressLz } from './lz-string.ts'

/** Bytes that one capture request may have, as sent and after decompression (docs/decisions.md). */
export const BODY_LIMIT = 8 * 1024 * 1024

export interface Payload {
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly contentEncoding: string
  readonly query: URLSearchParams
  readonly count?: CountBytes | undefined
}

interface Reading {
  /** Makes the 413 that is thrown above the limit. */
  readonly refusal?: (() => Error) | undefined
  readonly count?: CountBytes | undefined
}

/** Reads a stream up to the limit. Throws `refusal` above it or what `count` throws, without reading on. */
export async function readLimited(
  stream: ReadableStream<Uint8Array> | null,
  limit = BODY_LIMIT,
  { refusal = () => refused(413, `request holds more than ${limit} bytes`), count = () => {} }: Reading = {},
): Promise<Uint8Array> {
  if (!stream) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    try {
      if (length > limit) throw refusal()
      count(value.length)
    } catch (refused) {
      await reader.cancel().catch(() => {})
      throw refused
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** The JSON of a capture request, whatever its encoding (docs/ingestion-and-entities.md (a)). Throws 400 or 413. */
export async function decodePayload({ bytes, contentType, contentEncoding, query, count }: Payload): Promise<unknown> {
  const inQuery = query.get('data')
  if (inQuery === '' || (inQuery === null && bytes.length === 0)) throw refused(400, 'request holds no event')
  const form = inQuery === null && isForm(bytes, contentType) ? new URLSearchParams(decode(bytes)) : undefined
  const field = inQuery ?? form?.get('data') ?? undefined
  if (form && !field) throw refused(400, 'request holds no event')
  const hint = (query.get('compression') || form?.get('compression') || contentEncoding).trim().toLowerCase()
  const data = field === undefined ? bytes : encode(spacesToPlus(field))
  // lz64 text is made of the characters of base64: only the hint tells them apart
  if (hint === 'lz64' || hint === 'lz-string') {
    const text = startsWith(data, GZIP) ? undefined : decompressLz(decode(data).trim(), BODY_LIMIT)
    if (text) return parseJson(text)
  }
  const isBase64 = field !== undefined || hint === 'base64' || hint === 'b64' || looksLikeBase64(data)
  const plain = (isBase64 && !startsWith(data, GZIP) && readBase64(decode(data))) || data
  return parseJson(decode(await decompress(plain, hint, count)))
}

async function decompress(data: Uint8Array, hint: string, count?: CountBytes): Promise<Uint8Array> {
  // hints are often missing or wrong: the first bytes decide
  if (startsWith(data, GZIP)) return inflate(data, 'gzip', count)
  return hint === 'deflate' ? inflate(data, 'deflate', count) : data
}

/** Decompresses up to the limit. Throws 413 above it, 400 if the bytes are damaged. */
async function inflate(bytes: Uint8Array, format: 'gzip' | 'deflate', count?: CountBytes): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(format))
  try {
    return await readLimited(stream as ReadableStream<Uint8Array>, BODY_LIMIT, { count })
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw refused(400, `request holds invalid ${format} data`)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refused(400, 'request holds invalid JSON')
  }
}

const encode = (text: string) => new TextEncoder().encode(text)

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused(400, 'request is not valid UTF-8')
  }
}

/** Whether the body is a form. The bytes count more than the content type: JSON, gzip and base64 are often sent as forms. */
function isForm(bytes: Uint8Array, contentType: string): boolean {
  if (startsWith(bytes, encode('data=')) || startsWith(bytes, encode('compression='))) return true
  if (!contentType.toLowerCase().includes('application/x-www-form-urlencoded')) return false
  return !startsWith(bytes, GZIP) && !startsLikeJson(bytes) && !looksLikeBase64(bytes)
}

const GZIP = Uint8Array.of(0x1f, 0x8b, 0x08)

const startsWith = (bytes: Uint8Array, prefix: Uint8Array) => prefix.every((byte, index) => bytes[index] === byte)

const startsLikeJson = (bytes: Uint8Array) => /^\s*[[{]/.test(new TextDecoder().decode(bytes.subarray(0, 128)))

const BASE64 = /^[A-Za-z0-9+/=]+$/

const looksLikeBase64 = (bytes: Uint8Array) =>
  bytes.length % 4 === 0 && BASE64.test(new TextDecoder('latin1').decode(bytes.subarray(0, 128)))

/** Restores base64 in which a form has turned `+` into a space. */
const spacesToPlus = (text: string) => (/^[A-Za-z0-9+/= _-]+$/.test(text) ? text.replaceAll(' ', '+') : text)

/** Base64 in the standard or the URL-safe alphabet -> bytes; undefined if it is not base64. */
function readBase64(text: string): Uint8Array | undefined {
  const standard = text.trim().replaceAll('-', '+').replaceAll('_', '/')
  return BASE64.test(standard) ? fromBase64(standard) : undefined
}

/** The JSON of a v1 request: its content encoding is what the header says. Throws 400, 413 or 415. */
export async function decodeV1Payload(
  body: ReadableStream<Uint8Array> | null,
  encoding: string,
  count: CountBytes = () => {},
): Promise<unknown> {
  const bytes = await readLimited(body, BODY_LIMIT, { count })
  switch (encoding.trim().toLowerCase()) {
    case '':
    case 'identity':
      return parseJson(decode(bytes))
    case 'gzip':
    case 'deflate':
      return parseJson(decode(await inflate(bytes, encoding.trim().toLowerCase() as 'gzip' | 'deflate', count)))
    case 'br':
      return parseJson(decode(inflateWith(zlib.brotliDecompressSync, bytes, count)))
    case 'zstd':
      // Node has it since 22.15
      if (zlib.zstdDecompressSync) return parseJson(decode(inflateWith(zlib.zstdDecompressSync, bytes, count)))
  }
  throw refused(415, `content encoding ${encoding} is not supported`)
}

function inflateWith(
  decompressSync: typeof zlib.brotliDecompressSync,
  bytes: Uint8Array,
  count: CountBytes,
): Uint8Array {
  let inflated: Uint8Array
  try {
    inflated = decompressSync(bytes, { maxOutputLength: BODY_LIMIT })
  } catch (error) {
    // workerd gives no code, Node gives ERR_BUFFER_TOO_LARGE; both are RangeErrors
    if (error instanceof RangeError) throw refused(413, `request holds more than ${BODY_LIMIT} bytes`)
    throw refused(400, 'request holds data that cannot be decompressed')
  }
  count(inflated.length)
  return inflated
}
