/**
 * Copies in Redis of rows that most requests need: keys, projects, insights. The truth is in Postgres.
 * A reader that misses fills with NX, so that it never overwrites a writer; a writer sets after its commit; what is gone
 * is a tombstone, because a plain delete would be undone by a late filler.
 */
import type { Services } from '../services.ts'

export const RECORD_TTL_SECONDS = 300
/** The tombstone. */
export const GONE = 'gone'

/** What Redis knows of a key: a value, that the row is gone, or nothing. */
export type Recorded<T> = { readonly value: T } | 'gone' | undefined

/** A number moves when the shape does, so that a release does not read what another one wrote. */
export const recordKey = {
  caller: (secureValue: string) => `key2:${secureValue}`,
  project: (id: number | string) => `project:${id}`,
  token: (token: string) => `token:${token}`,
  insight: (projectId: number | string, ref: number | string) => `insight2:${projectId}:${ref}`,
  /** Holds the name of what the token opens, `projectId:insightId`. */
  share: (token: string) => `share:${token}`,
}

/** A token's record, and the records of the project and the insight that it names. */
const READ_SHARED = `
local share = redis.call('GET', KEYS[1])
local project, insight = string.match(share or '', '(%d+):(%d+)')
if not project then return { share, false, false } end
return {
  share,
  redis.call('GET', '${recordKey.project("' .. project .. '")}'),
  redis.call('GET', '${recordKey.insight("' .. project .. '", "' .. insight .. '")}'),
}`

/** Reads records in one call; Redis being away is the same as knowing nothing. */
export async function readRecords({ redis }: Services, keys: readonly string[]): Promise<Recorded<unknown>[]> {
  if (keys.length === 0) return []
  const values = await redis.mget<(string | null)[]>(...keys).catch(() => keys.map(() => null))
  return values.map(parseRecord)
}

/** What a sharing token leads to, in one call: the records of the token, of its project and of its insight. */
export async function readSharedRecords({ redis }: Services, token: string): Promise<Recorded<unknown>[]> {
  const read = redis.evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], [])
  return (await read.catch(() => [null, null, null])).map(parseRecord)
}

export const parseRecord = (text: string | null): Recorded<unknown> =>
  text === null ? undefined : text === GONE ? 'gone' : { value: JSON.parse(text) }

/** After the response: what a reader found in Postgres. */
export function fillRecords({ redis, waitUntil }: Services, entries: readonly (readonly [string, unknown])[]): void {
  if (entries.length === 0) return
  const pipeline = redis.pipeline()
  for (const [key, value] of entries) pipeline.set(key, JSON.stringify(value), { ex: RECORD_TTL_SECONDS, nx: true })
  waitUntil(pipeline.exec().catch(() => {}))
}

/** What a writer has just committed; `null` = the row is gone. One call. */
export async function writeRecords(
  { redis }: Services,
  entries: readonly (readonly [string, unknown])[],
): Promise<void> {
  if (entries.length === 0) return
  const pipeline = redis.pipeline()
  for (const [key, value] of entries)
    pipeline.set(key, value === null ? GONE : JSON.stringify(value), { ex: RECORD_TTL_SECONDS })
  // a cache that is away holds nothing that could be stale for longer than the TTL
  await pipeline.exec().catch(() => {})
}
