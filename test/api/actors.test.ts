import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  const view = (id: string, day: number, properties: object) =>
    event('view', id, `2024-03-0${day}T10:00:00Z`, { properties })
  await project.send([
    view('a', 1, { plan: 'pro', $set: { email: 'a@x.io', age: 30 }, $groups: { org: 'acme' } }),
    view('a', 1, { plan: 'pro', $groups: { org: 'acme' } }),
    view('b', 1, { plan: 'free', $set: { email: 'b@x.io', age: 40 } }),
    view('b', 2, { plan: 'pro', $groups: { org: 'globex' } }),
    view('c', 3, { $set: { name: 'Cleo' } }),
    event('view', 'nobody', '2024-03-03T11:00:00Z', { properties: { $process_person_profile: false } }),
  ])
})

const VIEWS = { kind: 'EventsNode', event: 'view' }
const trends = (more: object = {}) => ({
  kind: 'TrendsQuery',
  series: [{ ...VIEWS, math: 'dau' }],
  dateRange: { date_from: '2024-03-01', date_to: '2024-03-03' },
  ...more,
})
const ask = (query: object) =>
  server.call('POST', `${project.path}query/`, { query: { kind: 'ActorsQuery', ...query }, refresh: 'force_blocking' })
const behind = (point: object, source: object = trends(), more: object = {}) =>
  ask({ select: ['person'], source: { kind: 'InsightActorsQuery', source, ...point }, ...more })
const ids = (body: { results: [{ distinct_ids: string[] }][] }) =>
  body.results.map(([person]) => person.distinct_ids[0])

test('the people of a day, of a value, of the range', async () => {
  expect(ids((await behind({ day: '2024-03-01' })).body).sort()).toEqual(['a', 'b'])
  expect(ids((await behind({ day: '2024-03-02T00:00:00Z' })).body)).toEqual(['b'])
  expect(ids((await behind({})).body).sort()).toEqual(['a', 'b', 'c', 'nobody'])
  const byPlan = trends({ breakdownFilter: { breakdown: 'plan', breakdown_type: 'event', breakdown_limit: 1 } })
  expect(ids((await behind({ breakdown: 'pro' }, byPlan)).body).sort()).toEqual(['a', 'b'])
  expect(ids((await behind({ breakdown: '$$_posthog_breakdown_other_$$' }, byPlan)).body).sort()).toEqual([
    'b',
    'c',
    'nobody',
  ])
  const list = trends({
    breakdownFilter: { breakdowns: [{ property: 'plan' }, { property: 'email', type: 'person' }] },
  })
  expect(ids((await behind({ breakdown: ['pro', 'b@x.io'] }, list)).body)).toEqual(['b'])
  expect(
    ids((await behind({ breakdown: ['$$_posthog_breakdown_null_$$', '$$_posthog_breakdown_null_$$'] }, list)).body),
  ).toHaveLength(2)
})

test('a person as a cell, events, groups', async () => {
  const { body } = await behind({ day: '2024-03-01' }, trends(), {
    select: ['actor', 'id', 'event_count', 'properties.email', 'created_at'],
    orderBy: ['event_count DESC'],
  })
  expect(body.columns).toEqual(['actor', 'id', 'event_count', 'properties.email', 'created_at'])
  expect(body.results[0]).toEqual([
    {
      id: body.results[0][1],
      distinct_ids: ['a'],
      properties: { email: 'a@x.io', age: 30 },
      is_identified: false,
      created_at: '2024-03-01T10:00:00Z',
    },
    expect.stringMatching(/^[0-9a-f-]{36}$/),
    2,
    'a@x.io',
    '2024-03-01T10:00:00Z',
  ])
  const byGroup = trends({ series: [{ ...VIEWS, math: 'unique_group', math_group_type_index: 0 }] })
  const groups = await ask({ source: { kind: 'InsightActorsQuery', source: byGroup } })
  expect(groups.body.results.map(([group]: [{ group_key: string }]) => group.group_key).sort()).toEqual([
    'acme',
    'globex',
  ])
})

