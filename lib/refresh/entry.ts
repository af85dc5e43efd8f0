/**
 * A computed result as it lies in Redis: as of when it is, a line of JSON that says what it is, and after it the results as
 * they go out.
 */
import type { Basis, QueryResponse } from '../answer-query.ts'
import { fromBase64, toBase64 } from '../core/base64.ts'
import { resultTooLarge } from '../core/errors.ts'
import type { ForcedFilters } from '../core/forced-filters.ts'
import { JsonText, type PrintedJson } from '../core/json-text.ts'
import { ZippedJson, zip } from '../core/zipped.ts'
import type { ComputedFrom } from '../engines/engine.ts'
import type { Services } from '../services.ts'
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
  /** What tells whether it would be another one by now; null if only computing it does. */
  readonly basis: Basis | null
  /** The query as the client sent it: listings of the people behind the numbers are computed from it. */
  readonly query: unknown
  /** What it was computed under: nobody else may see it, nor list people of other rows. Nothing unless given. */
  readonly forced?: ForcedFilters
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

/** Digits before all else, so that an entry is renewed without a look at the rest. */
const STAMP = 16
const stampOf = (at: number) => String(at).padStart(STAMP, '0')

/** Entry -> text. Throws 400 `result_too_large` above 8 MB. */
export async function packEntry({ results, lastRefresh, dataUntil: _, ...said }: CacheEntry): Promise<string> {
  const line = (more: object) => `${JSON.stringify({ ...said, ...more })}\n`
  const stamp = `${stampOf(lastRefresh)} `
  const { text } = results
  const plain = () => stamp + line({ length: text.length }) + text
  // a character has three bytes at most
  if (3 * text.length <= COMPRESS_BYTES) return plain()
  const bytes = new TextEncoder().encode(text)
  if (bytes.length > MAX_BYTES) throw resultTooLarge('The result has more than 8 MB.')
  if (bytes.length <= COMPRESS_BYTES) return plain()
  const { blocks, ...zipped } = zip(bytes)
  const base64 = toBase64(blocks)
  return stamp + GZIP + line({ length: base64.length, zipped }) + base64
}

/** When the result of a text was computed or found to be the same, in milliseconds, without unpacking it. */
export const refreshOf = (text: string): number => Number(text.slice(0, STAMP))

const RENEW = `
local text = redis.call('GET', KEYS[1])
if not text or string.sub(text, 1, ${STAMP}) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2] .. string.sub(text, ${STAMP + 1}), 'EX', ARGV[3])
return 1`

/** Stores that the entry is as of a later instant (milliseconds), unless another one has taken its place. Throws what Redis throws. */
export const storeRenewed = ({ redis }: Pick<Services, 'redis'>, key: string, entry: CacheEntry, at: number) =>
  redis.eval(RENEW, [key], [stampOf(entry.lastRefresh), stampOf(at), String(ENTRY_TTL_SECONDS)])

/** A compressed result has about 8 times the bytes that lie in Redis. */
const UNPACKED = 8

/** About how many bytes a result has when it is unpacked. `start`: the first characters of its text; `bytes`: its size in Redis. */
export const unpackedBytes = (start: string, bytes: number): number =>
  (start.startsWith(GZIP, STAMP + 1) ? UNPACKED : 1) * bytes

/** Text -> entry; undefined for no text and for text that cannot be read, both of which are a miss. */
export async function unpackEntry(text: string | null | undefined): Promise<CacheEntry | undefined> {
  if (!text) return undefined
  const end = text.indexOf('\n')
  if (end < 0) return undefined
  try {
    const at = refreshOf(text)
    const start = STAMP + 1 + (text.startsWith(GZIP, STAMP + 1) ? GZIP.length : 0)
    const { length, zipped, ...said } = JSON.parse(text.slice(start, end))
    const rest = text.slice(end + 1)
    if (rest.length !== length) return undefined
    const times = { lastRefresh: at, dataUntil: at }
    if (!zipped) return { ...said, results: new JsonText(rest), ...times }
    const blocks = fromBase64(rest)
    return blocks && { ...said, results: new ZippedJson({ ...zipped, blocks }), ...times }
  } catch {
    return undefined
  }
}
