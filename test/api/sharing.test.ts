/** Links of insights and dashboards, and their pages. One file: the tests share how a link is opened. */
import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { recordKey } from '../../lib/records/record.ts'
import { SHARE_LIMIT } from '../../lib/refresh/limits.ts'
import { addMember } from '../support/member.ts'
import { type Answer, testServer } from '../support/server.ts'
import { withinOneWindow } from '../support/windows.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

const NO_KEY = { Authorization: '' }
const DATA = [{ data: [1, 0, 1], count: 2 }]
const OFF = { status: 404 }

let unlike = 0
/** An insight that nobody has computed, and its path. */
async function makeInsight(more: object = {}, dates: object = THREE_DAYS): Promise<{ id: number; path: string }> {
  const name = `unlike ${unlike++}`
  const query = { kind: 'InsightVizNode', source: { kind: 'TrendsQuery', ...counts('paid', { name }), ...dates } }
  const made = await server.call('POST', `${project.path}insights/`, { name, query, ...more })
  expect(made.status).toBe(201)
  return { id: made.body.id, path: `${project.path}insights/${made.body.id}/` }
}

async function share(path: string): Promise<string> {
  const answer = await server.call('PATCH', `${path}sharing`, { enabled: true })
  expect(answer).toMatchObject({ status: 200, body: { enabled: true } })
  return answer.body.access_token
}

const open = (path: string): Promise<Answer> => server.call('GET', path, undefined, NO_KEY)
const shared = (token: string, refresh = '') => open(`/shared/${token}.json${refresh && `?refresh=${refresh}`}`)
const activities = async (id: number) => {
  const { rows } = await server.stack.services.db.execute(
    sql`select activity, detail from activity_log where item_id = ${String(id)} and activity <> 'created' order by created_at`,
  )
  return rows as { activity: string; detail: { changes: unknown; name: string } }[]
}

test('a link is turned on, off, on and made anew; each change is logged once', async () => {
  const { id, path } = await makeInsight({ name: 'sales' })
  const first = await server.call('GET', `${path}sharing/`)
  expect(first.body).toEqual({
    created_at: expect.any(String),
    enabled: false,
    access_token: expect.any(String),
    show_query: false,
    expires_at: null,
    allowed_ancestors: null,
    filters: [],
    problem: null,
  })
  const token = first.body.access_token
  expect(token).toMatch(/^[\w-]{30}$/)
  expect(await shared(token)).toMatchObject(OFF)
  expect(await share(path)).toBe(token)
  expect(await share(path)).toBe(token)
  expect(await shared(token)).toMatchObject({ status: 200, body: { type: 'scene', accessToken: token } })
  expect((await server.call('PATCH', `${path}sharing`, { enabled: false })).body).toMatchObject({ enabled: false })
  expect(await shared(token)).toMatchObject(OFF)
  expect(await share(path)).toBe(token)
  expect((await shared(token)).status).toBe(200)
  const fresh = (await server.call('POST', `${path}sharing/refresh`)).body
  expect(fresh).toMatchObject({ enabled: true, access_token: expect.stringMatching(/^[\w-]{30}$/) })
  expect(fresh.access_token).not.toBe(token)
  expect(await shared(token)).toMatchObject(OFF)
  expect((await shared(fresh.access_token)).status).toBe(200)
  const log = await activities(id)
  const on = { type: 'Insight', action: 'changed', field: 'sharing', before: false, after: true }
  expect(log.map(({ activity, detail }) => [activity, detail.changes])).toEqual([
    ['sharing enabled', [on]],
    ['sharing disabled', [{ ...on, before: true, after: false }]],
    ['sharing enabled', [on]],
    ['access token refreshed', null],
  ])
  expect(log[0]?.detail).toMatchObject({ name: 'sales', trigger: null, type: null })
})

