/** Bodies as they come over the wire: streams, forms under any header, the lines of the reference. */
import { beforeAll, expect, test } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { routes } from '../../functions/routes/index.ts'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('$pageview', 'a', '2020-01-01T10:00:00Z')])
})

/** Sends a body of `size` bytes in pieces; how much of it was taken. */
async function stream(path: string, size: number, headers: Record<string, string>) {
  const piece = new TextEncoder().encode(' '.repeat(16_384))
  let taken = 0
  const body = new ReadableStream(
    {
      pull(controller) {
        if (taken >= size) return controller.close()
        taken += piece.length
        controller.enqueue(piece)
      },
    },
    { highWaterMark: 0 },
  )
  const app = createApp(routes, () => server.stack.services)
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
  const answer = await app.fetch(new Request(server.url + path, init))
  return { status: answer.status, taken }
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

test('bodies were read to their end before anybody was known', async () => {
  const insights = `${project.path}insights/`
  const size = 20_000_000
  for (const path of [insights, `${project.path}query/`, `${project.path}cohorts/`, '/api/personal_api_keys/']) {
    const { status, taken } = await stream(path, size, JSON_TYPE)
    expect([path, status]).toEqual([path, 401])
    expect(taken, path).toBeLessThanOrEqual(100_000)
  }
  const wrong = await stream(insights, size, { ...JSON_TYPE, Authorization: 'Bearer phx_wrong' })
  expect(wrong).toMatchObject({ status: 401, taken: 0 })
  for (const path of ['/api/qstash/run', '/api/qstash/failed', '/api/qstash/cohort', '/api/qstash/cohort_failed']) {
    const { status, taken } = await stream(path, size, JSON_TYPE)
    expect([path, status]).toEqual([path, 413])
    expect(taken).toBeLessThanOrEqual(8_500_000)
  }
  const hook = await stream('/api/refresh_hooks/x', size, {})
  expect(hook.status).toBe(413)
  expect(hook.taken).toBeLessThanOrEqual(100_000)
  const known = await stream(insights, size, { ...JSON_TYPE, Authorization: `Bearer ${KEY}` })
  expect(known.status).toBe(413)
  expect(known.taken).toBeLessThanOrEqual(4_300_000)
})

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}, method = 'POST') {
  const answer = await fetch(server.url + path, {
    method,
    body,
    headers: { Authorization: `Bearer ${KEY}`, ...headers },
  })
  const text = await answer.text()
  return { status: answer.status, body: text && JSON.parse(text) }
}

test('forms of any number of fields were read', async () => {
  const fields = Array.from({ length: 2_000 }, (_, index) => [`f${index}`, '1'])
  const refused = { status: 400, body: { code: 'max_length' } }
  expect(await post(`${project.path}insights/`, new URLSearchParams(fields))).toMatchObject(refused)
  const form = new FormData()
  for (const [name = '', value = ''] of fields) form.set(name, value)
  expect(await post(`${project.path}insights/`, form)).toMatchObject(refused)
})

test('the key may be in a body, up to the size of an unknown one', async () => {
  const named = (name: string) => JSON.stringify({ personal_api_key: KEY, name })
  const path = `${project.path}insights/`
  const none = { ...JSON_TYPE, Authorization: '' }
  expect((await post(path, named('x'), none)).status).toBe(201)
  expect((await post(path, named('x'.repeat(70_000)), none)).status).toBe(401)
})

test('lines of the reference were refused: a form under the header of JSON', async () => {
  const insights = `${project.path}insights/`
  const made = await post(insights, 'name=string', JSON_TYPE)
  expect(made).toMatchObject({ status: 201, body: { name: 'string' } })
  const insight = `${insights}${made.body.id}/`
  const curl = (path: string, body: string, method = 'POST') =>
    post(path, body, method === 'PATCH' ? { 'Content-Type': 'application/x-www-form-urlencoded' } : JSON_TYPE, method)
  const { date_from, date_to } = THREE_DAYS.dateRange
  const get = async (path: string) => (await server.call('GET', path)).status
  expect(await curl(insight, 'name=other', 'PATCH')).toMatchObject({ status: 200, body: { name: 'other' } })
  expect(await curl(`${insight}viewed/`, 'name=string')).toEqual({ status: 200, body: '' })
  expect(await curl(`${insights}timing/`, 'name=string')).toEqual({ status: 200, body: '' })
  expect(await curl(`${insights}cancel/`, 'client_query_id=string')).toEqual({ status: 200, body: '' })
  expect(await curl(`${insights}funnel/correlation/`, 'name=string')).toMatchObject({ status: 200 })
  const trend = await curl(`${insights}trend/`, `events=[{"id":"$pageview"}]&date_from=${date_from}&date_to=${date_to}`)
  expect(trend).toMatchObject({ status: 200, body: { result: [{ data: [1, 0, 0] }], next: null } })
  // a funnel has two steps
  expect(await curl(`${insights}funnel/`, 'events=[{"id":"$pageview"}]')).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('two steps') },
  })
  for (const path of ['', 'activity/', 'funnel/', 'funnel/correlation/', 'my_last_viewed/', 'trend/'])
    expect([path, await get(insights + path)]).toEqual([path, 200])
  for (const path of ['', 'sharing/', 'activity/']) expect([path, await get(insight + path)]).toEqual([path, 200])
})

test('a funnel without steps was an error, which the reference page answers with nothing', async () => {
  const answer = await server.call('GET', `${project.path}insights/funnel/`)
  expect(answer).toMatchObject({ status: 200, body: { result: [], timezone: 'UTC', is_cached: false } })
  const csv = await server.call('GET', `${project.path}insights/funnel.csv`)
  expect(csv.body).toMatch(/^step,name,count/)
})

