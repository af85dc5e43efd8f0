/**
 * `npm run bench`: every number of the README, as ratios within one run. `-- --n 100000` for a smaller world,
 * `-- --only weekly` for the queries whose name holds the text, `-- --only reads` for cached reads alone, `-- --only refreshes`
 * for these (`'refreshes funnel'`: those of names with the text). `-- --data <folder>` keeps what is loaded for the next run,
 * `-- --rounds 3` takes fewer. */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../local/migrations.ts'
import { measureBundle } from './bundle.ts'
import { measureCachedRead } from './cached-read.ts'
import { hasGenerator, isLoaded, loadEvents } from './data.ts'
import { type FunnelResult, measureFunnels } from './funnels.ts'
import { measureIngest } from './ingest.ts'
import { measureInsights } from './insights.ts'
import { tableRow } from './measure.ts'
import { measurePartials, type PartialsResult } from './partials.ts'
import { measurePlanning, type PlanningResult } from './planning.ts'
import { type Server, startPostgres } from './postgres.ts'
import { connectionEngine } from './project.ts'
import { measureQueries, type QueryResult } from './queries.ts'
import { measureSql, type SqlResult } from './sql.ts'
import { measureStartup } from './startup.ts'

const ROUNDS = 9
/** Of funnels, whose usual shapes take long. */
const FUNNEL_ROUNDS = 5

const REFRESHES = 'refreshes'
const { values } = parseArgs({
  options: {
    n: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    data: { type: 'string' },
  },
})
const roundsOr = (usual: number) => (values.rounds === undefined ? usual : Number(values.rounds))
const ofRefreshes = values.only?.startsWith(REFRESHES) ? values.only.slice(REFRESHES.length).trim() : undefined
const log = (line: string) => console.error(`… ${line}`)
if (values.only !== 'reads') await database()
if (values.only === undefined || values.only === 'reads') await reads()
if (values.only === undefined) await worker()

async function database(): Promise<void> {
  const server = await startPostgres(['max_parallel_workers_per_gather=0'], values.data)
  try {
    console.log(
      `Postgres ${server.version}, one core a query, warm; milliseconds are medians of ${roundsOr(ROUNDS)} interleaved rounds.\n`,
    )
    if (hasGenerator()) await queries(server, Number(values.n))
    else console.log('The generator of the shared folder is not on this machine: queries are not measured.\n')
    if (values.only === undefined) await ingestion(server)
  } finally {
    server.stop()
  }
}

async function ingestion(server: Server): Promise<void> {
  log('ingest')
  const ingest = await measureIngest(server)
  console.log(tableRow('rows a second, batches of 1,000', 'capture', 'bare insert', 'ratio (at least 0.5)'))
  console.log('| --- | --: | --: | --: |')
  console.log(`${tableRow('', ingest.capture, ingest.bare, (ingest.capture / ingest.bare).toFixed(2))}\n`)
}

async function reads(): Promise<void> {
  log('cached read')
  const { bytes, times, cpu, beside } = await measureCachedRead()
  console.log(tableRow('a read, sequential', 'Edgehog', 'bare worker, one GET', 'ratio'))
  console.log('| --- | --: | --: | --: |')
  const contest = (name: string, own: number, bare: number) =>
    console.log(tableRow(name, own, bare, (own / bare).toFixed(2)))
  contest(`cached insight, ${bytes} bytes: ms (at most 1.1)`, times.own, times.bare)
  contest('304: ms (below 1)', times.kept, times.bare)
  if (cpu) {
    contest('cached insight: processor time with wrangler, ms (at most 1.3)', cpu.own, cpu.bare)
    contest('304: processor time with wrangler, ms', cpu.kept, cpu.bare)
  }
  console.log('')
  console.log(
    tableRow(`cached reads of ${beside.clients} clients, p99`, 'beside computing and ingest', 'alone', 'ratio'),
  )
  console.log('| --- | --: | --: | --: |')
  contest('ms (at most 1.5)', beside.beside, beside.alone)
  console.log('')
}

async function worker(): Promise<void> {
  log('start-up')
  const start = await measureStartup()
  console.log(tableRow('start-up in workerd, ms of processor time', 'Edgehog', 'bare worker', 'difference'))
  console.log('| --- | --: | --: | --: |')
  console.log(`${tableRow('module compiled and evaluated', start.own, start.bare, start.own - start.bare)}\n`)
  log('bundle')
  console.log(`Worker bundle: ${(await measureBundle()).toFixed(0)} KB gzipped (at most 450).`)
}

