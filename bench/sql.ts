/** SQL texts of clients: Edgehog's printed SQL beside the best by hand for the same question on the same tables. */
import type pg from 'pg'
import type { Engine } from '../lib/engines/engine.ts'
import { medians } from './measure.ts'
import { prepared } from './printed.ts'
import { processClock } from './processor.ts'

export interface SqlResult {
  readonly name: string
  readonly own: number
  readonly best: number
}

const event = (name: string) => `(select id from dictionary where project = 1 and key = '$event' and value = '${name}')`
const views = (from: string, to = '2026-08-30') =>
  `events where project = 1 and event = ${event('$pageview')} and ts >= '${from}' and ts < '${to}'`
const inStep = (step: string) =>
  `events where project = 1 and event = ${event('$pageview')} and ts >= d and ts < d + interval '${step}'`
const MONTH = "timestamp >= '2026-07-31' and timestamp < '2026-08-30'"
const SEASON = "timestamp >= '2026-06-01' and timestamp < '2026-08-30'"

interface Case {
  readonly name: string
  readonly text: string
  readonly best: string
}

const CASES: readonly Case[] = [
  {
    name: 'counts by day',
    text: `select toStartOfDay(timestamp) as day, count() as views from events where event = '$pageview' and ${SEASON} group by day order by day`,
    best: `select d, (select count(*) from ${inStep('1 day')}) from generate_series('2026-06-01'::timestamptz, '2026-08-29', '1 day') d`,
  },
  {
    name: 'top pages',
    text: `select properties.$pathname as path, uniq(person_id) as people, count() as views from events
      where event = '$pageview' and ${MONTH} group by path order by views desc limit 10`,
    best: `select (select value from dictionary where id = path), people, views from (
      select slot_4 path, count(distinct person) people, count(*) views from ${views('2026-07-31')} group by 1 order by 3 desc limit 10) x`,
  },
  {
    name: 'sessions by duration',
    text: `select session_id, $session_duration as seconds from sessions where $start_timestamp >= '2026-08-01' order by seconds desc limit 20`,
    best: `select (select value from dictionary where id = session), seconds from (
      select session, extract(epoch from date_trunc('second', max(ts)) - date_trunc('second', min(ts))) seconds from events where project = 1 and session is not null
       group by session having min(ts) >= '2026-08-01' order by 2 desc limit 20) x`,
  },
  {
    name: 'histogram of a property',
    text: `select floor(toFloat(properties.duration_ms) / 1000) as bin, count() as reports from events where event = 'report_viewed' group by bin order by bin`,
    best: `select floor((properties ->> 'duration_ms')::float8 / 1000), count(*) from events where project = 1 and event = ${event('report_viewed')} group by 1 order by 1`,
  },
  {
    name: 'views by a property of persons',
    text: `select person.properties.country as country, uniq(person_id) as people, count() as views from events
      where event = '$pageview' and ${MONTH} group by country order by views desc`,
    best: `select properties ->> 'country', count(*), sum(n) from (select person, count(*) n from ${views('2026-07-31')} group by 1) x
      join persons on id = person group by 1 order by 3 desc`,
  },
  {
    name: 'ranks in a window',
    text: `select place, count() as purchases from (select row_number() over (partition by person_id order by timestamp) as place
      from events where event = 'add_to_cart') group by place order by place`,
    best: `select place, count(*) from (select row_number() over (partition by person order by ts) place
      from events where project = 1 and event = ${event('add_to_cart')}) x group by 1 order by 1`,
  },
  {
    name: 'first touch',
    text: `select source, count() as people from (select person_id, argMin(properties.utm_source, timestamp) as source
      from events where event = '$pageview' and ${SEASON} group by person_id) group by source order by people desc`,
    best: `select (select value from dictionary where id = source), people from (select source, count(*) people from (
      select person, (array_agg(slot_5 order by ts) filter (where slot_5 is not null))[1] source from ${views('2026-06-01')} group by person) x group by 1 order by 2 desc) y`,
  },
  {
    name: 'a funnel by hand',
    text: `select countIf(bought > viewed) as converted from (select person_id, minIf(timestamp, event = 'view_item') as viewed,
      maxIf(timestamp, event = 'purchase') as bought from events where event in ('view_item', 'purchase') group by person_id)`,
    best: `select count(*) filter (where bought > viewed) from (select person, min(ts) filter (where event = ${event('view_item')}) viewed,
      max(ts) filter (where event = ${event('purchase')}) bought from events
      where project = 1 and event in (${event('view_item')}, ${event('purchase')}) group by person) x`,
  },
  {
    name: 'lambdas over arrays',
    text: `select arrayCount(key -> startsWith(key, '$'), JSONExtractKeys(properties)) as own, count() as reports
      from events where event = 'report_viewed' group by own order by own`,
    best: `select (select count(*) from jsonb_object_keys(properties) key where starts_with(key, '$')) own, count(*)
      from events where project = 1 and event = ${event('report_viewed')} group by 1 order by 1`,
  },
  {
    name: 'people by week',
    text: `select toStartOfWeek(timestamp) as week, uniq(person_id) as people from events where event = '$pageview'
      and timestamp >= '2026-06-07' and timestamp < '2026-08-30' group by week order by week`,
    best: `select d, (select count(*) from (select person from ${inStep('7 days')} group by person) x)
      from generate_series('2026-06-07'::timestamptz, '2026-08-29', '7 days') d`,
  },
]

/** Medians in milliseconds of the server's processor time, interleaved. Throws when the rows do not say the same. */
export async function measureSql(client: pg.Client, engine: Engine, rounds: number, only = ''): Promise<SqlResult[]> {
  const { rows: backends } = await client.query('select pg_backend_pid() as pid')
  const clock = processClock(Number(backends[0]?.pid))
  const results: SqlResult[] = []
  for (const { name, text, best } of CASES.filter((item) => `sql ${item.name}`.includes(only))) {
    const { statements } = await prepared(engine, { kind: 'HogQLQuery', query: text })
    const runOwn = async () => {
      const rows: unknown[][] = []
      for (const { text: sql, params } of statements)
        rows.push(...(await client.query<unknown[]>({ text: sql, values: [...params], rowMode: 'array' })).rows)
      return rows
    }
    const runBest = async () => (await client.query<unknown[]>({ text: best, rowMode: 'array' })).rows
    const [found, wanted] = [await runOwn(), await runBest()]
    const last = (rows: unknown[][]) => rows.map((row) => Number(row.at(-1)))
    if (JSON.stringify(last(found)) !== JSON.stringify(last(wanted)))
      throw new Error(`${name}: ${last(found).slice(0, 9)} is not ${last(wanted).slice(0, 9)}`)
    const contestants = [
      { name: 'own', run: runOwn as () => Promise<unknown> },
      { name: 'best', run: runBest },
    ]
    const [own = 0, byHand = 0] = await medians(contestants, rounds, clock)
    results.push({ name, own, best: byHand })
  }
  return results
}
