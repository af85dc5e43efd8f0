/**
 * Writing records, with one script on the leader. A reader that finds no record *fills* it from Postgres. A change
 * *writes* it after the commit, unless a newer version is there. A change that takes away a right *withholds* it before
 * the commit: for a while nobody reads or fills it, so that requests ask Postgres, even if the commit or a later call
 * fails.
 */
import { unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'
import { letGo } from './held.ts'
import { noteWrite } from './own-writes.ts'
import { GONE, OUTDATED, RECORD_TTL_SECONDS, type RecordEntry, recordContent, WITHHELD } from './record.ts'

/** Records stay withheld for the longest duration of a statement and this long after it. */
const WITHHELD_SECONDS = 30
const MISS_SECONDS = 10

/** Arguments: `fill`, `write` or `withhold`; seconds to live; then a version and a content for each key. */
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

/** A record to write, its content as text. */
interface Content {
  readonly key: string
  readonly version: number
  readonly content: string
}

async function send(
  { redis, now }: Pick<Services, 'redis' | 'now'>,
  how: 'fill' | 'write' | 'withhold',
  seconds: number,
  contents: readonly Content[],
): Promise<void> {
  if (contents.length === 0) return
  const keys = contents.map(({ key }) => key)
  if (how !== 'fill') letGo(keys)
  const values = contents.flatMap(({ version, content }) => [String(version), content])
  await redis.eval(WRITE, keys, [how, String(seconds), ...values])
  if (how === 'write')
    for (const { key, version, content } of contents) noteWrite(now().getTime(), key, version, `${version} ${content}`)
  // who read while it was written may hold what was there before
  if (how !== 'fill') letGo(keys)
}

const contentsOf = (entries: readonly RecordEntry[]): Content[] =>
  entries.map(({ key, version, value }) => ({ key, version, content: recordContent(value) }))

type Later = Pick<Services, 'redis' | 'waitUntil' | 'now'>

/** Fills records with rows that a reader found in Postgres, after the response. A failure is ignored. */
export function fillRecords(services: Later, entries: readonly RecordEntry[]): void {
  if (entries.length === 0) return
  services.waitUntil(send(services, 'fill', RECORD_TTL_SECONDS, contentsOf(entries)).catch(() => {}))
}

/**
 * Records, after the response, that Postgres has no row for a key or token. For ten seconds requests with the same text
 * ask only Redis.
 */
export function rememberMiss(services: Later, key: string): void {
  const miss = [{ key, version: 0, content: GONE }]
  services.waitUntil(send(services, 'fill', MISS_SECONDS, miss).catch(() => {}))
}

/**
 * Writes the records of a change that has just been committed, in one call. If it fails it is repeated after the
 * response.
 */
export const writeRecords = (services: Later, entries: readonly RecordEntry[]): Promise<void> =>
  untilWritten(services, () => send(services, 'write', RECORD_TTL_SECONDS, contentsOf(entries)))

/**
 * Marks records as outdated whose rows have the higher `version` now. If it fails it is repeated after the response.
 */
export const outdateRecords = (services: Later, keys: readonly string[], version: number): Promise<void> => {
  const outdated = keys.map((key) => ({ key, version, content: OUTDATED }))
  return untilWritten(services, () => send(services, 'write', RECORD_TTL_SECONDS, outdated))
}

/**
 * Withholds records before a change that takes rights away: nobody reads them until the change is done, and for a while
 * after. Throws 503 if Redis is away; then the change must not be made.
 */
export async function withholdRecords(services: Services, keys: readonly string[]): Promise<void> {
  const seconds = Math.ceil(services.env.STATEMENT_TIMEOUT_MS / 1_000) + WITHHELD_SECONDS
  const withheld = keys.map((key) => ({ key, version: 0, content: '' }))
  await send(services, 'withhold', seconds, withheld).catch((cause) => {
    throw unavailable('The cache is not available; nothing was changed.', 5, cause)
  })
}

/** Withholds, after a change, records that were filled during it. If it fails it is repeated after the response. */
export const withholdLater = (services: Services, keys: readonly string[]): Promise<void> =>
  untilWritten(services, () => withholdRecords(services, keys))

const TRIES_AFTER_MS = [250, 1_000, 3_000]

/**
 * Does `work`, and repeats it after the response while it fails. A late write does no harm: it never replaces a newer
 * version.
 */
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