async function queries(server: Server, count: number): Promise<void> {
  const client = new pg.Client(server.url)
  await client.connect()
  await migrate(connectionEngine(client))
  if (!(await isLoaded(client))) await loadEvents(server, client, count, { naive: ofRefreshes === undefined }, log)
  if (ofRefreshes !== undefined) {
    printPartialsHead(count)
    await measurePartials(client, roundsOr(FUNNEL_ROUNDS), ofRefreshes, printPartialsRow)
    await client.end()
    return
  }
  const results = await measureQueries(client, connectionEngine(client), roundsOr(ROUNDS), values.only)
  results.push(...(await measureInsights(client, connectionEngine(client), roundsOr(ROUNDS), values.only)))
  const texts = await measureSql(client, connectionEngine(client), roundsOr(ROUNDS), values.only)
  const funnels = await measureFunnels(client, connectionEngine(client), roundsOr(FUNNEL_ROUNDS), values.only)
  const partials = await measurePartials(client, roundsOr(FUNNEL_ROUNDS), values.only)
  const planning = values.only === undefined ? await measurePlanning(connectionEngine(client)) : []
  await client.end()
  if (results.length > 0) printQueries(count, results)
  if (texts.length > 0) printSql(count, texts)
  if (funnels.length > 0) printFunnels(count, funnels)
  if (partials.length > 0) {
    printPartialsHead(count)
    for (const result of partials) printPartialsRow(result)
    console.log('')
  }
  if (planning.length > 0) printPlanning(planning)
}

function printQueries(count: number, results: readonly QueryResult[]): void {
  console.log(
    tableRow(
      `${count.toLocaleString('en')} events`,
      'Edgehog',
      'by hand',
      'naive port',
      'to by hand',
      'naive to Edgehog',
    ),
  )
  console.log('| --- | --: | --: | --: | --: | --: |')
  for (const { name, own, best, naive } of results)
    console.log(tableRow(name, own, best, naive, (own / best).toFixed(2), (naive / own).toFixed(1)))
  console.log('')
}

function printSql(count: number, results: readonly SqlResult[]): void {
  console.log(
    tableRow(`SQL over ${count.toLocaleString('en')} events`, 'Edgehog', 'by hand', 'to by hand (at most 1.5)'),
  )
  console.log('| --- | --: | --: | --: |')
  for (const { name, own, best } of results) console.log(tableRow(name, own, best, (own / best).toFixed(2)))
  console.log('')
}

function printPlanning(results: readonly PlanningResult[]): void {
  console.log(tableRow('parse, plan, logical query, compile', 'ms of processor time'))
  console.log('| --- | --: |')
  for (const { name, cpu } of results) console.log(tableRow(name, cpu))
  console.log('')
}

function printPartialsHead(count: number): void {
  const changed = ['newest day changed', 'a day 60 days ago changed', 'nothing changed']
  const heads = ['whole', 'nothing kept', ...changed, 'whole to newest day', 'asked whether', 'whole to asked']
  console.log(tableRow(`refresh over ${count.toLocaleString('en')} events`, ...heads))
  console.log(`| --- |${' --: |'.repeat(heads.length)}`)
}

function printPartialsRow({ name, whole, cold, newest, late, unchanged, checked }: PartialsResult): void {
  const asked = checked === null ? ['–', '–'] : [checked, (whole / checked).toFixed(0)]
  console.log(tableRow(name, whole, cold, newest, late, unchanged, (whole / newest).toFixed(1), ...asked))
}

function printFunnels(count: number, results: readonly FunnelResult[]): void {
  console.log(
    tableRow(
      `${count.toLocaleString('en')} events`,
      'events of its steps',
      'Edgehog',
      'by hand',
      'window minima',
      'self-joins',
      'to by hand',
      'minima to Edgehog',
      'joins to Edgehog',
      'µs an event',
    ),
  )
  console.log(`| --- | ${'--: | '.repeat(9)}`)
  const shown = (ms: number | null) => (ms === null ? '–' : ms === Number.POSITIVE_INFINITY ? '> 30,000' : ms)
  for (const { name, events, own, best, windows, joins } of results) {
    const times = (ms: number | null) =>
      ms === null ? '–' : ms === Number.POSITIVE_INFINITY ? `> ${(30_000 / own).toFixed(0)}` : (ms / own).toFixed(1)
    console.log(
      tableRow(
        name,
        events.toLocaleString('en'),
        own,
        best,
        shown(windows),
        shown(joins),
        (own / best).toFixed(2),
        times(windows),
        times(joins),
        ((own * 1_000) / events).toFixed(2),
      ),
    )
  }
  console.log('')
}
