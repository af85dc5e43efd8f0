/** Retention, lifecycle, stickiness and paths over more than usual: answered in time, or refused with an error that says why. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const MANY = 100_000
const TIMEOUT_MS = 120_000
const VIEWS = { kind: 'EventsNode', event: '$pageview' }

let server: TestServer
/** One actor with all events, 60 seconds apart, each with an address of its own. */
let busy: TestProject
/** A thousand actors with a hundred events each, one an hour; each event with an address of its own. */
let wide: TestProject

beforeAll(async () => {
  server = await startServer()
  busy = await projectOf(
    (i) => `(select max(person) from distinct_ids where project = $1) + 0 * ${i}`,
    (i) => `${i} * interval '1 minute'`,
  )
  wide = await projectOf(
    (i) => `1000000 + ${i} / 100`,
    (i) => `(${i} / 100 + ${i} % 100) * interval '1 hour'`,
  )
}, TIMEOUT_MS)
afterAll(() => server.close())

async function projectOf(person: (i: string) => string, since: (i: string) => string): Promise<TestProject> {
  const project = await makeProject(server, { timezone: 'UTC' })
  await project.send([event('$pageview', 'busy', '2024-01-01T00:00:00Z', { $current_url: 'https://example.com/' })])
  const text = `with urls as (
      insert into dictionary (project, key, value)
      select $1::int4, 'p:$current_url', 'https://example.com/page/' || i from generate_series(0, $2::int4 - 1) i
      returning id, value)
    insert into events (ts, project, person, distinct_id, event, slot_6, uuid, properties)
    select '2024-03-01T00:00:00Z'::timestamptz + ${since('i')}, $1::int4, ${person('i')}, 1,
           (select id from dictionary where project = $1 and key = '$event' and value = '$pageview'), u.id,
           gen_random_uuid(), jsonb_build_object('$current_url', u.value)
      from generate_series(0, $2::int4 - 1) i join urls u on u.value = 'https://example.com/page/' || i`
  // as autovacuum does after an import
  const statements = [
    { text, params: [project.id, MANY] },
    { text: 'analyze events', params: [] },
    { text: 'analyze dictionary', params: [] },
  ]
  await server.stack.services.engine.run(statements, { timeoutMs: TIMEOUT_MS })
  return project
}

const ask = (project: TestProject, query: object) =>
  server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })

/** 2,500 hours. */
const HOURS = { date_from: '2024-02-20T00:00:00Z', date_to: '2024-06-03T03:59:59Z' }
const MONTHS = { date_from: '2024-03-01', date_to: '2024-05-31' }
const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0)
const TOO_LARGE = { type: 'validation_error', code: 'result_too_large' }

const hourly = { series: [VIEWS], interval: 'hour' }
const actorsOf = (project: TestProject) => (project === busy ? 1 : 1_000)

test(
  'stickiness of 2,500 hours, and not of more',
  async () => {
    for (const project of [busy, wide]) {
      const stickiness = await ask(project, { kind: 'StickinessQuery', ...hourly, dateRange: HOURS })
      expect(stickiness.status, JSON.stringify(stickiness.body)).toBe(200)
      expect(total(stickiness.body.results[0].data)).toBe(actorsOf(project))
    }
    await refusesMore('StickinessQuery')
  },
  TIMEOUT_MS,
)

