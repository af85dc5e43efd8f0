/** Edgehog's printed SQL beside the best found by hand and the naive port (contract/performance.md). */
import type pg from 'pg'
import type { Statement } from '../lib/core/statement.ts'
import { lowerPostgres } from '../lib/lower/postgres.ts'
import { parseComputable } from '../lib/nodes/index.ts'
import { planQuery } from '../lib/plan/index.ts'
import { insightOf, queryNames } from '../lib/plan/references.ts'
import { testAccountFilter } from '../lib/plan/trends.ts'
import { printPostgres } from '../lib/print/postgres.ts'
import type { Engine } from '../lib/run/engine.ts'
import { buildQuery } from '../lib/sql/index.ts'
import { loadQueryContext } from '../lib/store/query-context.ts'
import { medians } from './measure.ts'
import { findProject } from './project.ts'

const NOW = new Date('2026-08-30T00:00:00Z')
const TIMEOUT_MS = 60_000

interface Case {
  readonly name: string
  readonly node: object
  readonly best: string
  readonly naive: string
}

const PAGEVIEW = `(select id from dictionary where project = 1 and key = '$event' and value = '$pageview')`
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

export interface QueryResult {
  readonly name: string
  readonly own: number
  readonly best: number
  readonly naive: number
}

/** Medians in milliseconds, all on one connection, interleaved. Throws when the shapes do not count the same. */
export async function measureQueries(client: pg.Client, engine: Engine, rounds: number): Promise<QueryResult[]> {
  const results: QueryResult[] = []
  for (const { name, node, best, naive } of CASES) {
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
    if (counted[0] !== counted[1]) throw new Error(`${name}: ${counted[0]} is not ${counted[1]}`)
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

/** The statements of a node, as `computeQuery` makes them. */
async function printed(engine: Engine, json: object): Promise<Statement[]> {
  const project = await findProject(engine)
  const node = parseComputable(json)
  const insight = insightOf(node)
  const tests = insight ? testAccountFilter(insight, project) : { type: 'AND' as const, values: [] }
  const context = await loadQueryContext(engine, project, queryNames(node, tests), TIMEOUT_MS)
  const lowering = { ...context, projectId: project.id, timezone: project.timezone }
  return buildQuery(planQuery(node, project, context, NOW)).map((query) =>
    printPostgres(lowerPostgres(query, lowering)),
  )
}
