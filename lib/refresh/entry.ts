/** A computed result as it lies in Redis. */
import type { QueryResponse } from '../answer-query.ts'
import { fromBase64, toBase64 } from '../core/base64.ts'
import { resultTooLarge } from '../core/errors.ts'
import { isKind, sourceNode } from '../nodes/index.ts'
import type { Age } from './policy.ts'

export interface CacheEntry extends Age {
  readonly response: QueryResponse
  /** The query as the client sent it: listings of the people behind the numbers are computed from it. */
  readonly query: unknown
  readonly timezone: string
  /** Start of the range in milliseconds; null if the query has no range or begins with the first event. */
  readonly dateFrom: number | null
  /** The insight that it was computed for. Only its readers may list the people behind the numbers. */
  readonly insightId?: number
}

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

/** A compressed result has about 8 times the bytes that lie in Redis. */
const UNPACKED = 8

/** About how many bytes a result has when it is unpacked. `start`: the first characters of its text; `bytes`: its size in Redis. */
export const unpackedBytes = (start: string, bytes: number): number => (start.startsWith(GZIP) ? UNPACKED : 1) * bytes

/** Text -> entry; undefined for no text and for text that cannot be read, both of which are a miss. */
export async function unpackEntry(text: string | null | undefined): Promise<CacheEntry | undefined> {
  if (!text) return undefined
  try {
    if (!text.startsWith(GZIP)) return withKind(JSON.parse(text))
    const zipped = fromBase64(text.slice(GZIP.length))
    if (!zipped) return undefined
    return withKind(JSON.parse(new TextDecoder().decode(await through(zipped, new DecompressionStream('gzip')))))
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

/** Results that were stored before they said their kind are of that of their query. */
function withKind(entry: CacheEntry): CacheEntry | undefined {
  if (isKind(entry.response.kind)) return entry
  const node = sourceNode(entry.query)
  if (!isKind(node?.kind)) return undefined
  const { funnelVizType } = (node.funnelsFilter ?? {}) as { funnelVizType?: string | null }
  const view = node.kind === 'FunnelsQuery' ? { view: funnelVizType ?? 'steps' } : {}
  return { ...entry, response: { ...(entry.response as object), kind: node.kind, ...view } as QueryResponse }
}
