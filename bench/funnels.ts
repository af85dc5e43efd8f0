/** Funnels: Edgehog's printed SQL beside the best found by hand and two usual shapes on the naive port. */
import type pg from 'pg'
import type { Engine } from '../lib/engines/engine.ts'
import { byDay, byJoins, byProbes, byWindows, eventsOf, inAnyOrder, strictly } from './funnel-shapes.ts'
import { medians } from './measure.ts'
import { printed } from './printed.ts'
import { processClock } from './processor.ts'

const THREE = ['$pageview', 'add_to_cart', 'purchase']
const FIVE = ['$pageview', 'view_item', 'add_to_cart', 'checkout_started', 'purchase']
const MONTH = '2026-07-31'
const ALL = '2026-06-01'
/** A shape that takes longer is not waited for. */
const PATIENCE_MS = 30_000

interface Case {
  readonly name: string
  readonly node: object
  readonly events: readonly string[]
  readonly from: string
  readonly best: string
  readonly windows: string | null
  readonly joins: string | null
  /** Columns of counts, which all shapes agree on: of our rows by name, of the others by index. */
  readonly counts: readonly string[]
  readonly firstCount: number
}

const funnel = (events: readonly string[], from: string, filter: object = {}, more: object = {}) => ({
  kind: 'FunnelsQuery',
  series: events.map((event) => ({ kind: 'EventsNode', event })),
  dateRange: { date_from: from, date_to: '2026-08-29' },
  funnelsFilter: { funnelWindowInterval: 14, funnelWindowIntervalUnit: 'day', ...filter },
  ...more,
})

const ordered = (name: string, events: readonly string[], from: string, property?: string): Case => ({
  name,
  events,
  from,
  node: funnel(
    events,
    from,
    {},
    property ? { breakdownFilter: { breakdown: property, breakdown_type: 'person' } } : {},
  ),
  best: byProbes(events, from, property),
  windows: byWindows(events, from, property),
  joins: byJoins(events, from, property),
  counts: events.map((_, step) => `c${step}`),
  firstCount: property ? 1 : 0,
})

const CASES: readonly Case[] = [
  ordered('funnel of 3 steps, 30 days', THREE, MONTH),
  ordered('funnel of 3 steps by a person property, 30 days', THREE, MONTH, 'plan'),
  ordered('funnel of 5 steps, 90 days', FIVE, ALL),
  ...(
    [
      // what is between events of one instant cannot be told by hand: counts are not compared
      ['strict funnel of 3 steps, 30 days', { funnelOrderType: 'strict' }, strictly(THREE, MONTH), []],
      [
        'unordered funnel of 3 steps, 30 days',
        { funnelOrderType: 'unordered' },
        inAnyOrder(THREE, MONTH),
        ['c0', 'c1', 'c2'],
      ],
      [
        'funnel of 3 steps as a trend, 30 days',
        { funnelVizType: 'trends' },
        byDay(THREE, MONTH),
        ['converted', 'entered'],
      ],
    ] as const
  ).map(([name, filter, best, counts]) => ({
    name,
    node: funnel(THREE, MONTH, filter),
    events: THREE,
    from: MONTH,
    best,
    windows: null,
    joins: null,
    counts,
    firstCount: counts[0] === 'c0' ? 0 : 1,
  })),
]

export interface FunnelResult {
  readonly name: string
  /** Events of its steps in its range. */
  readonly events: number
  readonly own: number
  readonly best: number
  /** null: not measured. */
  readonly windows: number | null
  readonly joins: number | null
}

/** Medians in milliseconds of the server's processor time, all on one connection, interleaved. Throws when the shapes do not count the same people. */
export async function measureFunnels(
  client: pg.Client,
  engine: Engine,
  rounds: number,
  only = '',
): Promise<FunnelResult[]> {
  const { rows: backends } = await client.query('select pg_backend_pid() as pid')
  const clock = processClock(Number(backends[0]?.pid))
  const results: FunnelResult[] = []
  for (const { name, node, events, from, best, windows, joins, counts, firstCount } of CASES.filter((item) =>
    item.name.includes(only),
  )) {
    const [statement] = await printed(engine, node)
    if (!statement) throw new Error(`${name} has no statement`)
    const runOwn = () => client.query({ text: statement.text, values: [...statement.params] })
    const read = (text: string) => client.query<unknown[]>({ text, rowMode: 'array' })
    const { rows } = await runOwn()
    const people = sums(rows.map((row) => counts.map((name) => row[name])))
    const patient: { name: string; run(): Promise<unknown> }[] = []
    for (const [shape, text] of Object.entries({ best, windows, joins })) {
      if (text === null) continue
      const answer = await inTime(client, () => read(text))
      if (!answer) continue
      const found = sums(answer.rows.map((row) => row.slice(firstCount, firstCount + counts.length)))
      if (found !== people) throw new Error(`${name}, ${shape}: ${found} is not ${people}`)
      patient.push({ name: shape, run: () => read(text) })
    }
    const contestants = [{ name: 'own', run: runOwn }, ...patient]
    const times = await medians(contestants, rounds, clock)
    const of = (shape: string, text: string | null) => {
      const index = contestants.findIndex((item) => item.name === shape)
      return index < 0 ? (text === null ? null : Number.POSITIVE_INFINITY) : (times[index] ?? 0)
    }
    results.push({
      name,
      events: Number((await read(eventsOf(events, from))).rows[0]?.[0]),
      own: of('own', '') ?? 0,
      best: of('best', best) ?? 0,
      windows: of('windows', windows),
      joins: of('joins', joins),
    })
  }
  return results
}

/** The sum of each column. */
const sums = (rows: readonly (readonly unknown[])[]) =>
  (rows[0] ?? []).map((_, index) => rows.reduce((total, row) => total + Number(row[index]), 0)).join(' ')

async function inTime<T>(client: pg.Client, work: () => Promise<T>): Promise<T | null> {
  await client.query(`set statement_timeout = ${PATIENCE_MS}`)
  try {
    return await work()
  } catch (error) {
    if ((error as { code?: string }).code === '57014') return null
    throw error
  } finally {
    await client.query('set statement_timeout = 0')
  }
}
