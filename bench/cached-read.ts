import { KEY, TOKEN } from '../local/credentials.ts'
import { startStack } from '../local/stack.ts'
import { freePort, startWorker, type Worker } from '../local/worker.ts'
import { migratedPglite } from '../test/support/image.ts'
import { type BesideResult, measureBeside } from './beside.ts'
import { medians } from './measure.ts'
import { processorTime } from './processor.ts'

interface Contest {
  /** A cached insight. */
  readonly own: number
  /** The same for a client that has it. */
  readonly kept: number
  /** A bare worker that sends the same bytes. */
  readonly bare: number
}

export interface CachedReadResult {
  readonly bytes: number
  /** Medians in milliseconds, in turn. */
  readonly times: Contest
  /** Processor time of a read in milliseconds, wrangler's included; undefined where it cannot be read. */
  readonly cpu: Contest | undefined
  readonly beside: BesideResult
}

const ROUNDS = 500
const CPU_ROUNDS = 1_000
const CPU_TURNS = 4

/** Cached insights against a bare worker that sends the same bytes from Redis, and beside computing and ingest. */
export async function measureCachedRead(): Promise<CachedReadResult> {
  const database = await migratedPglite()
  const port = await freePort()
  const stack = await startStack({ ...database, publicUrl: `http://127.0.0.1:${port}` })
  const workers: Worker[] = []
  try {
    const own = await startWorker(port, stack.bindings, () => {})
    const bare = await startWorker(await freePort(), stack.bindings, () => {}, 'bench/bare-worker.ts')
    workers.push(own, bare)
    const path = await makeInsight(own.url)
    const read = () => get(`${own.url}${path}`)
    await read()
    const { body, etag } = await read()
    await stack.services.redis.set('bench', body)
    const contestants = [
      { name: 'own', worker: own, run: read },
      { name: 'kept', worker: own, run: () => get(`${own.url}${path}`, { 'If-None-Match': etag }, 304) },
      { name: 'bare', worker: bare, run: () => get(`${bare.url}/read`) },
    ]
    const asContest = ([ownTime = 0, kept = 0, bareTime = 0]: readonly number[]): Contest => ({
      own: ownTime,
      kept,
      bare: bareTime,
    })
    const times = asContest(await medians(contestants, ROUNDS))
    const spent = contestants.map(() => 0)
    // in turns, so that a moment of load elsewhere is borne by all
    for (let turn = 0; turn < CPU_TURNS; turn++)
      for (const [index, { worker, run }] of contestants.entries()) {
        const before = processorTime(worker.pid) ?? Number.NaN
        for (let round = 0; round < CPU_ROUNDS / CPU_TURNS; round++) await run()
        spent[index] = (spent[index] ?? 0) + ((processorTime(worker.pid) ?? Number.NaN) - before) / CPU_ROUNDS
      }
    const cpu = asContest(spent)
    const beside = await measureBeside(own.url, path, headers)
    return { bytes: body.length, times, cpu: Number.isNaN(cpu.own) ? undefined : cpu, beside }
  } finally {
    for (const worker of workers) await worker.close()
    await stack.close()
    await database.remove()
  }
}

const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }

async function get(url: string, more: Readonly<Record<string, string>> = {}, status = 200) {
  const response = await fetch(url, { headers: { ...headers, ...more } })
  const body = await response.text()
  if (response.status !== status) throw new Error(`${url} answered ${response.status}`)
  return { body, etag: response.headers.get('etag') ?? '' }
}

async function makeInsight(url: string): Promise<string> {
  const post = async (path: string, body: object) =>
    (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const events = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
    event: 'view',
    distinct_id: id,
    properties: { $browser: id },
  }))
  await post('/batch/', { api_key: TOKEN, batch: events })
  const query = {
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: 'view' }],
    dateRange: { date_from: '-30d' },
    breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' },
  }
  const made = (await post('/api/projects/1/insights/?refresh=blocking', { name: 'bench', query })) as { id: number }
  return `/api/projects/1/insights/${made.id}/`
}
