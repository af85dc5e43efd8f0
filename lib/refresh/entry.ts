/** A computed result as it lies in Redis. */
import type { QueryResponse } from '../answer-query.ts'
import { fromBase64, toBase64 } from '../core/base64.ts'
import { resultTooLarge } from '../core/errors.ts'
import { sourceNode } from '../nodes/index.ts'
import type { Age } from './policy.ts'

export interface CacheEntry extends Age {
  readonly response: QueryResponse
  /** What was computed, as it was asked for: listings of the people behind the numbers read it. */
  readonly query: unknown
  readonly timezone: string
  /** Milliseconds. */
  readonly dateFrom: number | null
  /** The insight that it was computed for: who may not see that may not see the people behind its numbers. */
  readonly insightId?: number
}

/** The kind of node that a result is the answer to: a stored query may be a wrapper of it, or filters. */
export const resultKind = (entry: CacheEntry | null | undefined): string | undefined => sourceNode(entry?.query)?.kind

export const ENTRY_TTL_SECONDS = 7 * 86_400

const COMPRESS_BYTES = 2 * 1024 * 1024
const MAX_BYTES = 8 * 1024 * 1024
const GZIP = 'gzip:'

export const entryKey = (projectId: number, key: string) => `result:${projectId}:${key}`

/** Entry -> text. Throws 400 `result_too_large` above 8 MB. */
export async function packEntry(entry: CacheEntry): Promise<string> {
  const text = JSON.stringify(entry)
  // a character has three bytes at most
  if (3 * text.length <= COMPRESS_BYTES) return text
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_BYTES) throw resultTooLarge('The result has more than 8 MB.')
  if (bytes.length <= COMPRESS_BYTES) return text
  const zipped = await through(bytes, new CompressionStream('gzip'))
  return GZIP + toBase64(zipped)
}

/** How much larger a compressed result is than what lies in Redis, about. */
const UNPACKED = 8

/** How many bytes a result of so many bytes in Redis has, about, when it is unpacked; `start` is how its text begins. */
export const unpackedBytes = (start: string, bytes: number): number => (start.startsWith(GZIP) ? UNPACKED : 1) * bytes

/** Text -> entry; undefined for what cannot be read, which counts as a miss. */
export async function unpackEntry(text: string | null | undefined): Promise<CacheEntry | undefined> {
  if (!text) return undefined
  try {
    if (!text.startsWith(GZIP)) return JSON.parse(text)
    const zipped = fromBase64(text.slice(GZIP.length))
    if (!zipped) return undefined
    return JSON.parse(new TextDecoder().decode(await through(zipped, new DecompressionStream('gzip'))))
  } catch {
    return undefined
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}
