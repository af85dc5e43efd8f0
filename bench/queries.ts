/** Edgehog's printed SQL beside the best found by hand and the naive port (docs/performance.md). */
import type pg from 'pg'
import type { Engine } from '../lib/engines/engine.ts'
import { medians } from './measure.ts'
import { printed } from './printed.ts'

interface Case {
  readonly name: string
  readonly node: object
  readonly best: string
  readonly naive: string
}

const event = (name: string) => `(select id from dictionary where project = 1 and key = '$event' and value = '${name}')`
const PAGEVIEW = event('$pageview')
const value = (key: string, text: string) =>
  `(select id from dictionary where project = 1 and key = 'p:${key}' and value = '${text}')`
const days = (from: string) =>
  `generate_series('${from}'::timestamptz, '2026-08-30'::timestamptz - interval '1 day', '1 day') d`
const own = (more = '') =>
  `from events where project = 1 and event = ${PAGEVIEW} and ts >= d and ts < d + interval '1 day'${more}`
const naive = (from: string, more = '') =>
  `from n_events e left join n_override o on o.distinct_id = e.distinct_id where e.team_id = 1 and e.event = '$pageview'
    and e.timestamp >= '${from}' and e.timestamp < '2026-08-30'${more}`
const naiveAlone = (from: string, more = '') => naive(from, more).replace(/left join.*?distinct_id where/s, 'where')

const trends = (from: string, series: object = {}, more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ kind: 'EventsNode', event: '$pageview', ...series }],
  interval: 'day',
  dateRange: { date_from: from, date_to: '2026-08-29' },
  ...more,
})

const CASES: readonly Case[] = [
  ['30 days', '2026-07-31'],
  ['90 days', '2026-06-01'],
].flatMap(([label, from = '']) => [
  {
    name: `total a day, ${label}`,
    node: trends(from),
    best: `select d, (select count(*) ${own()}) from ${days(from)}`,
    naive: `select date_trunc('day', e.timestamp) d, count(*) ${naiveAlone(from)} group by 1 order by 1`,
  },
  {
    name: `unique users a day, ${label}`,
    node: trends(from, { math: 'dau' }),
    best: `select d, (select count(*) from (select person ${own()} group by person) x) from ${days(from)}`,
    naive: `select date_trunc('day', e.timestamp) d, count(distinct coalesce(o.person_id, e.person_id)) ${naive(from)} group by 1 order by 1`,
  },
  {
    name: `by $browser, ${label}`,
    node: trends(from, {}, { breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } }),
    best: `with x as materialized (select d, y.* from ${days(from)}, lateral (select slot_0 b, count(*) n ${own()} group by 1) y),
      r as (select b, row_number() over (order by sum(n) desc, b) k from x group by b)
      select case when k <= 25 then r.b else -1 end b, d, sum(n) from x join r using (b) group by 1, 2 order by 1, 2`,
    naive: `with x as (select date_trunc('day', e.timestamp) d, e.properties ->> '$browser' b, count(*) n ${naiveAlone(from)} group by 1, 2),
      r as (select b, row_number() over (order by sum(n) desc, b) k from x group by b)
      select case when k <= 25 then r.b else '$$other' end b, d, sum(n) from x join r using (b) group by 1, 2 order by 1, 2`,
  },
  {
    name: `where $browser is Firefox, ${label}`,
    node: trends(from, {}, { properties: [{ key: '$browser', value: ['Firefox'], operator: 'exact', type: 'event' }] }),
    best: `select d, (select count(*) ${own(` and slot_0 = ${value('$browser', 'Firefox')}`)}) from ${days(from)}`,
    naive: `select date_trunc('day', e.timestamp) d, count(*) ${naiveAlone(from, " and e.properties ->> '$browser' = 'Firefox'")} group by 1 order by 1`,
  },
])

const FROM = '2026-06-01'
const PERSON_BREAKDOWN = { breakdown: 'country', breakdown_type: 'person' }

