import { TOKEN } from '../local/credentials.ts'

export interface BesideResult {
  readonly clients: number
  /** The 99th of a hundred reads in milliseconds. */
  readonly alone: number
  readonly beside: number
}

const CLIENTS = 30
/** Each client reads so often: the machine is busy, not overrun. */
const PAUSE_MS = 500
const PHASE_MS = 6_000
const PHASES = 3
const COMPUTED_EVERY_MS = 250
const BATCH_EVERY_MS = 250
const BATCH = 100

/** Cached reads of many clients at once, in turns alone and beside computing and ingest: the slowest of a hundred. */
export async function measureBeside(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<BesideResult> {
  const alone: number[] = []
  const beside: number[] = []
  for (let phase = 0; phase < PHASES; phase++) {
    alone.push(...(await readAll(url + path, headers)))
    let over = false
    const load = [
      paced(
        COMPUTED_EVERY_MS,
        () => over,
        () => compute(url, headers),
      ),
      paced(
        BATCH_EVERY_MS,
        () => over,
        () => ingest(url, headers),
      ),
    ]
    beside.push(...(await readAll(url + path, headers)))
    over = true
    await Promise.all(load)
  }
  return { clients: CLIENTS, alone: p99(alone), beside: p99(beside) }
}

async function readAll(url: string, headers: Readonly<Record<string, string>>): Promise<number[]> {
  const until = performance.now() + PHASE_MS
  const times: number[] = []
  const client = async (index: number) => {
    await pause((index * PAUSE_MS) / CLIENTS)
    while (performance.now() < until) {
      const start = performance.now()
      await (await fetch(url, { headers })).text()
      times.push(performance.now() - start)
      await pause(PAUSE_MS)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)))
  return times
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function paced(everyMs: number, isOver: () => boolean, work: () => Promise<unknown>): Promise<void> {
  while (!isOver()) {
    await work()
    await pause(everyMs)
  }
}

let serial = 0

const post = async (url: string, headers: Readonly<Record<string, string>>, body: object) =>
  (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).text()

const compute = (url: string, headers: Readonly<Record<string, string>>) =>
  post(`${url}/api/projects/1/query/`, headers, {
    query: {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event: 'view', math: 'dau', custom_name: `number ${serial++}` }],
      dateRange: { date_from: '-30d' },
    },
    refresh: 'force_blocking',
  })

const ingest = (url: string, headers: Readonly<Record<string, string>>) =>
  post(`${url}/batch/`, headers, {
    api_key: TOKEN,
    batch: Array.from({ length: BATCH }, () => ({
      event: 'view',
      distinct_id: `person ${serial++ % 1_000}`,
      properties: { $browser: 'a' },
    })),
  })

function p99(times: number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN
}
