import { KEY, TOKEN } from '../local/credentials.ts'
import { startStack } from '../local/stack.ts'
import { freePort, startWorker, type Worker } from '../local/worker.ts'
import { migratedPglite } from '../test/support/image.ts'
import { medians } from './measure.ts'
import { processorTime } from './processor.ts'

export interface CachedReadResult {
  readonly own: number
  readonly bare: number
  readonly bytes: number
  /** Processor time of a read in milliseconds, wrangler's included; undefined where it cannot be read. */
  readonly cpu: { readonly own: number; readonly bare: number } | undefined
}

const ROUNDS = 300
const CPU_ROUNDS = 1_000

/** A cached insight against a bare worker that sends the same bytes from Redis: medians in milliseconds, in turn. */
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
    const body = await read()
    await stack.services.redis.set('bench', body)
    const [ownTime = 0, bareTime = 0] = await medians(
      [
        { name: 'own', run: read },
        { name: 'bare', run: () => get(`${bare.url}/read`) },
      ],
      ROUNDS,
    )
    const cpuOf = async (worker: Worker, path: string): Promise<number> => {
      const before = processorTime(worker.pid) ?? Number.NaN
      for (let round = 0; round < CPU_ROUNDS; round++) await get(`${worker.url}${path}`)
      return ((processorTime(worker.pid) ?? Number.NaN) - before) / CPU_ROUNDS
    }
    const cpu = { own: await cpuOf(own, path), bare: await cpuOf(bare, '/read') }
    return { own: ownTime, bare: bareTime, bytes: body.length, cpu: Number.isNaN(cpu.own) ? undefined : cpu }
  } finally {
    for (const worker of workers) await worker.close()
    await stack.close()
    await database.remove()
  }
}

const headers = { Authorization: `Bearer ${KEY}`, 'Content-Type': 'application/json' }

async function get(url: string): Promise<string> {
  const response = await fetch(url, { headers })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.text()
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
