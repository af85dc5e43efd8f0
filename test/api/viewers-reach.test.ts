/** What viewers reach beside insights: dashboards, runs, people; from a browser; and how much they may compute (docs/viewers.md). */
import { beforeAll, describe, expect, test } from 'vitest'
import { KEY } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { bearer, type MadeSecret, makeSecret, signToken } from '../support/viewer.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
let secret: MadeSecret
let dashboard: { id: number }
let other: { id: number }
/** On the dashboard alone. */
let insight: { id: number }
let hidden: { id: number }

const query = (name: string) => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS })

async function makeInsight(name: string, more: object = {}) {
  const body = { name, query: { kind: 'InsightVizNode', source: query(name) }, ...more }
  return (await server.call('POST', `${project.path}insights/`, body)).body
}
const paid = (who: string, day: string, tenant: string) =>
  event('paid', who, `2020-01-0${day}T10:00:00Z`, { properties: { tenant, plan: who === 'a' ? 'pro' : 'free' } })

beforeAll(async () => {
  await project.send([paid('a', '1', 'acme'), paid('b', '2', 'acme'), paid('c', '3', 'globex')])
  secret = await makeSecret(server, project)
  const make = async (name: string, more: object = {}) =>
    (await server.call('POST', `${project.path}dashboards/`, { name, ...more })).body
  dashboard = await make('theirs', {
    tags: ['customers'],
    filters: { properties: [{ key: 'plan', value: ['pro'], type: 'event' }] },
  })
  other = await make('not theirs')
  insight = await makeInsight('on it', { dashboards: [dashboard.id] })
  hidden = await makeInsight('hidden', { dashboards: [other.id] })
})

const as = (token: string, path: string, method = 'GET') =>
  server.call(method, path.startsWith('/') ? path : project.path + path, undefined, bearer(token))
const token = (claims: object = {}) => signToken(secret, { insights: [insight.id], dashboards: [], ...claims })
const acme = { filters: [{ type: 'event', key: 'tenant', value: 'acme' }] }
const globex = { filters: [{ type: 'event', key: 'tenant', value: 'globex' }] }

describe('dashboards', () => {
  const mine = (claims: object = {}) => token({ insights: undefined, dashboards: ['tag:customers'], ...claims })

  test('that the token names are listed and read with their insights; others are not there', async () => {
    const list = await as(mine(), 'dashboards/')
    expect(list.body).toMatchObject({
      count: 1,
      results: [{ id: dashboard.id, created_by: null, user_access_level: 'viewer' }],
    })
    const read = await as(mine({ dashboards: [dashboard.id] }), `dashboards/${dashboard.id}/?refresh=blocking`)
    expect(read.body).toMatchObject({ filters: {}, persisted_filters: null, created_by: null })
    expect(read.body.tiles).toMatchObject([
      { insight: { id: insight.id, query: null, hogql: null, created_by: null, result: [{ count: 1 }] } },
    ])
    expect((await as(mine(), `dashboards/${other.id}/`)).status).toBe(404)
    expect((await as(token(), 'dashboards/')).body.count).toBe(0)
  })

  test('show an insight as they narrow it, and not without them', async () => {
    const path = `insights/${insight.id}/`
    expect(await as(mine(), path)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('from_dashboard') },
    })
    const through = `${path}?refresh=blocking&from_dashboard=${dashboard.id}`
    expect((await as(mine(), through)).body.result[0].count).toBe(1)
    expect((await as(token(), through)).status).toBe(404)
    expect((await as(mine(), `insights/${hidden.id}/`)).status).toBe(404)
    const list = await as(mine(), `insights/?refresh=blocking&from_dashboard=${dashboard.id}`)
    expect(list.body).toMatchObject({ count: 1, results: [{ id: insight.id, result: [{ count: 1 }] }] })
    expect((await as(mine(), `insights/?from_dashboard=${other.id}`)).body.count).toBe(0)
    expect((await as(mine(), 'insights/')).body.count).toBe(0)
  })

  test('keep their filters under those that a viewer adds', async () => {
    const claims = { allowed_filters: [{ key: 'tenant' }], allowed_dates: true }
    const asked = {
      date_from: '2020-01-01',
      date_to: '2020-01-02',
      properties: [{ key: 'tenant', value: ['acme'], type: 'event' }],
    }
    const override = `filters_override=${encodeURIComponent(JSON.stringify(asked))}&refresh=blocking`
    const read = await as(mine(claims), `dashboards/${dashboard.id}/?${override}`)
    expect(read.body.tiles[0].insight.result[0].data).toEqual([1, 0])
    const one = await as(mine(claims), `insights/${insight.id}/?from_dashboard=${dashboard.id}&${override}`)
    expect(one.body.result[0].data).toEqual([1, 0])
    expect((await as(mine(), `dashboards/${dashboard.id}/?${override}`)).status).toBe(403)
  })

  test('hold to forced filters', async () => {
    const read = await as(mine(globex), `dashboards/${dashboard.id}/?refresh=blocking`)
    expect(read.body.tiles[0].insight.result[0].count).toBe(0)
  })
})

