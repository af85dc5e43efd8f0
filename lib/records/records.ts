/**
 * Copies in Redis of rows that most requests need: keys, projects, insights, links. The truth is in Postgres.
 *
 * A record carries the version of its row, and one script on the leader writes it, so that it never goes back: a reader
 * that misses fills what is not there, a writer sets after its commit unless something newer is there. Before a change
 * that takes a right away its records are withheld: until that ends nobody reads or fills them, so that whatever becomes
 * of the commit and of the calls after it, who asks gets what Postgres says.
 */
import { unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'

export const RECORD_TTL_SECONDS = 300
/** How much longer than a change may take its records are withheld. */
const WITHHELD_SECONDS = 30
const MISS_SECONDS = 10

/** The tombstone. */
export const GONE = 'gone'
const WITHHELD = 'withheld'
/** The row has another version by now, which the writer does not know. */
const OUTDATED = 'outdated'

/** What Redis knows of a key: a value, that the row is gone, or nothing. */
export type Recorded<T> = { readonly value: T } | 'gone' | undefined

/** A row and its version: a number that every change of what the record holds makes higher. */
export interface Entry {
  readonly key: string
  readonly version: number
  /** null: the row is gone. */
  readonly value: unknown
}

/** A number moves when the shape does, so that a release does not read what another one wrote. */
export const recordKey = {
  caller: (secureValue: string) => `key3:${secureValue}`,
  project: (id: number | string) => `project2:${id}`,
  token: (token: string) => `token2:${token}`,
  insight: (projectId: number | string, ref: number | string) => `insight3:${projectId}:${ref}`,
  /** Holds the name of what the token opens, `projectId:insightId`. */
  share: (token: string) => `share2:${token}`,
}

/** A token's record, and the records of the project and the insight that it names. */
const READ_SHARED = `
local share = redis.call('GET', KEYS[1])
local project, insight = string.match(share or '', '^%d+ "(%d+):(%d+)"$')
if not project then return { share, false, false } end
return {
  share,
  redis.call('GET', '${recordKey.project("' .. project .. '")}'),
  redis.call('GET', '${recordKey.insight("' .. project .. '", "' .. insight .. '")}'),
}`

/** Arguments: what to do, seconds to live, then a version and a content for each key. */
const WRITE = `
local what, seconds = ARGV[1], ARGV[2]
for i, key in ipairs(KEYS) do
  local version, content = ARGV[2 * i + 1], ARGV[2 * i + 2]
  local known, holds = string.match(redis.call('GET', key) or '', '^(%d+) (%a*)')
  local late = known and tonumber(known) > tonumber(version)
  if what == 'withhold' then
    redis.call('SET', key, (late and known or version) .. ' ${WITHHELD}', 'EX', seconds)
  elseif holds == '${WITHHELD}' and content ~= '${GONE}' then
    if what == 'write' and not late then redis.call('SET', key, version .. ' ${WITHHELD}', 'KEEPTTL') end
  elseif not late and (what == 'write' or not known or holds == '${OUTDATED}') then
    redis.call('SET', key, version .. ' ' .. content, 'EX', seconds)
  end
end
return #KEYS`

/** Texts of Redis in one call; Redis being away is the same as knowing nothing. */
export async function readTexts({ redis }: Services, keys: readonly string[]): Promise<(string | null)[]> {
  if (keys.length === 0) return []
  return redis.mget<(string | null)[]>(...keys).catch(() => keys.map(() => null))
}

/** One record. */
export const readRecord = async (services: Services, key: string): Promise<Recorded<unknown>> =>
  parseRecord((await readTexts(services, [key]))[0])

/** What a sharing token leads to, in one call: the records of the token, of its project and of its insight. */
export async function readSharedRecords({ redis }: Services, token: string): Promise<Recorded<unknown>[]> {
  const read = redis.evalRo<string[], (string | null)[]>(READ_SHARED, [recordKey.share(token)], [])
  return (await read.catch(() => [null, null, null])).map(parseRecord)
}

/** The text of a record -> what it says; one that is withheld or outdated says nothing. */
export function parseRecord(text: string | null | undefined): Recorded<unknown> {
  const content = text?.slice(text.indexOf(' ') + 1)
  if (content === undefined || content === WITHHELD || content === OUTDATED) return undefined
  return content === GONE ? 'gone' : { value: JSON.parse(content) }
}

/** After the response: what a reader found in Postgres. */
export function fillRecords(services: Services, entries: readonly Entry[]): void {
  if (entries.length > 0) services.waitUntil(send(services, 'fill', RECORD_TTL_SECONDS, entries).catch(() => {}))
}

/** After the response: Postgres has nothing for what looks like a secret. The next to try it asks Redis only. */
export function rememberMiss(services: Services, key: string): void {
  const miss = [{ key, version: 0, value: null }]
  services.waitUntil(send(services, 'fill', MISS_SECONDS, miss).catch(() => {}))
}

/** What a writer has just committed. One call; while that fails it is repeated after the response. */
export const writeRecords = (services: Services, entries: readonly Entry[]): Promise<void> =>
  untilThere(services, () => send(services, 'write', RECORD_TTL_SECONDS, entries))

/** Rows have a higher version by now: what is known below it is not read any more. */
export const outdateRecords = (services: Services, keys: readonly string[], version: number): Promise<void> =>
  untilThere(services, () =>
    send(
      services,
      'write',
      RECORD_TTL_SECONDS,
      keys.map((key) => [key, version, OUTDATED]),
    ),
  )

/**
 * Before a change that takes rights away: until it is done, and for a while after, nobody trusts what these records say.
 * Throws 503 when that cannot be written; then the change must not be made.
 */
export async function withholdRecords(services: Services, keys: readonly string[]): Promise<void> {
  const entries = keys.map((key) => [key, 0, ''] as const)
  const seconds = Math.ceil(services.env.STATEMENT_TIMEOUT_MS / 1_000) + WITHHELD_SECONDS
  await send(services, 'withhold', seconds, entries).catch((cause) => {
    throw unavailable('The cache is not available; nothing was changed.', 5, cause)
  })
}

type Content = readonly [key: string, version: number, content: string]

async function send(
  { redis }: Services,
  what: 'fill' | 'write' | 'withhold',
  seconds: number,
  entries: readonly (Entry | Content)[],
): Promise<void> {
  if (entries.length === 0) return
  const contents = entries.map((entry) => ('key' in entry ? contentOf(entry) : entry))
  const keys = contents.map(([key]) => key)
  const values = contents.flatMap(([, version, content]) => [String(version), content])
  await redis.eval(WRITE, keys, [what, String(seconds), ...values])
}

const contentOf = ({ key, version, value }: Entry): Content => [
  key,
  version,
  value === null ? GONE : JSON.stringify(value),
]

const TRIES_AFTER_MS = [250, 1_000, 3_000]

/** A call that may be late, as a newer one is never undone by it. */
export async function untilThere({ waitUntil }: Services, work: () => Promise<void>): Promise<void> {
  const again = async () => {
    for (const wait of TRIES_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, wait))
      if (await succeeds(work)) return
    }
    console.error('Records could not be written.')
  }
  if (!(await succeeds(work))) waitUntil(again())
}

const succeeds = (work: () => Promise<void>): Promise<boolean> =>
  work().then(
    () => true,
    () => false,
  )