test('of tokens made at the same time one opens the insight, and there is one link', async () => {
  const { id, path } = await makeInsight()
  const first = await Promise.all([1, 2, 3].map(() => server.call('GET', `${path}sharing`)))
  expect(new Set(first.map(({ body }) => body.access_token)).size).toBe(1)
  await share(path)
  const made = await Promise.all([1, 2, 3, 4].map(() => server.call('POST', `${path}sharing/refresh`)))
  const tokens = [first[0], ...made].map((answer) => answer?.body.access_token)
  const last = (await server.call('GET', `${path}sharing`)).body.access_token
  expect(tokens).toContain(last)
  for (const token of tokens) expect((await shared(token)).status, token).toBe(token === last ? 200 : 404)
  expect(await activities(id)).toHaveLength(5)
})

test('what cannot be: unknown insights, wrong bodies, other methods', async () => {
  const { path } = await makeInsight()
  const gone = { status: 404, body: { code: 'not_found', detail: 'Insight not found.' } }
  for (const [method, end] of [
    ['GET', 'sharing'],
    ['PATCH', 'sharing'],
    ['POST', 'sharing/refresh'],
  ] as const) {
    const body = method === 'GET' ? undefined : {}
    expect(await server.call(method, `${project.path}insights/999999/${end}/`, body)).toMatchObject(gone)
    expect(await server.call(method, `${project.path}insights/abc/${end}/`, body)).toMatchObject(gone)
  }
  expect(await server.call('PATCH', `${path}sharing`, { enabled: 'perhaps' })).toMatchObject({
    status: 400,
    body: { attr: 'enabled', code: 'invalid_input' },
  })
  expect((await server.call('DELETE', `${path}sharing`)).status).toBe(405)
  await server.call('PATCH', path, { deleted: true })
  expect(await server.call('GET', `${path}sharing`)).toMatchObject(gone)
})

test('who may not change an insight may not share it', async () => {
  const { id, path } = await makeInsight()
  const { db } = server.stack.services
  const { auth: key } = await addMember(server)
  const rule = (level: string) =>
    db.execute(sql`insert into access_controls (project_id, insight_id, access_level) values (${project.id}, ${id}, ${level})
      on conflict (insight_id, membership_id, role_id) do update set access_level = excluded.access_level`)
  const forget = () => server.call('PATCH', path, { description: `${unlike++}` })
  await rule('viewer')
  await forget()
  expect((await server.call('GET', `${path}sharing`, undefined, key)).status).toBe(200)
  const refused = { status: 403, body: { detail: "You don't have edit permissions for this insight." } }
  expect(await server.call('PATCH', `${path}sharing`, { enabled: true }, key)).toMatchObject(refused)
  expect(await server.call('POST', `${path}sharing/refresh`, {}, key)).toMatchObject(refused)
  await rule('none')
  await forget()
  expect((await server.call('GET', `${path}sharing`, undefined, key)).status).toBe(403)
  expect((await server.call('GET', `${path}sharing`)).body.enabled).toBe(false)
})

test('a viewer gets the result, computed once, and learns nobody behind it', async () => {
  const { path } = await makeInsight()
  const token = await share(path)
  const cold = await shared(token)
  expect(cold.body.insight).toMatchObject({ result: null, query_status: { complete: false } })
  await server.stack.qstash.idle()
  expect((await shared(token)).body.insight).toMatchObject({ result: DATA, is_cached: true, query_status: null })
  const { insight, type } = (await open(`/embedded/${token}.json?refresh=true`)).body
  expect(type).toBe('embed')
  expect(insight).toMatchObject({
    is_cached: true,
    effective_restriction_level: 37,
    effective_privilege_level: 21,
    user_access_level: null,
    created_by: null,
    last_modified_by: null,
  })
})