describe('runs', () => {
  test('that a read has started are followed by who asked, and by nobody else', async () => {
    const mine = token({ ...acme, sub: 'runs' })
    const started = await as(mine, `insights/${insight.id}/?refresh=async`)
    const { id } = started.body.query_status
    expect(id).not.toBe(started.body.filters_hash)
    await server.stack.qstash.idle()
    const run = await as(mine, `query/${id}/`)
    expect(run).toMatchObject({ status: 200, body: { query_status: { id, insight_id: insight.id } } })
    expect(run.body.query_status.results).toMatchObject({ hogql: '', results: [{ count: 2 }] })
    expect((await as(mine, `query/${started.body.filters_hash}/`)).status).toBe(404)
    for (const claims of [{ ...acme, sub: 'another' }, { ...globex, sub: 'runs' }, { sub: 'runs' }])
      expect((await as(token(claims), `query/${id}/`)).status).toBe(404)
    const narrower = token({ ...acme, sub: 'runs', insights: [hidden.id] })
    expect((await as(narrower, `query/${id}/`)).status).toBe(404)
    expect((await as(mine, `query/${id}/`, 'DELETE')).status).toBe(403)
  })

  test('say nothing of what the query is made of', async () => {
    const wrong = { kind: 'HogQLQuery', query: "SELECT secret_word(1) FROM events WHERE event = 'hush'" }
    const { id } = (await server.call('POST', `${project.path}insights/`, { query: wrong })).body
    const mine = token({ insights: [id] })
    for (const path of [`insights/${id}/`, `insights/${id}/?refresh=blocking`, 'insights/?refresh=blocking'])
      expect(JSON.stringify((await as(mine, path)).body)).not.toMatch(/secret_word|hush/)
  })
})

describe('people', () => {
  const place = (key: string) => `persons/insight/${key}/?series=0&bucket=2020-01-01T00:00:00.000Z`
  const keyFor = async (mine: string) => (await as(mine, `insights/${insight.id}/?refresh=blocking`)).body.filters_hash

  test('are listed with a claim, of insights that the viewer sees, under its filters', async () => {
    const mine = token({ ...acme, people: true })
    const key = await keyFor(mine)
    const listed = await as(mine, place(key))
    expect(listed.body.results).toMatchObject([{ distinct_ids: ['a'] }])
    expect((await as(mine, `${place(key)}&at=2020-02-01T00:00:00Z`)).status).toBe(403)
    expect(await as(token(acme), place(key))).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('people') },
    })
    const foreign = [{ ...globex, people: true }, { people: true }, { ...acme, people: true, insights: [hidden.id] }]
    for (const claims of foreign) expect((await as(token(claims), place(key))).status).toBe(404)
  })

  test('of a query that nobody stored are listed by no viewer', async () => {
    const asked = await server.call('POST', `${project.path}query/`, { query: query('unstored') })
    expect((await as(token({ people: true }), place(asked.body.cache_key))).status).toBe(404)
  })
})