test(
  'a lifecycle of 2,500 hours whose actors were all created in them, and not of more',
  async () => {
    const text = `insert into persons (id, project, uuid, created_at, has_profile)
      select 1000000 + i, $1::int4, gen_random_uuid(), '2024-03-01T00:00:00Z'::timestamptz + i * interval '1 hour', true
        from generate_series(0, 999) i`
    await server.stack.services.engine.run([{ text, params: [wide.id] }], { timeoutMs: TIMEOUT_MS })
    for (const project of [busy, wide]) {
      const query = { kind: 'LifecycleQuery', ...hourly, dateRange: HOURS }
      const { status, body } = await ask(project, query)
      expect(status, JSON.stringify(body)).toBe(200)
      const counts = body.results.map(({ count }: { count: number }) => count)
      // every actor is active for a time without a gap: it begins and ends once
      expect(counts).toEqual(project === wide ? [1_000, 99_000, 0, -1_000] : [0, expect.any(Number), 1, -1])
      const listed = await ask(project, {
        kind: 'ActorsQuery',
        select: ['id'],
        source: { kind: 'InsightActorsQuery', source: query, day: '2024-03-20 10:00:00', status: 'returning' },
      })
      expect(listed.status, JSON.stringify(listed.body)).toBe(200)
      expect(listed.body.results.length).toBe(project === wide ? 99 : 1)
    }
    await refusesMore('LifecycleQuery')
  },
  TIMEOUT_MS,
)

async function refusesMore(kind: string): Promise<void> {
  const refused = await ask(wide, { kind, ...hourly, dateRange: { ...HOURS, date_to: '2024-06-30' } })
  expect(refused.status).toBe(400)
  expect(refused.body).toMatchObject(TOO_LARGE)
}

test(
  'retention of 2,500 hours, and of more cells than an answer holds',
  async () => {
    for (const project of [busy, wide])
      for (const retentionType of ['retention_recurring', 'retention_first_time']) {
        const retentionFilter = { period: 'Hour', totalIntervals: 80, retentionType }
        const { status, body } = await ask(project, { kind: 'RetentionQuery', retentionFilter, dateRange: HOURS })
        expect(status, JSON.stringify(body)).toBe(200)
        expect(body.results.length).toBe(2_500)
      }
    const many = { period: 'Hour', totalIntervals: 2_500 }
    const refused = await ask(wide, { kind: 'RetentionQuery', retentionFilter: many, dateRange: HOURS })
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject(TOO_LARGE)
  },
  TIMEOUT_MS,
)

test(
  'an actor with 100,000 events in retention of each kind',
  async () => {
    for (const filter of [
      {},
      { cumulative: true },
      { minimumOccurrences: 2 },
      { timeWindowMode: '24_hour_windows' },
      { retentionCustomBrackets: [1, 3, 7] },
      { aggregationType: 'sum', aggregationProperty: 'price' },
    ]) {
      const retentionFilter = { period: 'Day', totalIntervals: 11, ...filter }
      const { status, body } = await ask(busy, { kind: 'RetentionQuery', retentionFilter, dateRange: MONTHS })
      expect(status, JSON.stringify([filter, body])).toBe(200)
      expect(body.results[0].values[0].count).toBe(1)
    }
  },
  TIMEOUT_MS,
)

test(
  'retention by 100,000 values',
  async () => {
    const breakdownFilter = { breakdown: '$current_url', breakdown_type: 'event' }
    for (const project of [busy, wide]) {
      const retentionFilter = { period: 'Week', totalIntervals: 8 }
      const query = { kind: 'RetentionQuery', retentionFilter, dateRange: MONTHS, breakdownFilter }
      const { status, body } = await ask(project, query)
      expect(status, JSON.stringify(body)).toBe(200)
      expect(new Set(body.results.map((row: { breakdown_value: string }) => row.breakdown_value)).size).toBe(26)
    }
  },
  TIMEOUT_MS,
)

test(
  'paths of 100,000 addresses and 20 steps',
  async () => {
    for (const project of [busy, wide])
      for (const filter of [
        { stepLimit: 20, edgeLimit: 1_000 },
        { stepLimit: 20, startPoint: 'https://example.com/page/7', endPoint: 'https://example.com/page/70' },
        {
          stepLimit: 20,
          localPathCleaningFilters: [{ regex: '\\d+', alias: '<id>' }],
          pathGroupings: ['https://example.com/<*'],
        },
      ]) {
        const pathsFilter = { includeEventTypes: ['$pageview'], ...filter }
        const { status, body } = await ask(project, { kind: 'PathsQuery', pathsFilter, dateRange: MONTHS })
        expect(status, JSON.stringify([filter, body])).toBe(200)
      }
  },
  TIMEOUT_MS,
)