test.each([
  ['', true, false],
  ['blocking', false, true],
  ['true', false, true],
  ['force_blocking', false, true],
  ['async', true, false],
  ['force_async', true, false],
  ['force_cache', true, false],
])('refresh=%s of a viewer', async (refresh, enqueues, computes) => {
  const token = await share((await makeInsight()).path)
  const { insight } = (await shared(token, refresh)).body
  expect(insight.query_status !== null).toBe(enqueues)
  expect(insight.result !== null).toBe(computes)
  await server.stack.qstash.idle()
  // nobody computes what is fresh
  const again = await server.counted(() => shared(token, 'force_blocking'))
  expect(again).toEqual({ redis: 1, postgres: 0, qstash: 0 })
})

test('a cached shared insight costs one call to Redis, and within moments none', async () => {
  const { path } = await makeInsight()
  const token = await share(path)
  await shared(token, 'blocking')
  await server.settled()
  const ends = ['.json', '', '.svg', '.csv']
  const addresses = [
    ...ends.map((end) => `/shared/${token}${end}`),
    `/embedded/${token}`,
    `${path}?sharing_access_token=${token}`,
  ]
  for (const address of addresses) {
    const once = () => server.counted(async () => expect((await open(address)).status).toBe(200))
    expect(await once(), address).toEqual({ redis: 1, postgres: 0, qstash: 0 })
    expect(await once(), address).toEqual({ redis: 0, postgres: 0, qstash: 0 })
    server.ahead += 5_000
  }
  expect((await server.call('PATCH', `${path}sharing`, { enabled: false })).status).toBe(200)
  expect(await server.counted(() => shared(token))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
})

test('without records everything comes from Postgres in one call, and a token that is off stays off', async () => {
  const { id, path } = await makeInsight()
  const token = await share(path)
  const { redis } = server.stack.services
  const forget = () =>
    redis.del(recordKey.share(token), recordKey.project(project.id), recordKey.insight(project.id, id))
  await shared(token, 'blocking')
  await server.settled()
  await forget()
  const calls = await server.counted(async () => expect((await shared(token)).status).toBe(200))
  expect(calls.postgres).toBe(1)
  await server.settled()
  server.ahead += 5_000
  expect(await server.counted(() => shared(token))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
  await server.call('PATCH', `${path}sharing`, { enabled: false })
  await forget()
  expect(await shared(token)).toMatchObject(OFF)
})

test('sharing_access_token opens its insight for reading, and nothing else', async () => {
  const mine = await makeInsight({ name: 'mine' })
  const other = await makeInsight({ name: 'private' })
  const token = await share(mine.path)
  await share(other.path)
  const query = `?sharing_access_token=${token}`
  expect((await open(mine.path + query)).body).toMatchObject({ name: 'mine', user_access_level: null })
  expect(await open(other.path + query)).toMatchObject({ status: 404, body: { detail: 'Not found.' } })
  const list = await open(`${project.path}insights/${query}&limit=50`)
  expect(list.body).toMatchObject({ count: 1, results: [{ name: 'mine', created_by: null }] })
  expect((await open(`${project.path}insights/${query}&search=private`)).body.count).toBe(0)
  expect((await open(`${mine.path + query}&basic=true`)).body).toMatchObject({ name: 'mine', created_by: null })
  expect((await open(`${mine.path + query}&format=csv`)).body).toContain('series')
  const override = encodeURIComponent('{"date_from":"2019-01-01","date_to":"2019-01-02"}')
  const whole = await open(`${mine.path + query}&refresh=blocking&filters_override=${override}`)
  expect(whole.body.result).toMatchObject(DATA)
  const cannotWrite = { status: 403, body: { detail: 'Sharing access token can only be used for GET requests.' } }
  for (const [method, path] of [
    ['PATCH', mine.path],
    ['PUT', mine.path],
    ['DELETE', mine.path],
    ['POST', `${project.path}insights/`],
    ['POST', `${project.path}query/`],
  ] as const)
    expect(await server.call(method, path + query, {}, NO_KEY)).toMatchObject(cannotWrite)
  for (const path of ['persons/', 'query/abc/', `insights/${mine.id}/sharing/`, 'insights/trend/', 'actions/'])
    expect((await open(project.path + path + query)).status, path).toBe(401)
  const wrong = { status: 403, body: { code: 'authentication_failed', detail: 'Sharing access token is invalid.' } }
  expect(await open(`${mine.path}?sharing_access_token=abc`)).toMatchObject(wrong)
  expect(await open(`${mine.path}?sharing_access_token=${'x'.repeat(30)}`)).toMatchObject(wrong)
  // in another project it is as if there was nothing
  const elsewhere = await makeProject(server)
  expect((await open(`${elsewhere.path}insights/${mine.id}/${query}`)).status).toBe(404)
  expect((await open(`${elsewhere.path}insights/${query}`)).status).toBe(404)
  expect((await open(`/api/projects/@current/insights/${mine.id}/${query}`)).status).toBe(404)
  await server.call('PATCH', `${mine.path}sharing`, { enabled: false })
  expect(await open(mine.path + query)).toMatchObject(wrong)
})

test('a deleted insight is gone for viewers, and back with its link when it is undeleted', async () => {
  const { path } = await makeInsight()
  const token = await share(path)
  await server.call('PATCH', path, { deleted: true })
  for (const end of ['', '.json', '.svg']) expect(await open(`/shared/${token}${end}`)).toMatchObject(OFF)
  expect((await open(`${path}?sharing_access_token=${token}`)).status).toBe(404)
  expect((await open(`${project.path}insights/?sharing_access_token=${token}`)).body.count).toBe(0)
  await server.call('PATCH', path, { deleted: false })
  expect((await shared(token)).status).toBe(200)
})

test('the viewers of a link compute at most so often; what is cached is still served', async () => {
  const dates = { dateRange: { date_from: '-7d' }, interval: 'day' }
  const { id, path } = await makeInsight({}, dates)
  const token = await share(path)
  await withinOneWindow(60_000, 15_000)
  const moveLater = () => {
    server.ahead += 7 * 3_600_000
    return project.send([event('paid', 'a', new Date(Date.now() + server.ahead).toISOString())])
  }
  for (let computed = 0; computed < SHARE_LIMIT; computed++) {
    await moveLater()
    expect((await shared(token, 'blocking')).body.insight.is_cached).toBe(false)
  }
  await moveLater()
  expect((await shared(token, 'blocking')).body.insight).toMatchObject({ is_cached: true })
  const query = { kind: 'TrendsQuery', ...counts('paid', { name: 'never computed' }), ...dates }
  await server.call('PATCH', path, { query })
  const refused = await shared(token, 'blocking')
  expect(refused).toMatchObject({ status: 429, body: { type: 'throttled_error', code: 'throttled' } })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const calls = await server.counted(() => shared(token))
  expect(calls.qstash).toBe(0)
  // whoever has a key is not held back by them
  expect((await server.call('GET', `${project.path}insights/${id}/?refresh=blocking`)).body.is_cached).toBe(false)
  server.ahead = 0
})

test('a kind that cannot be computed is shown without a result; asked for, it is refused', async () => {
  const token = await share((await makeInsight({ query: { kind: 'CalendarHeatmapQuery', series: [] } })).path)
  expect(await shared(token)).toMatchObject({ status: 200, body: { insight: { result: null, query_status: null } } })
  expect((await shared(token, 'blocking')).status).toBe(400)
  expect((await open(`/shared/${token}`)).status).toBe(200)
})

test('pages, pictures and data may be framed, are not kept for long and load nothing', async () => {
  const token = await share((await makeInsight({ name: 'Sales <of> the week' })).path)
  await shared(token, 'blocking')
  const types: Record<string, string> = {
    '': 'text/html; charset=utf-8',
    '.svg': 'image/svg+xml; charset=utf-8',
    '.json': 'application/json',
    '.csv': 'text/csv; charset=utf-8',
  }
  for (const page of ['/shared/', '/embedded/'])
    for (const [end, type] of Object.entries(types)) {
      const address = `${server.url}${page}${token}${end}`
      const answer = await fetch(address)
      expect(answer.status).toBe(200)
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': type,
        'cache-control': end === '' ? 'private, no-store' : 'private, max-age=5',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      expect(answer.headers.get('x-frame-options')).toBeNull()
      const policy = answer.headers.get('content-security-policy') ?? ''
      const text = await answer.text()
      if (end === '' || end === '.svg') {
        expect(policy).toContain('frame-ancestors *')
        for (const [, element, content = ''] of text.matchAll(/<(style|script)>(.*?)<\/\1>/gs)) {
          const hash = createHash('sha256').update(content).digest('base64')
          expect(policy).toContain(`${element}-src 'sha256-${hash}'`)
        }
      }
      const head = await fetch(address, { method: 'HEAD' })
      expect([head.status, await head.text()]).toEqual([200, ''])
      expect(head.headers.get('content-type')).toBe(type)
      expect((await fetch(address, { method: 'POST', body: '{}' })).status).toBe(405)
    }
  const html = await (await fetch(`${server.url}/shared/${token}/`)).text()
  expect(html).toContain('<meta property="og:title" content="Sales &lt;of&gt; the week">')
  expect(html).toContain('<meta property="og:description" content="2 in total, Jan 1 – 3, 2020">')
})

test('a link that opens nothing is a 404, whatever its text', async () => {
  for (const token of ['x'.repeat(30), 'x', '..%2f', '%00', 'x'.repeat(5_000)])
    for (const end of ['', '.json', '.svg', '.png']) {
      const answer = await fetch(`${server.url}/shared/${token}${end}`)
      expect(answer.status, token + end).toBe(404)
    }
})

test('Redis away: a viewer is told to come back, and nothing is computed', async () => {
  const token = await share((await makeInsight()).path)
  server.stack.redis.down()
  try {
    for (const refresh of ['', 'blocking']) {
      const answer = await shared(token, refresh)
      expect(answer).toMatchObject({ status: 503, body: { code: 'service_unavailable' } })
      expect(answer.headers.get('retry-after')).toBe('5')
      expect((await open(`/shared/${token}?refresh=${refresh}`)).body).toContain('Try again in a moment')
    }
  } finally {
    server.stack.redis.up()
  }
})

test('shared correlations and lists of people were drawn as the funnel inside them', async () => {
  await project.send(
    ['a', 'b', 'c'].flatMap((id, index) => [
      event('seen', id, '2020-01-01T11:00:00Z'),
      ...(index === 0 ? [] : [event('bought', id, '2020-01-01T12:00:00Z'), event('asked', id, '2020-01-01T11:30:00Z')]),
    ]),
  )
  const funnel = {
    kind: 'FunnelsQuery',
    series: ['seen', 'bought'].map((name) => ({ kind: 'EventsNode', event: name })),
    ...THREE_DAYS,
  }
  const people = { kind: 'FunnelsActorsQuery', source: funnel }
  const made = async (source: object) => {
    const answer = await server.call('POST', `${project.path}insights/`, {
      name: 'of people',
      query: { kind: 'DataTableNode', source },
    })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return share(`${project.path}insights/${answer.body.id}/`)
  }
  const correlation = { kind: 'FunnelCorrelationQuery', source: people, funnelCorrelationType: 'events' }
  const first = await made(correlation)
  const page = await open(`/shared/${first}?refresh=blocking`)
  expect(page.body).toContain('Odds')
  expect(page.body).toContain('asked')
  expect((await open(`/shared/${first}.svg`)).body).toContain('asked')
  const list = { kind: 'ActorsQuery', source: { ...people, funnelStep: 2 }, select: ['id'] }
  const second = await open(`/shared/${await made(list)}?refresh=blocking`)
  expect(second.body).toContain('2 rows')
  expect(second.body).toContain('<th scope="col">id')
})
