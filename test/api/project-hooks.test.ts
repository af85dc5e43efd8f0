/** Hooks of a project, and what the call of a hook may say. */
import { createHmac } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type Answer, testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([
    event('paid', 'a', '2020-01-01T10:00:00Z'),
    event('paid', 'b', '2020-01-03T10:00:00Z'),
    event('seen', 'b', '2020-01-03T11:00:00Z'),
  ])
})

let unlike = 0
async function makeInsight(more: object = {}): Promise<{ id: number; shortId: string; path: string }> {
  const name = `unlike ${unlike++}`
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS }
  const { body } = await server.call('POST', `${project.path}insights/`, { name, query, ...more })
  return { id: body.id, shortId: body.short_id, path: `${project.path}insights/${body.id}/` }
}

async function makeHook(path = project.path, body: object = {}) {
  const made = await server.call('POST', `${path}refresh_hooks/`, body)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body
}

async function call(url: string, body?: unknown, signature?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: signature === undefined ? {} : { 'Edgehog-Signature': signature },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}

/** The version of each day and name of a project. */
async function versions({ id }: TestProject): Promise<Record<string, number>> {
  const text = `select b.day::text || ' ' || d.value as what, sum(b.version)::float8 as version, sum(b.n)::float8 as n
    from bucket_version b join dictionary d on d.id = b.event where b.project = $1 group by 1`
  const [rows = []] = await server.stack.services.engine.run([{ text, params: [id] }], { timeoutMs: 5_000 })
  return Object.fromEntries(rows.map(({ what, version, n }) => [`${what} ${n}`, Number(version)]))
}

test('the insights that a call names are refreshed, by id or short id, in one message each', async () => {
  const [one, two, other] = [await makeInsight(), await makeInsight(), await makeInsight()]
  const { url } = await makeHook()
  const called = await call(url, { insights: [one.id, two.shortId, String(one.id)] })
  expect(called).toMatchObject({
    status: 202,
    body: { query_statuses: [{ insight_id: one.id, complete: false }, { insight_id: two.id }] },
  })
  await server.stack.qstash.idle()
  for (const { path } of [one, two])
    expect((await server.call('GET', path)).body).toMatchObject({ is_cached: true, result: [{ data: [1, 0, 1] }] })
  expect((await server.call('GET', other.path)).body.result).toBeNull()
  const { results } = (await server.call('GET', `${two.path}activity/`)).body
  expect(results[0]).toMatchObject({ activity: 'refreshed', user: null })
})

test('insights with one result have runs of their own, and the result once', async () => {
  const one = await makeInsight()
  const { query } = (await server.call('GET', one.path)).body
  const two = await makeInsight({ query })
  const { url } = await makeHook()
  const { body } = await call(url, { insights: [one.id, two.id] })
  const [first, second] = body.query_statuses
  expect(first.id).not.toBe(second.id)
  await server.stack.qstash.idle()
  for (const { id } of [first, second])
    expect((await server.call('GET', `${project.path}query/${id}/`)).body.query_status).toMatchObject({ error: false })
})

test('a backfill says what it changed: these days and names move, and nothing else', async () => {
  const other = await makeProject(server)
  await other.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  const before = await versions(project)
  const untouched = await versions(other)
  const { url } = await makeHook()
  const body = { days: ['2020-01-03', '2020-01-02', '2020-01-03'], events: ['paid', 'nobody knows it'] }
  expect(await call(url, body)).toMatchObject({ status: 202, body: { query_statuses: [] } })
  expect(await versions(project)).toEqual({
    ...before,
    '2020-01-03 paid 1': (before['2020-01-03 paid 1'] ?? 0) + 1,
    // nothing is known of that day: whatever it has now is new
    '2020-01-02 paid 0': 1,
  })
  expect(await versions(other)).toEqual(untouched)
})

test('the hook of an insight takes what has changed too, and any body that says something else', async () => {
  const insight = await makeInsight()
  const { url } = await makeHook(insight.path)
  const before = await versions(project)
  const changed = await call(url, { days: ['2020-01-01'], events: ['paid'] })
  expect(changed).toMatchObject({ status: 202, body: { query_status: { insight_id: insight.id } } })
  expect(await versions(project)).toEqual({ ...before, '2020-01-01 paid 1': (before['2020-01-01 paid 1'] ?? 0) + 1 })
  for (const body of [undefined, '', 'ref=main', '[1]', { ref: 'main' }])
    expect((await call(url, body)).status).toBe(202)
  await server.stack.qstash.idle()
})

