/** A computed result as it lies in Redis: a line of JSON that says what it is, and after it the results as they go out. */
import type { QueryResponse } from '../answer-query.ts'
import { fromBase64, toBase64 } from '../core/base64.ts'
import { resultTooLarge } from '../core/errors.ts'
import { JsonText, type PrintedJson } from '../core/json-text.ts'
import { ZippedJson, zip } from '../core/zipped.ts'
import type { ComputedFrom } from '../engines/engine.ts'
import type { Age } from './policy.ts'

/** What a response says beside its results. */
export type ResponseHead = Omit<QueryResponse, 'results'>

export interface CacheEntry extends Age {
  readonly head: ResponseHead
  /** The results as answers show them; nobody who sends them parses them. */
  readonly results: PrintedJson
  readonly computedFrom: ComputedFrom
  /** The result holds everything that was captured until then; milliseconds. */
  readonly dataUntil: number
  /** The query as the client sent it: listings of the people behind the numbers are computed from it. */
  readonly query: unknown
  readonly timezone: string
  /** Start of the range in milliseconds; null if the query has no range or begins with the first event. */
  readonly dateFrom: number | null
  /** The insight that it was computed for. Only its readers may list the people behind the numbers. */
  readonly insightId?: number
}

/** The whole response, for whoever makes something else of it: a table, a picture, a summary. */
export const responseOf = ({ head, results }: CacheEntry): QueryResponse =>
  ({ ...head, results: JSON.parse(results.text) }) as QueryResponse

/** The same of an answer that may have no result. */
export const responseIn = ({ entry }: { readonly entry: CacheEntry | null }): QueryResponse | null =>
  entry && responseOf(entry)

export const ENTRY_TTL_SECONDS = 7 * 86_400

const COMPRESS_BYTES = 2 * 1024 * 1024
const MAX_BYTES = 8 * 1024 * 1024
const GZIP = 'gzip:'

export const entryKey = (projectId: number, key: string) => `result:${projectId}:${key}`

/** Entry -> text. Throws 400 `result_too_large` above 8 MB. */
export async function packEntry({ results, lastRefresh, ...said }: CacheEntry): Promise<string> {
  const line = (more: object) => `${JSON.stringify({ lastRefresh, ...said, ...more })}\n`
  const { text } = results
  const plain = () => line({ length: text.length }) + text
  // a character has three bytes at most
  if (3 * text.length <= COMPRESS_BYTES) return plain()
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_BYTES) throw resultTooLarge('The result has more than 8 MB.')
  if (bytes.length <= COMPRESS_BYTES) return plain()
  const { blocks, ...zipped } = zip(bytes)
  const base64 = toBase64(blocks)
  return GZIP + line({ length: base64.length, zipped }) + base64
}

/** When the result of a text was computed, in milliseconds, without unpacking it. */
export const refreshOf = (text: string): number => Number(/^(?:gzip:)?\{"lastRefresh":(\d+)/.exec(text)?.[1] ?? 0)

/** A compressed result has about 8 times the bytes that lie in Redis. */
const UNPACKED = 8

/** About how many bytes a result has when it is unpacked. `start`: the first characters of its text; `bytes`: its size in Redis. */
export const unpackedBytes = (start: string, bytes: number): number => (start.startsWith(GZIP) ? UNPACKED : 1) * bytes

/** Text -> entry; undefined for no text and for text that cannot be read, both of which are a miss. */
export async function unpackEntry(text: string | null | undefined): Promise<CacheEntry | undefined> {
  if (!text) return undefined
  const end = text.indexOf('\n')
  if (end < 0) return undefined
  try {
    const start = text.startsWith(GZIP) ? GZIP.length : 0
    const { length, zipped, ...said } = JSON.parse(text.slice(start, end))
    const rest = text.slice(end + 1)
    if (rest.length !== length) return undefined
    if (start === 0) return { ...said, results: new JsonText(rest) }
    const blocks = fromBase64(rest)
    return blocks && { ...said, results: new ZippedJson({ ...zipped, blocks }) }
  } catch {
    return undefined
  }
}
