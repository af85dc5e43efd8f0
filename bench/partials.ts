/** Refreshes of 90 days from partial results beside computing the same whole (docs/performance.md 4). */
import type pg from 'pg'
import type { Statement } from '../lib/core/statement.ts'
import { changedProject } from '../lib/engines/postgres/project-json.ts'
import { versionOf } from '../lib/engines/postgres/versions.ts'
import { readsOf } from '../lib/engines/reads.ts'
import { shapeQuery } from '../lib/shape/index.ts'
import { median } from './measure.ts'
import { prepared, runStatements } from './printed.ts'
import { processClock } from './processor.ts'
import { connectionEngine, findProject } from './project.ts'

export interface PartialsResult {
  readonly name: string
  /** Milliseconds of the server's processor time. */
  readonly whole: number
  /** All partial results are made. */
  readonly cold: number
  /** One day has changed: the newest, and one of 60 days before. */
  readonly newest: number
  readonly late: number
  readonly unchanged: number
  /** Whether anything has changed is asked, and no more; null: events do not tell it. */
  readonly checked: number | null
}

const dateRange = { date_from: '2026-06-01', date_to: '2026-08-29' }
const pageviews = (more: object = {}) => ({ kind: 'EventsNode', event: '$pageview', ...more })
const trends = (series: object, more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [series],
  interval: 'day',
  dateRange,
  ...more,
})
const by = (breakdown: string) => ({ breakdownFilter: { breakdown, breakdown_type: 'event' } })
const plan = { key: 'plan', type: 'event', operator: 'exact', value: ['pro'] }

/** As test accounts are told. */
const email = { key: 'email', type: 'person', operator: 'not_icontains', value: '7@' }

const CASES: Readonly<Record<string, object>> = {
  'total a day': trends(pageviews()),
  'unique users a day': trends(pageviews({ math: 'dau' })),
  'by $browser': trends(pageviews(), by('$browser')),
  'filter on a property in the JSON': trends(pageviews({ properties: [plan] })),
  'by a property in the JSON': trends(pageviews(), by('plan')),
  'weekly actives a day': trends(pageviews({ math: 'weekly_active' })),
  'unique users a week': trends(pageviews({ math: 'dau' }), { interval: 'week' }),
  'total, by the email of persons': trends(pageviews(), { properties: [email] }),
  'unique users, by the email of persons': trends(pageviews({ math: 'dau' }), { properties: [email] }),
  'retention, 8 weeks': {
    kind: 'RetentionQuery',
    retentionFilter: { period: 'Week', totalIntervals: 8 },
    dateRange: { date_from: '2026-07-05', date_to: '2026-08-29' },
  },
  'lifecycle, 30 days': {
    kind: 'LifecycleQuery',
    series: [pageviews()],
    interval: 'day',
    dateRange: { date_from: '2026-07-31', date_to: '2026-08-29' },
  },
  'stickiness, 30 days': {
    kind: 'StickinessQuery',
    series: [pageviews()],
    interval: 'day',
    dateRange: { date_from: '2026-07-31', date_to: '2026-08-29' },
  },
  'funnel, 3 steps': {
    kind: 'FunnelsQuery',
    series: ['$pageview', 'add_to_cart', 'purchase'].map((event) => ({ kind: 'EventsNode', event })),
    dateRange,
    funnelsFilter: { funnelWindowInterval: 14, funnelWindowIntervalUnit: 'day' },
  },
}

/** Sums of numbers in another order differ in their last digits. */
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value)

/** One takes less than the clock can tell. */
const CHECKS = 20

const changeDay = (day: string) =>
  `update bucket_version set version = version + 1 where project = 1 and day = '${day}'`
const CHANGES = { newest: changeDay('2026-08-29'), late: changeDay('2026-06-30') }

export async function measurePartials(
  client: pg.Client,
  rounds: number,
  only = '',
  /** Told each result as soon as it is there. */
  report: (result: PartialsResult) => void = () => {},
): Promise<PartialsResult[]> {
  const { rows: backends } = await client.query('select pg_backend_pid() as pid')
  const clock = processClock(Number(backends[0]?.pid))
  const [whole, kept] = [connectionEngine(client), connectionEngine(client, 0)]
  const run = (statements: readonly Statement[]) => runStatements(client, statements)
  const project = await findProject(whole)
  const results: PartialsResult[] = []
  for (const [name, node] of Object.entries(CASES).filter(([name]) => name.includes(only))) {
    const [full, incremental] = [await prepared(whole, node), await prepared(kept, node)]
    const before = incremental.statements.flatMap((statement) => statement.before ?? [])
    const times = { whole: [], cold: [], newest: [], late: [], unchanged: [], checked: [] } as Record<string, number[]>
    const answers: string[] = []
    const reads = readsOf(full.queries)
    const check = reads && [changedProject(project), versionOf(project.id, reads)]
    const measured = async (what: string, statements: readonly Statement[], skipped = 0) => {
      const start = clock()
      const rows = await run(statements)
      times[what]?.push(clock() - start)
      answers.push(JSON.stringify(shapeQuery(full.plan, rows.slice(skipped)), rounded))
    }
    const refresh = (what: string) => measured(what, [...before, ...incremental.statements], before.length)
    await run(full.statements)
    for (let round = 0; round < rounds; round++) {
      await measured('whole', full.statements)
      await client.query('truncate partials, partial_series')
      await refresh('cold')
      if (round === 0) await client.query('vacuum (analyze) partials')
      for (const [what, change] of Object.entries(CHANGES)) {
        await client.query(change)
        await refresh(what)
      }
      await refresh('unchanged')
      if (check) {
        const start = clock()
        for (let time = 0; time < CHECKS; time++) await run(check)
        times.checked?.push((clock() - start) / CHECKS)
      }
      await client.query('vacuum bucket_version')
    }
    if (new Set(answers).size > 1) throw new Error(`${name}: what is kept gives other numbers`)
    const of = (what: string) => median(times[what] ?? [])
    const result = {
      name,
      whole: of('whole'),
      cold: of('cold'),
      newest: of('newest'),
      late: of('late'),
      unchanged: of('unchanged'),
      checked: check ? of('checked') : null,
    }
    report(result)
    results.push(result)
  }
  return results
}