test('a wrong body is a 400 that names its field, and nothing is done', async () => {
  const insight = await makeInsight()
  const none = (await server.call('POST', `${project.path}insights/`, { name: 'none' })).body.id
  const foreign = await makeProject(server)
  const other = (await server.call('POST', `${foreign.path}insights/`, { name: 'x' })).body.id
  const { url } = await makeHook()
  const ofInsight = (await makeHook(insight.path)).url
  const before = await versions(project)
  const published = server.stack.qstash.calls.published.length
  const days = ['2020-01-01']
  const events = ['paid']
  for (const [body, attr] of [
    [undefined, null],
    ['days', null],
    [[], null],
    [{}, 'insights'],
    [{ days }, 'events'],
    [{ events }, 'days'],
    [{ days: [], events }, 'days'],
    [{ days, events: [] }, 'events'],
    [{ days: '2020-01-01', events }, 'days'],
    [{ days: ['2020-02-30'], events }, 'days'],
    [{ days: ['0000-01-01'], events }, 'days'],
    [{ days: ['2020-01-01T00:00:00Z'], events }, 'days'],
    [{ days: Array(367).fill('2020-01-01'), events }, 'days'],
    [{ days: Array(366).fill('2020-01-01'), events: Array(30).fill('paid') }, 'events'],
    [{ days, events: [''] }, 'events__0'],
    [{ days, events: [{}] }, 'events__0'],
    [{ days, events: ['a\u0000'] }, 'events__0'],
    [{ insights: [] }, 'insights'],
    [{ insights: 7 }, 'insights'],
    [{ insights: [null] }, 'insights__0'],
    [{ insights: Array(51).fill(insight.id) }, 'insights'],
    [{ insights: [insight.id, 'nothing1'] }, 'insights'],
    [{ insights: [insight.id, other] }, 'insights'],
    [{ insights: [insight.id, none] }, 'insights'],
    [{ insights: [none], days, events }, 'insights'],
  ] as const)
    expect(await call(url, body), JSON.stringify(body)).toMatchObject({ status: 400, body: { attr } })
  expect(await call(ofInsight, { insights: [insight.id] })).toMatchObject({ status: 400, body: { attr: 'insights' } })
  expect(await call(ofInsight, { days })).toMatchObject({ status: 400, body: { attr: 'events' } })
  expect(await versions(project)).toEqual(before)
  expect(server.stack.qstash.calls.published.length).toBe(published)
})

test('they are listed, rolled and revoked; an insight has none of them', async () => {
  const insight = await makeInsight()
  const fresh = await makeProject(server)
  const [hook, other] = [await makeHook(fresh.path, { label: 'dbt', signed: true }), await makeHook(fresh.path)]
  const listed = async (path: string) => (await server.call('GET', `${path}refresh_hooks/`)).body.results
  expect((await listed(fresh.path)).map(({ id }: { id: string }) => id)).toEqual([other.id, hook.id])
  expect(await listed(insight.path)).toEqual([])
  expect(JSON.stringify(await listed(fresh.path))).not.toContain(hook.signing_secret)
  const body = JSON.stringify({ days: ['2020-01-01'], events: ['paid'] })
  const signed = (secret: string) => {
    const seconds = Math.floor(Date.now() / 1_000)
    return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
  }
  expect((await call(hook.url, body)).status).toBe(401)
  expect((await call(hook.url, body, signed(hook.signing_secret))).status).toBe(202)
  const rolled = await server.call('POST', `${fresh.path}refresh_hooks/${hook.id}/roll/`)
  expect(rolled).toMatchObject({ status: 200, body: { id: hook.id, label: 'dbt', signed: true } })
  expect((await call(hook.url, body, signed(hook.signing_secret))).status).toBe(404)
  expect((await call(rolled.body.url, body, signed(hook.signing_secret))).status).toBe(401)
  expect((await call(rolled.body.url, body, signed(rolled.body.signing_secret))).status).toBe(202)
  expect((await server.call('POST', `${fresh.path}refresh_hooks/${other.id}/roll/`)).body.signing_secret).toBeNull()
  for (const path of [project.path, insight.path]) {
    expect((await server.call('POST', `${path}refresh_hooks/${hook.id}/roll/`)).status).toBe(404)
    expect((await server.call('DELETE', `${path}refresh_hooks/${hook.id}/`)).status).toBe(404)
  }
  expect((await server.call('DELETE', `${fresh.path}refresh_hooks/${hook.id}/`)).status).toBe(204)
  expect((await call(rolled.body.url, body, signed(rolled.body.signing_secret))).status).toBe(404)
  const ofInsight = await makeHook(insight.path)
  const again = await server.call('POST', `${insight.path}refresh_hooks/${ofInsight.id}/roll/`)
  expect((await call(ofInsight.url)).status).toBe(404)
  expect((await call(again.body.url)).status).toBe(202)
  await server.stack.qstash.idle()
})

