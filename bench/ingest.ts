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

const BARE = `insert into events (ts, project, person, distinct_id, session, event, slot_0, slot_1, slot_2, slot_3, slot_4,
    slot_5, slot_6, slot_7, slot_8, uuid, properties)
  select ts, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, null, null, uuid, properties
    from jsonb_to_recordset($1::jsonb) as r(uuid uuid, ts timestamptz, properties jsonb)`

export interface IngestResult {
  readonly capture: number
  readonly bare: number
}

/** Rows a second of both, batches of 1,000 in turn, into tables with the same indexes. */
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
    const rows = JSON.stringify(
      read.events.map(({ uuid, timestamp, properties }) => ({ uuid, ts: timestamp, properties })),
    )
    captureTimes.push(await timed(() => own.query('select capture($1, $2::jsonb)', [project.id, call])))
    await own.query('set search_path = bare, public')
    bareTimes.push(await timed(() => own.query(BARE, [rows])))
    await own.query('reset search_path')
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
    console.log(`  ratio        ${(capture / bare).toFixed(2)} (at least 0.35)`)
  } finally {
    server.stop()
  }
}
