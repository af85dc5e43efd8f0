/**
 * Records are written by one script on the leader. A reader that misses *fills* what is not there. A writer *writes*
 * after its commit, unless a newer version is there. Before a change that takes a right away its records are *withheld*:
 * until that ends nobody reads or fills them, so that requests get what Postgres says whatever becomes of the commit and
 * of the calls after it.
 */
import { unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'
import { GONE, OUTDATED, RECORD_TTL_SECONDS, type RecordEntry, recordContent, WITHHELD } from './record.ts'

/** How much longer than a change may take its records are withheld. */
const WITHHELD_SECONDS = 30
const MISS_SECONDS = 10

/** Arguments: how to write, seconds to live, then a version and a content for each key. */
const WRITE = `
local how, seconds = ARGV[1], ARGV[2]
for i, key in ipairs(KEYS) do
  local version, content = ARGV[2 * i + 1], ARGV[2 * i + 2]
  local known, word = string.match(redis.call('GET', key) or '', '^(%d+) (%a*)')
  local late = known and tonumber(known) > tonumber(version)
  if how == 'withhold' then
    redis.call('SET', key, (late and known or version) .. ' ${WITHHELD}', 'EX', seconds)
  elseif word == '${WITHHELD}' and content ~= '${GONE}' then
    if how == 'write' and not late then redis.call('SET', key, version .. ' ${WITHHELD}', 'KEEPTTL') end
  elseif not late and (how == 'write' or not known or word == '${OUTDATED}') then
    redis.call('SET', key, version .. ' ' .. content, 'EX', seconds)
  end
end
return #KEYS`

/** What is written under a key. */
interface Content {
  readonly key: string
  readonly version: number
  readonly content: string
}

async function send(
  { redis }: Pick<Services, 'redis'>,
  how: 'fill' | 'write' | 'withhold',
  seconds: number,
  contents: readonly Content[],
): Promise<void> {
  if (contents.length === 0) return
  const keys = contents.map(({ key }) => key)
  const values = contents.flatMap(({ version, content }) => [String(version), content])
  await redis.eval(WRITE, keys, [how, String(seconds), ...values])
}

const contentsOf = (entries: readonly RecordEntry[]): Content[] =>
  entries.map(({ key, version, value }) => ({ key, version, content: recordContent(value) }))

type Later = Pick<Services, 'redis' | 'waitUntil'>

/** After the response: what a reader found in Postgres. */
export function fillRecords(services: Later, entries: readonly RecordEntry[]): void {
  if (entries.length === 0) return
  services.waitUntil(send(services, 'fill', RECORD_TTL_SECONDS, contentsOf(entries)).catch(() => {}))
}

/** After the response: Postgres has no row for a text that looks like a secret. The next request with it asks Redis only. */
export function rememberMiss(services: Later, key: string): void {
  const miss = [{ key, version: 0, content: GONE }]
  services.waitUntil(send(services, 'fill', MISS_SECONDS, miss).catch(() => {}))
}

/** What a writer has just committed. One call; while that fails it is repeated after the response. */
export const writeRecords = (services: Later, entries: readonly RecordEntry[]): Promise<void> =>
  untilWritten(services, () => send(services, 'write', RECORD_TTL_SECONDS, contentsOf(entries)))

/** Rows have a higher version by now: records below it are not read any more. */
export const outdateRecords = (services: Later, keys: readonly string[], version: number): Promise<void> => {
  const outdated = keys.map((key) => ({ key, version, content: OUTDATED }))
  return untilWritten(services, () => send(services, 'write', RECORD_TTL_SECONDS, outdated))
}

/**
 * Before a change that takes rights away: until it is done, and for a while after, these records are not read. Throws 503
 * when that cannot be written; then the change must not be made.
 */
export async function withholdRecords(services: Services, keys: readonly string[]): Promise<void> {
  const seconds = Math.ceil(services.env.STATEMENT_TIMEOUT_MS / 1_000) + WITHHELD_SECONDS
  const withheld = keys.map((key) => ({ key, version: 0, content: '' }))
  await send(services, 'withhold', seconds, withheld).catch((cause) => {
    throw unavailable('The cache is not available; nothing was changed.', 5, cause)
  })
}

/** After a change: the same for keys that were found since. One call; while that fails it is repeated after the response. */
export const withholdLater = (services: Services, keys: readonly string[]): Promise<void> =>
  untilWritten(services, () => withholdRecords(services, keys))

const TRIES_AFTER_MS = [250, 1_000, 3_000]

/** A call that may be late: it never undoes a newer one. */
async function untilWritten({ waitUntil }: Pick<Services, 'waitUntil'>, work: () => Promise<void>): Promise<void> {
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