test('who may not change the project makes none', async () => {
  const key = await server.call('POST', '/api/personal_api_keys/', {
    label: 'writes insights',
    scopes: ['insight:write', 'project:read'],
  })
  const headers = { Authorization: `Bearer ${key.body.value}` }
  expect((await server.call('POST', `${project.path}refresh_hooks/`, {}, headers)).status).toBe(403)
  expect((await server.call('GET', `${project.path}refresh_hooks/`, undefined, headers)).status).toBe(200)
})

test('QStash away: nothing is enqueued, and the same call may be tried again', async () => {
  const insights = [(await makeInsight()).id, (await makeInsight()).id]
  const { url } = await makeHook()
  server.stack.qstash.down()
  expect((await call(url, { insights })).status).toBe(503)
  server.stack.qstash.up()
  server.stack.redis.down()
  expect((await call(url, { insights })).status).toBe(503)
  server.stack.redis.up()
  expect((await call(url, { insights })).status).toBe(202)
  await server.stack.qstash.idle()
})

test('what a call costs, whatever it names', async () => {
  const insights = [(await makeInsight()).id, (await makeInsight()).id, (await makeInsight()).id]
  const { url } = await makeHook()
  server.stack.qstash.pause()
  // redis: limit, statuses; postgres: hook, insights, its note
  expect(await server.counted(() => call(url, { insights }))).toEqual({ redis: 2, postgres: 3, qstash: 1 })
  const changed = { days: ['2020-01-01', '2020-01-02'], events: ['paid', 'seen'] }
  expect(await server.counted(() => call(url, changed))).toEqual({ redis: 1, postgres: 3, qstash: 0 })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('a backfill makes those answers compute again that read what it changed, and no other', async () => {
  const backfilled = await makeProject(server)
  await backfilled.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('seen', 'a', '2020-01-02T10:00:00Z')])
  const { url } = await makeHook(backfilled.path)
  const of = (name: string | null, date_from: string, date_to: string) => ({
    kind: 'TrendsQuery',
    series: [{ kind: 'EventsNode', event: name }],
    dateRange: { date_from, date_to },
  })
  const questions = {
    'its day and name': of('paid', '2020-01-02', '2020-01-02'),
    'a range with its day': of('paid', '2020-01-01', '2020-01-05'),
    'all names': of(null, '2020-01-02', '2020-01-03'),
    'SQL without a range': { kind: 'HogQLQuery', query: "select count() from events where event = 'paid'" },
    'another day': of('paid', '2020-01-03', '2020-01-04'),
    'another name': of('seen', '2020-01-01', '2020-01-05'),
    'SQL of another name': { kind: 'HogQLQuery', query: "select count() from events where event = 'seen'" },
  }
  const computed = async () => {
    const found: string[] = []
    for (const [name, query] of Object.entries(questions)) {
      const wish = { refresh: 'blocking', max_age: 5 }
      const { status, body } = await server.call('POST', `${backfilled.path}query/`, { query, ...wish })
      expect(status, JSON.stringify(body)).toBe(200)
      if (!body.is_cached) found.push(name)
    }
    await server.settled()
    server.ahead += 60_000
    return found
  }
  expect(await computed()).toEqual(Object.keys(questions))
  expect(await computed()).toEqual([])
  expect((await call(url, { days: ['2020-01-02'], events: ['paid'] })).status).toBe(202)
  expect(await computed()).toEqual(['its day and name', 'a range with its day', 'all names', 'SQL without a range'])
  expect(await computed()).toEqual([])
  server.ahead = 0
})
