/** Which answers are made of partial results, and what holds while they are made. */
import { expect, test } from 'vitest'
import type { Project } from '../../lib/core/project.ts'
import { buildQuery } from '../../lib/logical/index.ts'
import { parseQuery } from '../../lib/nodes/index.ts'
import { planQuery } from '../../lib/plan/index.ts'
import { queryNames } from '../../lib/plan/references.ts'
import { CASES, EVENTS } from '../support/every-kind.ts'
import { testServer } from '../support/server.ts'
import { counts, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer({ partialsFromRows: 0 })
const { engine } = server.stack.services
/** PGlite has one connection, and no timeout. */
const isPostgres = process.env.DATABASE_URL_TCP !== undefined

async function run(text: string, ...params: (number | string)[]) {
  const [rows = []] = await engine.run([{ text, params }], { timeoutMs: 5_000 })
  return rows
}
const kept = async ({ id }: TestProject) =>
  (await run('select count(*)::int4 as n from partials where project = $1', id))[0]?.n

const trends = (series: object = {}, more: object = {}) => ({
  kind: 'TrendsQuery',
  ...THREE_DAYS,
  ...counts('seen', series),
  ...more,
})
const funnel = (funnelOrderType: string) => ({
  kind: 'FunnelsQuery',
  ...CASES.FunnelsQuery.node,
  funnelsFilter: { funnelOrderType },
})
const amount = { math_property: 'amount' }
const WHOLE = { modifiers: { usePartials: false } }

const FROM_PARTIALS: Readonly<Record<string, object>> = {
  total: trends(),
  sum: trends({ math: 'sum', ...amount }),
  maximum: trends({ math: 'max', ...amount }),
  'unique users': trends({ math: 'dau' }),
  'unique users of weeks': trends({ math: 'dau' }, { interval: 'week' }),
  'weekly active users': trends({ math: 'weekly_active' }),
  'one value': trends({}, { trendsFilter: { display: 'BoldNumber' } }),
  breakdown: trends({}, { breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' } }),
  'breakdown by several properties': trends(
    { math: 'dau' },
    { breakdownFilter: { breakdowns: ['plan', '$browser'].map((property) => ({ property, type: 'event' })) } },
  ),
  hours: trends({}, { interval: 'hour' }),
  'a property of persons': trends(
    {},
    { properties: [{ key: 'plan', type: 'person', operator: 'is_not', value: 'a' }] },
  ),
  formula: trends({}, { trendsFilter: { formula: 'A * 2' } }),
  retention: { kind: 'RetentionQuery', ...CASES.RetentionQuery.node },
  'retention by a value of events': {
    kind: 'RetentionQuery',
    ...CASES.RetentionQuery.node,
    breakdownFilter: { breakdowns: [{ property: 'plan', type: 'event' }] },
  },
  lifecycle: { kind: 'LifecycleQuery', ...CASES.LifecycleQuery.node },
  'ordered funnel': { kind: 'FunnelsQuery', ...CASES.FunnelsQuery.node },
  'ordered funnel of some events': {
    kind: 'FunnelsQuery',
    ...CASES.FunnelsQuery.node,
    properties: [{ key: 'plan', type: 'event', operator: 'is_set' }],
  },
  stickiness: { kind: 'StickinessQuery', ...CASES.StickinessQuery.node },
}
const WHOLLY: Readonly<Record<string, object>> = {
  median: trends({ math: 'median', ...amount }),
  percentile: trends({ math: 'p90', ...amount }),
  'percentile of counts': trends({ math: 'p90_count_per_actor' }),
  'first time': trends({ math: 'first_time_for_user' }),
  paths: { kind: 'PathsQuery', ...CASES.PathsQuery.node },
  'strict funnel': funnel('strict'),
  'funnel in any order': funnel('unordered'),
  SQL: { kind: 'HogQLQuery', ...CASES.HogQLQuery.node },
  'a query that says so': trends({}, WHOLE),
}

const project = await makeProject(server)
await project.send(EVENTS)

const answered = async ({ path }: TestProject, query: object) => {
  const { status, body } = await server.call('POST', `${path}query/`, { query, refresh: 'force_blocking' })
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

test.each(Object.entries(FROM_PARTIALS))('%s: from partial results', async (_, query) => {
  expect((await answered(project, query)).served_from).toBe('partials')
})

test.each(Object.entries(WHOLLY))('%s: from the database', async (_, query) => {
  expect((await answered(project, query)).served_from).toBe('database')
})

/** The statements of a query, those that keep something before those that read it. */
async function statements({ id, token }: TestProject, json: object) {
  const node = parseQuery(json)
  const of: Project = {
    id,
    organizationId: '',
    name: '',
    apiToken: token,
    timezone: 'UTC',
    weekStartDay: 0,
    testAccountFilters: [],
    pathCleaningFilters: [],
    configVersion: -1,
    slotKeys: [],
  }
  const now = new Date()
  const loaded = await engine.context(of, queryNames(node, of, now), { timeoutMs: 5_000 })
  const queries = buildQuery(planQuery(node, { project: of, context: loaded.plan, now }))
  return queries.map((query) => engine.compile(query, loaded.engine)).flatMap((one) => [...(one.before ?? []), one])
}

test('of a batch that is cut nothing is kept', async () => {
  const own = await makeProject(server)
  await own.send(EVENTS)
  const made = await statements(own, trends({ math: 'dau' }, { interval: 'week' }))
  expect(made.length).toBeGreaterThan(1)
  const end = { text: isPostgres ? 'select pg_sleep(60)' : 'select 1 / 0', params: [] }
  await expect(engine.run([...made, end], { timeoutMs: isPostgres ? 2_000 : 20_000 })).rejects.toThrow()
  expect(await kept(own)).toBe(0)
  await engine.run(made, { timeoutMs: 20_000 })
  expect(await kept(own)).toBeGreaterThan(0)
})

test('a question that is short of time is answered, and what is missing is kept the next time', async () => {
  const own = await makeProject(server)
  await own.send(EVENTS)
  const made = await statements(own, trends())
  // a quarter of the time is over before anything is looked at
  const wait = { text: 'select pg_sleep(0.6)', params: [] }
  const rows = (await engine.run([wait, ...made], { timeoutMs: 2_000 })).at(-1)
  expect(rows).toHaveLength(3)
  expect(await kept(own)).toBe(0)
  expect((await engine.run(made, { timeoutMs: 20_000 })).at(-1)).toEqual(rows)
  expect(await kept(own)).toBe(3)
})

test.skipIf(!isPostgres)(
  'while one fills a series another computes what it does not find, and does not wait',
  async () => {
    const own = await makeProject(server)
    await own.send(EVENTS)
    const right = await own.trend(trends())
    const [{ series } = { series: '' }] = await run(
      'select series::text as series from partial_series where project = $1',
      own.id,
    )
    await run('delete from partials where project = $1', own.id)
    const turn = {
      text: 'select pg_advisory_xact_lock(hashtextextended($1, $2))',
      params: [String(series), own.id],
    }
    const runId = crypto.randomUUID()
    const holding = engine
      .run([turn, { text: 'select pg_sleep(50)', params: [] }], { timeoutMs: 55_000, runId })
      .catch(() => 'ended')
    const held = async () =>
      (
        await run(
          "select from pg_locks where locktype = 'advisory' and granted and objsubid = 1 and database = (select oid from pg_database where datname = current_database())",
        )
      ).length
    await expect.poll(held).toBe(1)
    expect(await own.trend(trends())).toEqual(right)
    expect(await kept(own)).toBe(0)
    expect(await engine.cancel(runId)).toBe(1)
    expect(await holding).toBe('ended')
    expect(await own.trend(trends())).toEqual(right)
    expect(await kept(own)).toBe(3)
  },
)

test('many fill the same series at once, beside events that come, and all is right', async () => {
  const own = await makeProject(server)
  await own.send(EVENTS)
  for (let round = 0; round < 3; round++) {
    const late = { ...EVENTS[0], uuid: crypto.randomUUID() }
    await Promise.all([
      ...Array.from({ length: 6 }, () => own.trend(trends({ math: 'dau' }))),
      own.send([late as never]),
    ])
    const [whole] = await own.trend(trends({}, WHOLE))
    expect(await own.trend(trends())).toEqual([whole])
  }
})