test('everybody: filters, search, order, pages, aggregates', async () => {
  const emails = async (more: object) => (await ask({ select: ['properties.email'], ...more })).body.results.flat()
  expect(await emails({})).toEqual(['a@x.io', 'b@x.io', null])
  expect(await emails({ orderBy: ['properties.email desc'] })).toEqual(['b@x.io', 'a@x.io', null])
  expect(await emails({ properties: [{ key: 'age', value: 35, operator: 'gt', type: 'person' }] })).toEqual(['b@x.io'])
  expect(await emails({ properties: [{ type: 'hogql', key: `properties.email like 'a%'` }] })).toEqual(['a@x.io'])
  expect(await emails({ search: 'B@X' })).toEqual(['b@x.io'])
  const cleo = await ask({ search: 'cle', select: ['person'] })
  expect(ids(cleo.body)).toEqual(['c'])
  const page = (await ask({ select: ['properties.email'], limit: 1, offset: 1 })).body
  expect(page).toMatchObject({ results: [['b@x.io']], hasMore: true, limit: 1, offset: 1 })
  expect((await ask({ select: ['count()', 'max(properties.age)'] })).body.results).toEqual([[3, 40]])
})

test.each([
  [{ source: { kind: 'InsightActorsQuery', source: trends(), day: '2024-04-01' } }, 'query__source__day'],
  [{ source: { kind: 'InsightActorsQuery', source: trends(), day: 'soon' } }, 'query__source__day'],
  [{ source: { kind: 'InsightActorsQuery', source: trends(), series: 3 } }, 'query__source__series'],
  [{ source: { kind: 'InsightActorsQuery', source: trends(), compare: 'previous' } }, 'query__source__compare'],
  [{ source: { kind: 'InsightActorsQuery', source: trends(), breakdown: 'x' } }, 'query__source__breakdown'],
  [{ select: ['secret'] }, 'query__select__0'],
  [{ select: ['person', 'count()'] }, 'query__select__0'],
  [{ select: ['id'], orderBy: ['(select 1)'] }, 'query__orderBy__0'],
  [{ properties: [{ key: 'x', value: 1 }] }, 'query__properties__0__value'],
  [{ properties: [{ key: 'x', value: 1, type: 'group', group_type_index: 0 }] }, 'query__properties__0__value'],
])('refused: %j', async (query, attr) => {
  const { status, body } = await ask(query)
  expect([status, body.attr]).toEqual([400, attr])
})

test('links of a legacy answer list the people that were counted, also when more happened since', async () => {
  const other = await makeProject(server)
  await other.send([
    event('sign up', 'a', new Date(Date.now() - 86_400_000).toISOString()),
    event('sign up', 'b', new Date(Date.now() - 3_000).toISOString()),
  ])
  const body = { events: [{ id: 'sign up', math: 'dau' }], date_from: '-3d' }
  const { result } = (await server.call('POST', `${other.path}insights/trend/`, body)).body
  const urls: { url: string }[] = result[0].persons_urls
  const counts = async () => {
    const lists = await Promise.all(urls.map(({ url }) => server.call('GET', url)))
    return lists.map((list) => list.body.results.length)
  }
  expect(urls).toHaveLength(result[0].data.length)
  expect(await counts()).toEqual(result[0].data)
  const moved = urls[0]?.url.replace(/at=[^&]+/, `at=${new Date(Date.now() + 5 * 86_400_000).toISOString()}`) ?? ''
  expect((await server.call('GET', moved)).body.attr).toBe('bucket')
  const [first] = (await server.call('GET', urls.at(-2)?.url ?? '')).body.results
  expect(first).toMatchObject({ distinct_ids: ['a'], uuid: expect.any(String), id: expect.any(Number) })
  const foreign = urls.at(-1)?.url.replace(other.path, project.path) ?? ''
  expect((await server.call('GET', foreign)).status).toBe(404)
  expect((await server.call('GET', urls[0]?.url.replace(/at=[^&]+/, 'at=x') ?? '')).status).toBe(400)
  const total = await server.call('POST', `${other.path}insights/trend/`, { ...body, display: 'BoldNumber' })
  expect(total.body.result[0].aggregated_value).toBe(2)
  expect((await server.call('GET', total.body.result[0].persons_urls[0].url)).body.results).toHaveLength(2)
})

test('rows that are counted together are ordered by what is selected, and by nothing that they do not have', async () => {
  const counted = await ask({ select: ['properties.age', 'count()'], orderBy: ['properties.age desc'] })
  expect(counted.status, JSON.stringify(counted.body)).toBe(200)
  expect((await ask({ select: ['count()'], orderBy: ['count() desc'] })).body.results).toEqual([[3]])
  for (const query of [
    { select: ['count()'], orderBy: ['created_at desc'] },
    { select: ['count()'], orderBy: ['person'] },
    { select: ['properties.age', 'count()'], orderBy: ['count()', 'id'] },
    { select: ['id'], orderBy: ['count() desc'] },
    { orderBy: ['max(created_at)'] },
  ]) {
    const { status, body } = await ask(query)
    expect([status, body.attr], JSON.stringify(body)).toEqual([400, expect.stringMatching(/^query__orderBy__\d$/)])
  }
})
