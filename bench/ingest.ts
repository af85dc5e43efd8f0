/** `npm run bench:ingest`: rows a second of capture against a bare insert of the same rows with ready ids. */
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { foldBatch } from '../lib/ingest/read/fold.ts'
import { readCapture } from '../lib/ingest/read/v0.ts'
import { demoEvents } from '../local/demo/world.ts'
import { migrate } from '../local/migrations.ts'
import { generatedEvents, hasGenerator } from './data.ts'
import { median } from './measure.ts'
import { type Server, startPostgres } from './postgres.ts'
import { connectionEngine, findProject } from './project.ts'

const BATCH = 1_000
const BATCHES = 40

const NUMBERS = [
  'person',
  'distinct_id',
  'session',
  'event',
  ...Array.from({ length: 9 }, (_, slot) => `slot_${slot}`),
].join(', ')
const COLUMNS = `ts, project, ${NUMBERS}, uuid, properties`
const BARE = `insert into bare.events (${COLUMNS}) select ${COLUMNS} from jsonb_populate_recordset(null::events, $1::jsonb)`
/** The rows of a batch, with the numbers that capture gave them. */
const ROWS = `select jsonb_agg(to_jsonb(e))::text as rows from (select ${COLUMNS} from events where uuid = any($1::uuid[])) e`

export interface IngestResult {
  readonly capture: number
  readonly bare: number
}

/** Rows a second of both: the same rows, into tables with the same indexes. Batches of 1,000 in turn. */
export async function measureIngest(server: Server): Promise<IngestResult> {
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query('create database ingest')
  await client.end()
  const own = new pg.Client(server.url.replace(/\/\w+$/, '/ingest'))
  await own.connect()
  await migrate(connectionEngine(own))
  await own.query(`insert into organizations (name, slug) values ('bench', 'bench');
    insert into projects (organization_id, name, api_token) select id, 'bench', 'phc_bench' from organizations;
    create schema bare; create table bare.events (like public.events including all)`)
  const project = await findProject(connectionEngine(own))
  const now = new Date('2026-08-30T00:00:00Z')
  const world = hasGenerator() ? generatedEvents(BATCH * BATCHES) : demoEvents(now)
  const captureTimes: number[] = []
  const bareTimes: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) {
    const events = world.slice(batch * BATCH, (batch + 1) * BATCH)
    const read = readCapture({ api_key: 'phc_bench', batch: events }, { now, path: '/batch', underscore: null })
    const call = JSON.stringify(foldBatch(read.events, project.slotKeys, now))
    captureTimes.push(await timed(() => own.query('select capture($1, $2::jsonb)', [project.id, call])))
    const uuids = read.events.map(({ uuid }) => uuid)
    const { rows } = await own.query(ROWS, [uuids])
    bareTimes.push(await timed(() => own.query(BARE, [rows[0].rows])))
  }
  await own.end()
  const perSecond = (times: readonly number[]) => BATCH / (median(times) / 1_000)
  return { capture: perSecond(captureTimes), bare: perSecond(bareTimes) }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startPostgres()
  try {
    const { capture, bare } = await measureIngest(server)
    console.log(`Postgres ${server.version}, batches of ${BATCH} events, rows a second (median):`)
    console.log(`  capture      ${Math.round(capture)}`)
    console.log(`  bare insert  ${Math.round(bare)}`)
    console.log(`  ratio        ${(capture / bare).toFixed(2)} (at least 0.5)`)
  } finally {
    server.stop()
  }
}
