/**
 * Takes events over, from files of a batch export or by SQL over the API. Each goes through capture with its own uuid,
 * so that what is sent twice is stored once, and people come to be as they did: by `$identify`, `$set` and the rest.
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createBrotliDecompress, createGunzip } from 'node:zlib'
import { isObject, type Json } from '../../lib/core/json.ts'
import { RequestFailed } from './api.ts'
import type { Import } from './resources.ts'
import type { Cursor } from './state.ts'
import { daysAfter, utcText } from './timestamps.ts'

/** As many at most as one request of capture takes comfortably. */
const MAX_EVENTS = 1_000
const MAX_BYTES = 4_000_000
const PAGE = 2_000

export interface EventRange {
  /** Instants as `2026-01-31T00:00:00Z`; open unless given. */
  readonly after?: string | undefined
  readonly before?: string | undefined
}

const COLUMNS = 'uuid, event, distinct_id, timestamp, properties, elements_chain'

/** All events of the source in the order of their timestamps, by queries of `query/`, each over a day at most. */
export async function takeEvents(to: Import, range: EventRange): Promise<void> {
  const { state, report, log } = to
  const { events } = state.saved
  events.before ??= utcText(range.before ?? new Date().toISOString())
  const token = await tokenOf(to)
  events.cursor ??= await firstFrom(to, utcText(range.after ?? '1970-01-01'), events.before)
  while (events.cursor) {
    const end = earlier(daysAfter(events.cursor.timestamp, 1), events.before)
    const page = (await query(to, textOfPage(events.cursor, end))).map(eventOfRow)
    await capture(to, token, page)
    events.taken += page.length
    const last = page.at(-1)
    events.cursor =
      last && page.length === PAGE
        ? { timestamp: utcText(String(last.timestamp)), uuid: String(last.uuid) }
        : await firstFrom(to, end, events.before)
    events.done = events.cursor === null
    await state.save()
    log(`${events.taken} events${events.cursor ? `, up to ${events.cursor.timestamp}` : ''}`)
  }
  report.take('events of the API', events.taken)
}

/** Where the first event from `start` on is; null: there is none before the end. */
async function firstFrom(to: Import, start: string, end: string): Promise<Cursor | null> {
  if (to.state.saved.events.done) return null
  const text = `select min(timestamp), count() from events where timestamp >= ${instant(start)} and timestamp < ${instant(end)}`
  const [[first, count] = []] = await query(to, text)
  return Number(count) > 0 ? { timestamp: utcText(String(first)), uuid: '' } : null
}

const instant = (text: string) => `toDateTime64('${text}', 6, 'UTC')`
const earlier = (a: string, b: string) => (a < b ? a : b)

function textOfPage({ timestamp, uuid }: Cursor, end: string): string {
  const at = instant(timestamp)
  const later =
    uuid === '' ? `timestamp >= ${at}` : `(timestamp > ${at} or (timestamp = ${at} and toString(uuid) > '${uuid}'))`
  const order = 'order by timestamp, toString(uuid)'
  return `select ${COLUMNS} from events where ${later} and timestamp < ${instant(end)} ${order} limit ${PAGE}`
}

async function query({ source }: Import, text: string): Promise<unknown[][]> {
  const { results } = await source.post('query/', { query: { kind: 'HogQLQuery', query: text } })
  if (!Array.isArray(results)) throw new Error('The source answered a query without results.')
  return results
}

function eventOfRow([uuid, event, distinctId, timestamp, properties, elements]: unknown[]): Json {
  return eventOf({ uuid, event, distinct_id: distinctId, timestamp, properties, elements_chain: elements })
}

/** An event for capture; `properties` may be JSON text, as exports have it. */
function eventOf(line: Json): Json {
  const { uuid, event, distinct_id, timestamp, properties: given, elements_chain: chain } = line
  const properties = typeof given === 'string' ? JSON.parse(given) : given
  if (!isObject(properties) || typeof event !== 'string' || typeof timestamp !== 'string')
    throw new Error('it is no event of a batch export: `event`, `timestamp` or `properties` is missing')
  const elements = typeof chain === 'string' && chain !== '' && { $elements_chain: chain }
  const time = `${utcText(timestamp).replace(' ', 'T')}Z`
  return { uuid, event, distinct_id, timestamp: time, properties: { ...properties, ...elements } }
}

/** Events of the files at `path`: JSON lines, also as `.gz` or `.br`; of a folder all, in the order of their names. */
export async function takeFiles(to: Import, path: string): Promise<void> {
  const { state, report, log } = to
  const { files } = state.saved
  const token = await tokenOf(to)
  for (const file of await filesAt(path)) {
    if (!/\.jsonl?(\.gz|\.br)?$/.test(file)) {
      report.leave('file', file, 'only JSON lines are read, plain or as .gz or .br: export them in that format')
      continue
    }
    let line = 0
    let batch: Json[] = []
    const flush = async () => {
      await capture(to, token, batch)
      batch = []
      files[file] = line
      await state.save()
    }
    const done = files[file] ?? 0
    for await (const text of linesOf(file)) {
      line++
      if (line <= done || text.trim() === '') continue
      try {
        batch.push(eventOf(JSON.parse(text) as Json))
      } catch (error) {
        report.leave('event', `${file}, line ${line}`, (error as Error).message)
      }
      if (batch.length >= MAX_EVENTS) await flush()
    }
    await flush()
    report.take('lines of files of events', line)
    log(`${file}: ${line} lines`)
  }
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function linesOf(file: string): AsyncIterable<string> {
  const bytes = createReadStream(file)
  const unpacked = file.endsWith('.gz')
    ? bytes.pipe(createGunzip())
    : file.endsWith('.br')
      ? bytes.pipe(createBrotliDecompress())
      : bytes
  return createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })
}

const tokenOf = async ({ destination }: Import) => String((await destination.get('')).api_token)

/** Sends events, in as many requests as their size asks for. */
async function capture(to: Import, token: string, events: readonly Json[]): Promise<void> {
  let batch: Json[] = []
  let bytes = 0
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event))
    if (batch.length >= MAX_EVENTS || bytes + size > MAX_BYTES) {
      await send(to, token, batch)
      batch = []
      bytes = 0
    }
    batch.push(event)
    bytes += size
  }
  await send(to, token, batch)
}

/** A batch is refused whole for one event: halves find which. */
async function send(to: Import, token: string, batch: readonly Json[]): Promise<void> {
  if (batch.length === 0) return
  try {
    await to.destination.send('/batch/', { api_key: token, historical_migration: true, batch })
  } catch (error) {
    if (!(error instanceof RequestFailed) || (error.status !== 400 && error.status !== 413)) throw error
    if (batch.length === 1) return to.report.leave('event', String(batch[0]?.uuid), error.message)
    const half = Math.ceil(batch.length / 2)
    await send(to, token, batch.slice(0, half))
    await send(to, token, batch.slice(half))
  }
}
