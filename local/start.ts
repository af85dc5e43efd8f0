/** `npm start`: the embedded stack, the demo project and the worker, until Ctrl-C. */
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { KEY, TOKEN } from './credentials.ts'
import { fireCron } from './cron.ts'
import { makeDemo } from './demo/make.ts'
import { requireFreePort } from './http.ts'
import { startStack } from './stack.ts'
import { startWorker } from './worker.ts'

const USAGE = `npm start -- [--fresh] [--no-demo]

  --fresh    empties .edgehog/ first
  --no-demo  leaves the demo project without events

Environment: PORT (8787); DATABASE_URL_TCP, REDIS_URL: real servers behind the same protocols; REDIS_LAG_MS: reads from
the Redis in memory are so many milliseconds late, as those from a replica are.`

const LATE_LINES_MS = 500

const options = readOptions()
const port = readPort()
const folder = fileURLToPath(new URL('../.edgehog/postgres', import.meta.url))
const log = (source: string) => (line: string) =>
  console.log(`${new Date().toISOString().slice(11, 23)} ${source} ${line}`)

// ends with the worker, which is a process group of its own
process.on('uncaughtException', (error) => {
  console.error(error)
  process.exit(1)
})

try {
  await start()
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exit(1)
}

async function start(): Promise<void> {
  // before anything touches the data: another stack may be running on it
  const services = ['the worker', 'the Neon shim', 'the Redis shim', 'the QStash shim']
  for (const [index, name] of services.entries()) await requireFreePort(name, port + index)
  if (options.fresh) await rm(folder, { recursive: true, force: true })
  console.log('Edgehog: starting Postgres, Redis and QStash on this machine')
  const stack = await startStack({
    folder,
    databaseUrl: process.env.DATABASE_URL_TCP,
    redisUrl: process.env.REDIS_URL,
    redisLagMs: readLag(),
    ports: { neon: port + 1, redis: port + 2, qstash: port + 3 },
    publicUrl: `http://127.0.0.1:${port}`,
    log: (source, line) => log(source)(line),
  })
  let stopping = false
  const closers: (() => Promise<void>)[] = [stack.close]
  const stop = async () => {
    if (stopping) return
    stopping = true
    console.log('\nStopping')
    for (const close of closers.toReversed()) await close().catch(() => {})
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    if (options.demo) await makeDemo(stack.services, (text) => process.stdout.write(text))
    let isUp = false
    const write = quietly(log('worker'))
    const worker = await startWorker(port, stack.bindings, (line) => isUp && write(line))
    closers.push(worker.close)
    closers.push(fireCron(worker.url, log('cron')))
    console.log(welcome(worker.url))
    // what wrangler still says of the requests that waited for the worker is no news
    setTimeout(() => {
      isUp = true
    }, LATE_LINES_MS)
  } catch (error) {
    await stack.close()
    throw error
  }
}

/** Without what wrangler prints at its start and what a machine without a network makes it say. */
function quietly(write: (line: string) => void): (line: string) => void {
  const noise =
    /^(env\.|Your Worker|Binding|─|Using secrets|⎔|\s|Error: getaddrinfo|.{0,20}wrangler:warn|.{0,40}WARNING|.*⛅)/
  return (line) => {
    if (!noise.test(line)) write(line.replace('[wrangler:info] ', ''))
  }
}

function welcome(url: string): string {
  return `
Edgehog is up on ${url}: paste the key there to see the insights, or try the API on ${url}/docs/

  personal API key   ${KEY}
  project            1
  project token      ${TOKEN}

Send an event, ask for a number, list the insights:

  curl -X POST ${url}/i/v0/e/ -H 'Content-Type: application/json' -d '{"api_key":"${TOKEN}","event":"hello","distinct_id":"me"}'
  curl -X POST ${url}/api/projects/1/query/ -H 'Authorization: Bearer ${KEY}' -H 'Content-Type: application/json' -d '{"query":{"kind":"TrendsQuery","series":[{"kind":"EventsNode","event":"hello"}],"dateRange":{"date_from":"-1d"}}}'
  curl '${url}/api/projects/1/insights/?basic=true' -H 'Authorization: Bearer ${KEY}'

Ctrl-C stops everything.
`
}

function readPort(): number {
  const number = Number(process.env.PORT ?? 8787)
  if (Number.isInteger(number) && number > 0 && number < 65_532) return number
  console.error(`PORT is ${process.env.PORT}; it must be a number between 1 and 65531.`)
  process.exit(1)
}

function readLag(): number {
  const lag = Number(process.env.REDIS_LAG_MS ?? 0)
  if (Number.isInteger(lag) && lag >= 0) return lag
  console.error(`REDIS_LAG_MS is ${process.env.REDIS_LAG_MS}; it must be a number of milliseconds.`)
  process.exit(1)
}

function readOptions(): { fresh: boolean; demo: boolean } {
  try {
    const { values } = parseArgs({
      options: { fresh: { type: 'boolean' }, demo: { type: 'boolean' }, help: { type: 'boolean' } },
      allowNegative: true,
    })
    if (!values.help) return { fresh: values.fresh ?? false, demo: values.demo ?? true }
    console.log(USAGE)
    process.exit(0)
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exit(1)
  }
}
