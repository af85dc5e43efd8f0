/** Funnels over more than usual: answered in time, or refused with an error that says why. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const EVENTS = ['view', 'click', 'buy']
const MANY = 100_000
const TIMEOUT_MS = 120_000

let server: TestServer
/** One actor with all events, 20 seconds apart, each third of a kind; 5,000 values of `plan`. */
let busy: TestProject
/** Each event of another actor and with another value. */
let wide: TestProject

beforeAll(async () => {
  server = await startServer()
  busy = await projectOf(
    (i) => `(select max(person) from distinct_ids where project = $1) + 0 * ${i}`,
    (i) => `${i} % 5000`,
  )
  wide = await projectOf(
    (i) => `1000000 + ${i}`,
    (i) => i,
  )
}, TIMEOUT_MS)
afterAll(() => server.close())

async function projectOf(person: (i: string) => string, plan: (i: string) => string): Promise<TestProject> {
  const project = await makeProject(server, { timezone: 'UTC' })
  await project.send(EVENTS.map((name) => event(name, 'busy', '2024-01-01T00:00:00Z')))
  const id = (name: string) => `(select id from dictionary where project = $1 and key = '$event' and value = '${name}')`
  const text = `insert into events (ts, project, person, distinct_id, event, uuid, properties)
    select '2024-03-01T00:00:00Z'::timestamptz + i * interval '20 seconds', $1::int4, ${person('i')}, 1,
           (array[${EVENTS.map(id).join(', ')}])[i % 3 + 1], gen_random_uuid(), jsonb_build_object('plan', (${plan('i')})::text)
      from generate_series(0, $2::int4 - 1) i`
  await server.stack.services.engine.run([{ text, params: [project.id, MANY] }], { timeoutMs: TIMEOUT_MS })
  return project
}

const steps = (names: readonly string[] = EVENTS) => names.map((name) => ({ kind: 'EventsNode', event: name }))

async function ask(project: TestProject, funnelsFilter: object = {}, more: object = {}) {
  const query = {
    kind: 'FunnelsQuery',
    series: steps(),
    dateRange: { date_from: '2024-03-01', date_to: '2024-03-25' },
    funnelsFilter,
    ...more,
  }
  return server.call('POST', `${project.path}query/`, { query, refresh: 'force_blocking' })
}
const counts = (results: readonly { count: number }[]) => results.map(({ count }) => count)
const TOO_LARGE = { type: 'validation_error', code: 'result_too_large' }

test.each(['ordered', 'strict', 'unordered'])(
  'an actor with 100,000 events, %s',
  async (funnelOrderType) => {
    const { status, body } = await ask(busy, { funnelOrderType })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(counts(body.results)).toEqual([1, 1, 1])
  },
  TIMEOUT_MS,
)

test(
  'who never gets there is followed to the end',
  async () => {
    const series = steps(['view', 'click', 'view', 'none'])
    for (const order of ['ordered', 'strict', 'unordered']) {
      const { status, body } = await ask(busy, { funnelOrderType: order }, { series })
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.results[3].count).toBe(0)
    }
  },
  TIMEOUT_MS,
)

test(
  'a trend of one actor with 100,000 events',
  async () => {
    const { status, body } = await ask(busy, { funnelVizType: 'trends' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.results[0].data.slice(0, 3)).toEqual([100, 100, 100])
    const never = await ask(
      busy,
      { funnelVizType: 'trends' },
      { series: steps(['view', 'buy', 'view', 'none']), interval: 'hour' },
    )
    expect(never.status, JSON.stringify(never.body)).toBe(400)
    expect(never.body).toMatchObject(TOO_LARGE)
  },
  TIMEOUT_MS,
)

test(
  'by thousands of values of one actor',
  async () => {
    const by = { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } }
    for (const breakdownAttributionType of ['first_touch', 'last_touch', 'all_events']) {
      const { status, body } = await ask(busy, { breakdownAttributionType }, by)
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.results.length).toBeLessThanOrEqual(26)
    }
    const refused = await ask(busy, { breakdownAttributionType: 'step', breakdownAttributionValue: 1 }, by)
    expect(refused.status).toBe(400)
    expect(refused.body).toMatchObject(TOO_LARGE)
  },
  TIMEOUT_MS,
)

test(
  'by 100,000 values of as many actors',
  async () => {
    const by = { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } }
    for (const breakdownAttributionType of ['first_touch', 'all_events']) {
      const { status, body } = await ask(wide, { breakdownAttributionType }, by)
      expect(status, JSON.stringify(body)).toBe(200)
      expect(body.results.length).toBe(26)
      const [other] = body.results[25]
      expect(other).toMatchObject({ breakdown_value: ['Other'], count: Math.ceil(MANY / 3) - 25 })
    }
    const trends = await ask(wide, { funnelVizType: 'trends' }, by)
    expect(trends.status).toBe(200)
    expect(trends.body.results.length).toBe(25)
    // values of expressions have no rest
    const expressions = { breakdownFilter: { breakdown: 'properties.plan', breakdown_type: 'hogql' } }
    for (const funnelVizType of ['steps', 'trends']) {
      const refused = await ask(wide, { funnelVizType }, expressions)
      expect(refused.status).toBe(400)
      expect(refused.body).toMatchObject(TOO_LARGE)
    }
  },
  TIMEOUT_MS,
)

test(
  '20 steps and 30, but not 31',
  async () => {
    const many = (count: number) => steps(Array.from({ length: count }, (_, index) => EVENTS[index % 3] ?? ''))
    for (const count of [20, 30]) {
      const { status, body } = await ask(busy, {}, { series: many(count) })
      expect(status, JSON.stringify(body)).toBe(200)
      expect(counts(body.results)).toEqual(Array.from({ length: count }, () => 1))
    }
    expect((await ask(busy, {}, { series: many(31) })).status).toBe(400)
  },
  TIMEOUT_MS,
)

test('a window of nothing is the usual one of 14 days', async () => {
  const project = await makeProject(server, { timezone: 'UTC' })
  await project.send([
    event('view', 'in', '2024-03-01T00:00:00Z'),
    event('click', 'in', '2024-03-15T00:00:00Z'),
    event('view', 'out', '2024-03-01T00:00:00Z'),
    event('click', 'out', '2024-03-15T00:00:01Z'),
  ])
  for (const funnelWindowInterval of [0, 14, null]) {
    const { body } = await ask(project, { funnelWindowInterval }, { series: steps(['view', 'click']) })
    expect(counts(body.results)).toEqual([2, 1])
  }
  // longer than there are dates; the more events there are of the first step, the other way it is answered
  await project.send(Array.from({ length: 10 }, () => event('view', 'out', '2024-03-16T00:00:00Z')))
  for (const to of ['2024-03-25', '2024-03-26']) {
    const more = { series: steps(['view', 'click']), dateRange: { date_from: '2024-03-01', date_to: to } }
    const { body } = await ask(project, { funnelWindowInterval: 1e9 }, more)
    expect(counts(body.results)).toEqual([2, 2])
  }
})
