import { beforeAll, expect, test } from 'vitest'
import { type Answer, testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
let project: TestProject
let action: number

const UUIDS = Array.from({ length: 6 }, (_, index) => `01920000-0000-7000-8000-00000000000${index}`)
const sent = (index: number, name: string, id: string, at: string, properties: object = {}) =>
  event(name, id, `2020-01-0${at}Z`, { properties, uuid: UUIDS[index] })

beforeAll(async () => {
  project = await makeProject(server)
  await project.send([
    event('$set', 'a', '2020-01-01T00:00:00Z', { properties: { $set: { email: 'a@x.test' } } }),
    sent(0, 'paid', 'a', '1T10:00:00', { plan: 'pro', amount: 3, list: [1, { x: 2 }] }),
    sent(1, 'paid', 'a', '2T10:00:00', { plan: 'free', amount: 4 }),
    sent(2, 'left', 'b', '2T10:00:00', { plan: 'free' }),
    sent(3, 'seen', 'c', '3T10:00:00.5', { plan: 'none', $process_person_profile: false }),
  ])
  const made = await server.call('POST', `${project.path}actions/`, { name: 'paid', steps: [{ event: 'paid' }] })
  action = made.body.id
})

const RANGE = { after: '2020-01-01', before: '2020-01-10' }
const ask = (query: object, more: object = {}): Promise<Answer> =>
  server.call('POST', `${project.path}query/`, {
    query: { kind: 'EventsQuery', select: ['event'], ...RANGE, event: null, ...query },
    ...more,
  })
const rowsOf = async (query: object) => {
  const { status, body } = await ask({ where: ["event != '$set'"], orderBy: ['timestamp'], ...query })
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results
}
const names = async (query: object) => (await rowsOf(query)).map(([name]: [string]) => name)

test('an event and its person as objects; whoever has no profile is a distinct id', async () => {
  const { body } = await ask({
    select: ['*', 'person -- Who'],
    where: ["event in ('paid', 'seen')"],
    orderBy: ['timestamp DESC'],
  })
  expect(body.columns).toEqual(['*', 'person -- Who'])
  expect(body).toMatchObject({ hasMore: false, limit: 100, offset: 0, is_cached: false, timings: [] })
  expect(body.hogql).toContain('from events')
  const [[seen, nobody], , [first, person]] = body.results
  expect(seen).toMatchObject({
    uuid: UUIDS[3],
    event: 'seen',
    distinct_id: 'c',
    timestamp: '2020-01-03T10:00:00.500000Z',
  })
  expect(nobody).toEqual({ distinct_id: 'c' })
  expect(first.properties).toMatchObject({ plan: 'pro', amount: 3, list: [1, { x: 2 }] })
  expect(person).toMatchObject({
    distinct_id: 'a',
    properties: { email: 'a@x.test' },
    created_at: '2020-01-01T00:00:00Z',
  })
  expect(await rowsOf({ select: [], personId: person.uuid, event: 'paid' })).toHaveLength(2)
  expect(await rowsOf({ personId: 'nobody' })).toEqual([])
})

test('what chooses the events', async () => {
  expect(await names({})).toEqual(['paid', 'paid', 'left', 'seen'])
  expect(await names({ event: 'left' })).toEqual(['left'])
  expect(await names({ events: ['left', 'seen', 'nothing'] })).toEqual(['left', 'seen'])
  expect(await names({ event: 'left', events: ['seen'] })).toEqual([])
  expect(await names({ actionId: action })).toEqual(['paid', 'paid'])
  expect(await names({ actionSteps: [{ event: 'left' }, { event: 'seen' }] })).toEqual(['left', 'seen'])
  const plan = { type: 'event', key: 'plan', value: 'free', operator: 'exact' }
  expect(await names({ properties: [plan], fixedProperties: [{ ...plan, key: '$lib', operator: 'is_not' }] })).toEqual([
    'paid',
    'left',
  ])
  expect(
    await names({ properties: { type: 'OR', values: [{ type: 'AND', values: [plan] }] }, event: 'paid' }),
  ).toHaveLength(1)
  expect(await names({ where: ["properties.plan = 'free'", "event = 'left'"] })).toEqual(['left'])
  expect(await names({ after: '2020-01-01T10:00:00Z', before: '2020-01-03T10:00:00.500Z' })).toEqual(['paid', 'left'])
  expect(await names({ after: 'all' })).toHaveLength(4)
  // the last 24 hours
  expect(await names({ after: undefined, before: undefined })).toEqual([])
  const source = {
    kind: 'InsightActorsQuery',
    source: {
      kind: 'TrendsQuery',
      series: [{ kind: 'EventsNode', event: 'left', math: 'dau' }],
      dateRange: { date_from: '2020-01-01', date_to: '2020-01-03' },
    },
    day: '2020-01-02',
  }
  expect(await names({ source })).toEqual(['left'])
})

test('aggregates group by the other columns; conditions on them are conditions on the groups', async () => {
  const grouped = { select: ['event', 'count()', 'max(properties.amount) -- most'], orderBy: undefined }
  expect(await rowsOf({ ...grouped })).toEqual([
    ['paid', 2, 4],
    ['left', 1, null],
    ['seen', 1, null],
  ])
  expect(await rowsOf({ ...grouped, where: ['count() > 1'] })).toEqual([['paid', 2, 4]])
  const { body } = await ask({ ...grouped })
  expect(body.types).toHaveLength(3)
})

test('orders and pages', async () => {
  expect(await names({ orderBy: ['event DESC', 'timestamp'] })).toEqual(['seen', 'paid', 'paid', 'left'])
  expect(await names({ orderBy: undefined })).toEqual(['left', 'paid', 'paid', 'seen'])
  const newest = await rowsOf({ select: ['event', 'timestamp'], orderBy: undefined })
  expect(newest.map(([name]: [string]) => name)).toEqual(['seen', 'paid', 'left', 'paid'])
  const pages: string[] = []
  for (let offset = 0; ; offset++) {
    const { body } = await ask({ select: ['uuid'], where: ["event != '$set'"], orderBy: ['1'], limit: 1, offset })
    pages.push(...body.results.flat())
    if (!body.hasMore) break
  }
  expect(pages).toEqual(UUIDS.slice(0, 4))
})

test('what cannot be read is a 400 that names it', async () => {
  const wrong = async (query: object) => (await ask(query)).body
  expect(await wrong({ select: ['properties.('] })).toMatchObject({
    code: 'hogql_syntax_error',
    attr: 'query__select__0',
  })
  expect(await wrong({ where: ['nothing = 1'] })).toMatchObject({
    code: 'hogql_error',
    attr: 'query__where__0',
    detail: expect.stringContaining('character 1)'),
  })
  expect(await wrong({ orderBy: ['event', 'lower( nothing)'] })).toMatchObject({ attr: 'query__orderBy__1' })
  expect(await wrong({ select: ['*', 'count()'] })).toMatchObject({ attr: 'query__select__0' })
  expect(await wrong({ after: 'soon' })).toMatchObject({ attr: 'query__after' })
  expect(await wrong({ actionId: 99_999 })).toMatchObject({ attr: 'query__actionId', code: 'does_not_exist' })
  expect(await wrong({ colour: 'red' })).toMatchObject({ code: 'parse_error' })
  expect((await ask({ select: undefined })).status).toBe(400)
})

test('it is cached like any query, and saved, shown and exported as a table', async () => {
  const query = { select: ['event', 'properties.plan'], where: ["event = 'left'"] }
  expect((await ask(query)).body.is_cached).toBe(false)
  expect((await ask(query)).body).toMatchObject({ is_cached: true, results: [['left', 'free']] })
  const run = await ask(query, { refresh: 'force_async' })
  expect(run.status).toBe(202)
  await server.stack.qstash.idle()
  const done = await server.call('GET', `${project.path}query/${run.body.query_status.id}/`)
  expect(done.body.query_status.results.results).toEqual([['left', 'free']])
  const source = { kind: 'EventsQuery', ...RANGE, ...query }
  const made = await server.call('POST', `${project.path}insights/`, { query: { kind: 'DataTableNode', source } })
  const path = `${project.path}insights/${made.body.id}`
  const read = await server.call('GET', `${path}/?refresh=blocking`)
  expect(read.body).toMatchObject({ result: [['left', 'free']], columns: ['event', 'properties.plan'] })
  const csv = await server.call('GET', `${path}.csv`)
  expect(csv.body).toBe('event,properties.plan\r\nleft,free\r\n')
  const narrowed = await server.call(
    'GET',
    `${path}/?refresh=blocking&filters_override=${encodeURIComponent('{"date_from":"2020-01-03"}')}`,
  )
  expect(narrowed.body.result).toEqual([])
})