const MORE_CASES: readonly Case[] = [
  {
    name: 'by a person property, 90 days',
    node: trends(FROM, {}, { breakdownFilter: PERSON_BREAKDOWN }),
    best: `with c as materialized (select d, y.* from ${days(FROM)}, lateral (select person, count(*) n ${own()} group by 1) y),
      k as materialized (select id, properties ->> 'country' b from persons where project = 1),
      x as (select d, b, sum(n) n from c join k on k.id = c.person group by 1, 2),
      r as (select b, row_number() over (order by sum(n) desc, b) k from x group by b)
      select case when k <= 25 then r.b else 'other' end b, d, sum(n) from x join r on r.b is not distinct from x.b group by 1, 2 order by 1, 2`,
    naive: `with x as (select date_trunc('day', e.timestamp) d, p.properties ->> 'country' b, count(*) n
        from n_events e left join n_override o on o.distinct_id = e.distinct_id
        left join n_persons p on p.id = coalesce(o.person_id, e.person_id)
       where e.team_id = 1 and e.event = '$pageview' and e.timestamp >= '${FROM}' and e.timestamp < '2026-08-30' group by 1, 2),
      r as (select b, row_number() over (order by sum(n) desc, b) k from x group by b)
      select case when k <= 25 then r.b else 'other' end b, d, sum(n) from x join r on r.b is not distinct from x.b group by 1, 2 order by 1, 2`,
  },
  {
    name: 'weekly active users a day, 90 days',
    node: trends(FROM, { math: 'weekly_active' }),
    best: `with a as materialized (select x.person p, d::date d from generate_series('2026-05-26'::timestamptz, '2026-08-29', '1 day') d,
        lateral (select person ${own()} group by person) x),
      pd as (select p, d, lead(d) over (partition by p order by d) nx from a),
      ed as (select d, 1 x from pd union all select least(d + 7, coalesce(nx, d + 7)), -1 from pd)
      select d, w from (select d, sum(sum(x)) over (order by d) w from ed group by d) z where d >= '${FROM}' and d < '2026-08-30' order by 1`,
    naive: `select d, count(distinct a) from (
        select coalesce(o.person_id, e.person_id) a, date_trunc('day', e.timestamp) t ${naive('2026-05-26')} group by 1, 2) e
      cross join ${days(FROM)} where e.t <= d and e.t > d - interval '7 days' group by 1 order by 1`,
  },
  {
    name: 'p95 of a property in the JSON, 90 days',
    node: trends(FROM, { event: 'report_viewed', math: 'p95', math_property: 'duration_ms' }),
    best: `select d, (select percentile_cont(.95) within group (order by (properties ->> 'duration_ms')::float8)
        from events where project = 1 and event = ${event('report_viewed')} and ts >= d and ts < d + interval '1 day') from ${days(FROM)}`,
    naive: `select date_trunc('day', e.timestamp), percentile_cont(.95) within group (order by (e.properties ->> 'duration_ms')::float8)
        from n_events e where e.team_id = 1 and e.event = 'report_viewed' and e.timestamp >= '${FROM}' and e.timestamp < '2026-08-30'
       group by 1 order by 1`,
  },
  {
    name: 'formula A/B with compare, 30 days',
    node: trends(
      '2026-07-31',
      {},
      {
        series: ['$pageview', 'report_viewed'].map((name) => ({ kind: 'EventsNode', event: name })),
        compareFilter: { compare: true },
        trendsFilter: { formula: 'A/B' },
      },
    ),
    best: `select d, (select count(*) from events where project = 1 and event = ${event('$pageview')} and ts >= d and ts < d + interval '1 day')
        + (select count(*) from events where project = 1 and event = ${event('report_viewed')} and ts >= d and ts < d + interval '1 day')
      from ${days('2026-07-01')}`,
    naive: ['2026-07-01', '2026-07-31']
      .map(
        (from, index) => `(select date_trunc('day', e.timestamp) d, count(*) from n_events e
        where e.team_id = 1 and e.event in ('$pageview', 'report_viewed') and e.timestamp >= '${from}'
        and e.timestamp < '${index ? '2026-08-30' : '2026-07-31'}' group by e.event, 1 order by 1)`,
      )
      .join(' union all '),
  },
]

export interface QueryResult {
  readonly name: string
  readonly own: number
  readonly best: number
  readonly naive: number
}

/** Medians in milliseconds, all on one connection, interleaved. Throws when the shapes do not count the same. */
export async function measureQueries(
  client: pg.Client,
  engine: Engine,
  rounds: number,
  only = '',
): Promise<QueryResult[]> {
  const results: QueryResult[] = []
  for (const { name, node, best, naive } of [...CASES, ...MORE_CASES].filter((item) => item.name.includes(only))) {
    const statements = await printed(engine, node)
    const runOwn = async () => {
      let sum = 0
      for (const { text, params } of statements) {
        const { rows } = await client.query({ text, values: [...params] })
        sum += rows.reduce((total, row) => total + Number(row.value), 0)
      }
      return sum
    }
    const run = (text: string) => async () => {
      const { rows } = await client.query({ text, rowMode: 'array' })
      return rows.reduce((total, row) => total + Number(row.at(-1)), 0)
    }
    const counted = [await runOwn(), await run(best)()]
    // sums of fractions depend on their order
    if (Math.abs((counted[0] ?? 0) - (counted[1] ?? 0)) > 1e-6 * Math.abs(counted[1] ?? 0))
      throw new Error(`${name}: ${counted[0]} is not ${counted[1]}`)
    const contestants = [
      { name: 'own', run: runOwn },
      { name: 'best', run: run(best) },
      { name: 'naive', run: run(naive) },
    ]
    const [own = 0, byHand = 0, port = 0] = await medians(contestants, rounds)
    results.push({ name, own, best: byHand, naive: port })
  }
  return results
}