describe('a time zone', () => {
  const inZone = (timezone: string, more: object = {}) =>
    as(token({ timezone, ...more }), `insights/${insight.id}/?refresh=blocking`)

  test('counts days as the viewer does, in results of their own', async () => {
    const [own, east] = [
      await as(token(), `insights/${insight.id}/?refresh=blocking`),
      await inZone('Pacific/Kiritimati'),
    ]
    expect([own.body.result[0].data, east.body.result[0].data]).toEqual([
      [1, 1, 1],
      [0, 1, 1],
    ])
    expect([own.body.timezone, east.body.timezone]).toEqual(['UTC', 'Pacific/Kiritimati'])
    expect(east.body.filters_hash).not.toBe(own.body.filters_hash)
    const key = { path: `persons/insight/${east.body.filters_hash}/?series=0&bucket=2020-01-01T10:00:00.000Z` }
    const people = await as(token({ timezone: 'Pacific/Kiritimati', people: true }), key.path)
    expect(people.body.results).toMatchObject([{ distinct_ids: ['a'] }])
    expect((await as(token({ people: true }), key.path)).status).toBe(404)
    // the project is as it was
    const read = await server.call('GET', `${project.path}insights/${insight.id}/`)
    expect(read.body).toMatchObject({ timezone: 'UTC', is_cached: true })
    expect((await server.call('GET', project.path)).body.timezone).toBe('UTC')
  })

  test('holds in the background too', async () => {
    const started = await as(token({ timezone: 'Asia/Kathmandu' }), `insights/${insight.id}/?refresh=async`)
    await server.stack.qstash.idle()
    const run = await as(token({ timezone: 'Asia/Kathmandu' }), `query/${started.body.query_status.id}/`)
    expect(run.body.query_status.results).toMatchObject({ timezone: 'Asia/Kathmandu' })
    expect((await inZone('Asia/Kathmandu')).body).toMatchObject({ is_cached: true, timezone: 'Asia/Kathmandu' })
  })

  test('is one that there is', async () => {
    for (const timezone of ['Mars/Phobos', '+03:00', ''])
      expect((await inZone(timezone)).body.detail).toContain('"timezone"')
  })
})

describe('from a browser', () => {
  const fetchFrom = (path: string, init: RequestInit) => fetch(server.url + path, init)
  const origin = (response: { headers: Headers }) => response.headers.get('access-control-allow-origin')
  const preflight = (path: string, method: string) =>
    fetchFrom(path, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': 'authorization,if-none-match',
      },
    })

  test('what a token opens may be asked for, and read, errors too', async () => {
    const path = `${project.path}insights/${insight.id}/`
    for (const of of [
      path,
      `${path.slice(0, -1)}.csv`,
      `${project.path}dashboards/`,
      `${project.path}query/x/`,
      '/shared/abcabcabcabcabcabc.json',
    ]) {
      const answer = await preflight(of, 'GET')
      expect([of, answer.status, origin(answer)]).toEqual([of, 204, '*'])
      expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization')
      expect((await preflight(of, 'PATCH')).status).toBe(405)
    }
    const waited = `${path}?refresh=blocking`
    const read = await as(token(), waited)
    expect(origin(read)).toBe('*')
    expect(read.headers.get('access-control-expose-headers')).toContain('ETag')
    expect(read.headers.get('access-control-allow-credentials')).toBeNull()
    const bad = await as(`${token()}x`, path)
    expect([bad.status, origin(bad)]).toEqual([401, '*'])
    const etag = read.headers.get('etag') ?? ''
    const again = await fetchFrom(waited, { headers: { ...bearer(token()), 'If-None-Match': etag } })
    expect([again.status, origin(again)]).toEqual([304, '*'])
  })

  test('and what a link opens; answers to keys are for no page, nor is what tokens do not open', async () => {
    const path = `${project.path}insights/${insight.id}/`
    const { access_token: link } = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body
    for (const open of [
      `/shared/${link}.json`,
      `/shared/${link}.csv`,
      `/shared/${link}.svg`,
      `${path}?sharing_access_token=${link}`,
    ])
      expect([open, origin(await fetchFrom(open, {}))]).toEqual([open, '*'])
    expect(origin(await fetchFrom(path, { headers: bearer(KEY) }))).toBeNull()
    expect(origin(await fetchFrom(`${path}?sharing_access_token=${link}`, { headers: bearer(KEY) }))).toBeNull()
    expect(origin(await fetchFrom(path, {}))).toBeNull()
    expect((await preflight(`${project.path}persons/`, 'GET')).status).toBe(405)
  })
})

describe('computations', () => {
  test('are limited for each viewer, as the token says; what is cached is still shown', async () => {
    const few = (claims: object) => token({ insights: [insight.id, hidden.id], allowed_dates: true, rpm: 1, ...claims })
    const at = (day: number) =>
      `insights/${insight.id}/?refresh=blocking&filters_override=${encodeURIComponent(`{"date_from":"2020-01-0${day}","date_to":"2020-02-01"}`)}`
    expect((await as(few({ sub: 'busy' }), at(1))).status).toBe(200)
    const refused = await as(few({ sub: 'busy' }), at(2))
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await as(few({ sub: 'busy' }), at(1))).status).toBe(200)
    expect((await as(few({ sub: 'calm' }), at(2))).status).toBe(200)
  })
})