test('what clients tell of views and timings was refused unless it was JSON', async () => {
  const { body } = await server.call('POST', `${project.path}insights/`, { name: 'x' })
  for (const path of ['insights/timing/', `insights/${body.id}/viewed/`])
    for (const sent of ['{"broken', '[]', '<xml/>', 'a'.repeat(100), '"x"', `${'['.repeat(3_000)}`])
      for (const type of ['application/json', 'application/xml', 'text/plain'])
        expect(await post(project.path + path, sent, { 'Content-Type': type })).toEqual({ status: 200, body: '' })
})

test('a next page of a trend led to the same numbers again', async () => {
  const filters = {
    events: [{ id: '$pageview' }],
    breakdown: 'k',
    breakdown_limit: 1,
    date_from: '2020-01-01',
    date_to: '2020-01-03',
  }
  await project.send(['x', 'y'].map((k) => event('$pageview', k, '2020-01-02T10:00:00Z', { properties: { k } })))
  const path = `${project.path}insights/trend/?breakdown_limit=1`
  const { body } = await server.call('POST', path, filters)
  expect(body.result.length).toBeGreaterThan(1)
  expect(body.next).toBeNull()
})

test('flags of old clients were not found', async () => {
  const none = { flags: [], group_type_mapping: {}, cohorts: {} }
  const list = { count: 0, next: null, previous: null, results: [] }
  for (const path of [
    '/api/feature_flag',
    `${project.path}feature_flags`,
    `/api/environments/${project.id}/feature_flags`,
  ]) {
    expect((await server.call('GET', `${path}/`)).body).toEqual(list)
    expect((await server.call('GET', `${path}/local_evaluation?token=phc_x&send_cohorts`)).body).toEqual(none)
    expect((await server.call('GET', `${path}/`, undefined, { Authorization: '' })).status).toBe(401)
  }
})

test('an insight that is deleted with its dashboards in the body was a server error', async () => {
  const dashboard = (await server.call('POST', `${project.path}dashboards/`, { name: 'd' })).body.id
  const made = await server.call('POST', `${project.path}insights/`, { name: 'x', dashboards: [dashboard] })
  const whole = { ...made.body, deleted: true }
  expect(await server.call('PATCH', `${project.path}insights/${made.body.id}/`, whole)).toMatchObject({
    status: 200,
    body: { deleted: true, dashboards: [] },
  })
  expect((await server.call('GET', `${project.path}dashboards/${dashboard}/`)).body.tiles).toEqual([])
})

test('lists of any length were stored', async () => {
  const texts = Array.from({ length: 70_000 }, (_, index) => `t${index}`)
  const numbers = texts.map((_, index) => index + 1)
  const steps = texts.slice(0, 101).map((name) => ({ event: name }))
  const long = 'x'.repeat(201)
  for (const [method, path, body, attr] of [
    ['POST', 'insights/', { tags: texts }, 'tags'],
    ['POST', 'insights/', { tags: ['x'.repeat(300)] }, 'tags__0'],
    ['POST', 'insights/', { dashboards: numbers }, 'dashboards'],
    ['POST', 'insights/', { name: 'x'.repeat(401) }, 'name'],
    ['POST', 'actions/', { name: 'a', steps }, 'steps'],
    ['POST', 'actions/', { name: 'a', steps: [{ url: 'x'.repeat(1_001) }] }, 'steps__0__url'],
    ['POST', 'actions/', { name: 'a', tags: texts }, 'tags'],
    ['POST', 'cohorts/', { is_static: true, csv: `id\n${texts.join('\n')}\n${texts.join('x\n')}` }, 'csv'],
    ['POST', 'cohorts/', { is_static: true, _create_static_person_ids: texts }, '_create_static_person_ids'],
    ['POST', 'query/', { query: { kind: 'TrendsQuery' }, client_query_id: long }, 'client_query_id'],
    ['POST', 'insights/cancel/', { client_query_id: long }, 'client_query_id'],
    ['POST', 'insights/trend/', { client_query_id: long }, 'client_query_id'],
    ['GET', `insights/?client_query_id=${long}`, undefined, 'client_query_id'],
    ['GET', `persons/?search=${long}${long}`, undefined, 'search'],
    ['GET', `event_definitions/?search=${long}${long}`, undefined, 'search'],
    ['GET', `insights/?tags=${JSON.stringify(texts.slice(0, 1_001))}`, undefined, 'tags'],
  ] as const) {
    const answer = await server.call(method, project.path + path, body)
    expect([path.slice(0, 40), answer.status, answer.body.attr]).toEqual([path.slice(0, 40), 400, attr])
  }
})

test('signs of patterns are wildcards in filters on persons, as in those of insights', async () => {
  await project.send([event('$set', 'percent', '2020-01-01T00:00:00Z', { properties: { $set: { rate: '100%' } } })])
  const found = async (operator: string, value: unknown) => {
    const properties = encodeURIComponent(JSON.stringify([{ key: 'rate', value, operator, type: 'person' }]))
    const answer = await server.call('GET', `${project.path}persons/?properties=${properties}`)
    expect(answer.status, JSON.stringify(answer.body)).toBe(200)
    return answer.body.results.length
  }
  expect(await found('icontains', '0%')).toBe(1)
  expect(await found('icontains', '1_0')).toBe(1)
  expect(await found('icontains', '2_0')).toBe(0)
  expect(await found('icontains', ['x', '100'])).toBe(1)
  expect(await found('icontains', '\\')).toBe(0)
})
