/** Retention, lifecycle, stickiness and paths: Edgehog's printed SQL beside the best by hand and a straight port. */
import type pg from 'pg'
import type { Engine } from '../lib/engines/engine.ts'
import type { ShapedResult } from '../lib/shape/index.ts'
import { shapeQuery } from '../lib/shape/index.ts'
import * as shapes from './insight-shapes.ts'
import { medians } from './measure.ts'
import { prepared, runStatements } from './printed.ts'
import { processClock } from './processor.ts'
import type { QueryResult } from './queries.ts'

type Rows = readonly Record<string, unknown>[]
interface Case {
  readonly name: string
  readonly node: object
  readonly best: string
  readonly naive: string
  /** Sums that all shapes agree on: of the last columns by hand. */
  readonly sums: (result: ShapedResult, rows: Rows) => readonly number[]
}

const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)

const ofRetention: Case['sums'] = (result) => {
  if (result.kind !== 'RetentionQuery') throw new Error(`${result.kind} is no retention`)
  return [total(result.results.flatMap(({ values }) => values.map(({ count }) => count)))]
}
const ofLifecycle: Case['sums'] = (result) => {
  if (result.kind !== 'LifecycleQuery') throw new Error(`${result.kind} is no lifecycle`)
  return result.results.map(({ data }) => total(data))
}
const ofStickiness: Case['sums'] = (result) => {
  if (result.kind !== 'StickinessQuery') throw new Error(`${result.kind} is no stickiness`)
  const data = result.results.flatMap((item) => item.data)
  return [total(data), total(data.map((people, index) => people * (index + 1)))]
}
/** Of the rows: edges without a way to them are left out of the result. */
const ofPaths: Case['sums'] = (_, rows) => [
  total(rows.map(({ value }) => Number(value))),
  total(rows.map(({ seconds }) => Number(seconds) * 1_000)),
]

const retention = (filter: object = {}, more: object = {}) => ({
  kind: 'RetentionQuery',
  retentionFilter: { period: 'Week', totalIntervals: 8, ...filter },
  dateRange: { date_from: '2026-07-05', date_to: '2026-08-29' },
  ...more,
})
const month = {
  series: [{ kind: 'EventsNode', event: '$pageview' }],
  interval: 'day',
  dateRange: { date_from: '2026-07-31', date_to: '2026-08-29' },
}
const paths = (filter: object = {}) => ({
  kind: 'PathsQuery',
  pathsFilter: { includeEventTypes: ['$pageview'], ...filter },
  dateRange: month.dateRange,
})

const CASES: readonly Case[] = [
  { name: 'retention, 8 weeks', node: retention(), ...shapes.retention, sums: ofRetention },
  {
    name: 'retention by $browser, 8 weeks',
    node: retention({}, { breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } }),
    ...shapes.retentionByBrowser,
    sums: ofRetention,
  },
  {
    name: 'first-time retention, 8 weeks',
    node: retention({ retentionType: 'retention_first_time' }),
    ...shapes.firstTimeRetention,
    sums: ofRetention,
  },
  { name: 'lifecycle, 30 days', node: { kind: 'LifecycleQuery', ...month }, ...shapes.lifecycle, sums: ofLifecycle },
  {
    name: 'stickiness, 30 days',
    node: { kind: 'StickinessQuery', ...month },
    ...shapes.stickiness,
    sums: ofStickiness,
  },
  { name: 'paths, 30 days', node: paths(), ...shapes.paths, sums: ofPaths },
  {
    name: 'paths between two points, 30 days',
    node: paths({ startPoint: shapes.START, endPoint: shapes.FINISH }),
    ...shapes.pathsBetween,
    sums: ofPaths,
  },
]

/** Medians in milliseconds of the server's processor time, all on one connection, interleaved. Throws when the shapes do not count the same. */
export async function measureInsights(
  client: pg.Client,
  engine: Engine,
  rounds: number,
  only = '',
): Promise<QueryResult[]> {
  const { rows: backends } = await client.query('select pg_backend_pid() as pid')
  const clock = processClock(Number(backends[0]?.pid))
  const results: QueryResult[] = []
  for (const { name, node, best, naive, sums } of CASES.filter((item) => item.name.includes(only))) {
    const { plan, statements } = await prepared(engine, node)
    const runOwn = () => runStatements(client, statements)
    const rows = await runOwn()
    const own = sums(shapeQuery(plan, rows), rows.flat())
    const read = (text: string) => client.query<unknown[]>({ text, rowMode: 'array' })
    const contestants = [{ name: 'own', run: runOwn as () => Promise<unknown> }]
    for (const [shape, template] of Object.entries({ best, naive })) {
      const text = await withIds(client, template)
      const found = (await read(text)).rows.map((row) => row.slice(-own.length).map(Number))
      for (const [index, sum] of own.entries()) {
        const other = total(found.map((row) => row[index] ?? 0))
        if (Math.abs(sum - other) > 1e-6 * Math.abs(sum)) throw new Error(`${name}, ${shape}: ${other} is not ${sum}`)
      }
      contestants.push({ name: shape, run: () => read(text) })
    }
    const [ownTime = 0, byHand = 0, port = 0] = await medians(contestants, rounds, clock)
    results.push({ name, own: ownTime, best: byHand, naive: port })
  }
  return results
}

/** A number that is read first lets the planner know how many rows it has; null when there is none. */
async function withIds(client: pg.Client, template: string): Promise<string> {
  let text = template
  for (const [hole, key, value] of template.matchAll(/\{([^=}]+)=([^}]+)\}/g)) {
    const { rows } = await client.query('select id from dictionary where project = 1 and key = $1 and value = $2', [
      key,
      value,
    ])
    text = text.replaceAll(hole, String(rows[0]?.id ?? null))
  }
  return text
}
