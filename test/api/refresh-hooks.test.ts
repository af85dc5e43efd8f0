/** Hooks that start a refresh. One file: the tests share how a call is signed. */
import { createHmac } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { type Answer, testServer } from '../support/server.ts'
import { withinOneWindow } from '../support/windows.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const MINUTE_MS = 60_000

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
async function coldInsight(): Promise<{ id: number; path: string }> {
  const name = `unlike ${unlike++}`
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS }
  const made = await server.call('POST', `${project.path}insights/`, { name, query })
  return { id: made.body.id, path: `${project.path}insights/${made.body.id}/` }
}

async function makeHook(path: string, body: object = {}) {
  const made = await server.call('POST', `${path}refresh_hooks/`, body)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body
}

/** As a deploy calls it: without any key. */
async function call(url: string, body?: string, signature?: string): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: signature === undefined ? {} : { 'Edgehog-Signature': signature },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : '' }
}

function signed(secret: string, body: string, seconds = Math.floor((Date.now() + server.ahead) / 1_000)): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

const read = (path: string, rest = '') => server.call('GET', path + rest)

interface Entry {
  readonly activity: string
  readonly user: { readonly email: string } | null
  readonly detail: Record<string, unknown>
}

/** Entries of the log about an insight, oldest first. */
const logged = async (path: string): Promise<Entry[]> => (await read(path, 'activity/')).body.results.reverse()

test('a hook refreshes the insight in the background', async () => {
  const { id, path } = await coldInsight()
  const hook = await makeHook(path, { label: 'deploy' })
  expect(hook).toMatchObject({ label: 'deploy', signed: false, signing_secret: null, last_called_at: null })
  expect(hook.created_by.email).toBe('developer@edgehog.local')
  expect(hook.url).toMatch(new RegExp(`^${server.url}/api/refresh_hooks/\\w{43}$`))
  const called = await call(hook.url)
  expect(called).toMatchObject({
    status: 202,
    body: { query_status: { complete: false, error: false, insight_id: id, team_id: project.id } },
  })
  await server.stack.qstash.idle()
  expect((await read(path)).body).toMatchObject({ is_cached: true, result: [{ data: [1, 0, 1] }] })
  const polled = await server.call('GET', `${project.path}query/${called.body.query_status.id}/`)
  expect(polled.body.query_status).toMatchObject({ complete: true, task_id: called.body.query_status.task_id })
})

test('each call computes again, also what is fresh', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path)
  const first = (await read(path, '?refresh=blocking')).body.last_refresh
  for (const _ of [1, 2]) {
    expect((await call(hook.url, '{"ref":"main"}')).status).toBe(202)
    await server.stack.qstash.idle()
  }
  const last = (await read(path)).body.last_refresh
  expect(Date.parse(last)).toBeGreaterThan(Date.parse(first))
  expect(server.stack.qstash.calls.published.filter(({ body }) => body.includes('unlike 1"')).length).toBe(2)
})

test('lists show no secret, a revoked hook is unknown', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { label: 'dbt', signed: true })
  const other = await makeHook(path)
  const { body } = await read(path, 'refresh_hooks/')
  expect(body.results.map(({ id }: { id: string }) => id)).toEqual([other.id, hook.id])
  const shown = JSON.stringify(body)
  expect(shown).not.toContain(hook.url.split('/').at(-1))
  expect(shown).not.toContain(hook.signing_secret)
  expect(Object.keys(body.results[0]).sort()).toEqual(
    ['created_at', 'created_by', 'id', 'label', 'last_called_at', 'signed'].sort(),
  )
  expect((await server.call('DELETE', `${path}refresh_hooks/${hook.id}/`)).status).toBe(204)
  expect((await server.call('DELETE', `${path}refresh_hooks/${hook.id}/`)).status).toBe(404)
  expect((await server.call('DELETE', `${path}refresh_hooks/nothing/`)).status).toBe(404)
  expect((await call(hook.url, '', signed(hook.signing_secret, ''))).status).toBe(404)
  expect((await call(other.url)).status).toBe(202)
  await server.stack.qstash.idle()
})

test('the token is stored as a hash only', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path)
  const text = 'select token_hash from refresh_hooks where id = $1'
  const [rows] = await server.stack.services.engine.run([{ text, params: [hook.id] }], { timeoutMs: 5_000 })
  expect(rows?.[0]?.token_hash).toMatch(/^[0-9a-f]{64}$/)
})

test('the log has what was made, called and revoked', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { label: 'deploy' })
  await call(hook.url)
  await server.call('DELETE', `${path}refresh_hooks/${hook.id}/`)
  await server.stack.qstash.idle()
  const entries = (await logged(path)).slice(1)
  expect(entries.map(({ activity }) => activity)).toEqual(['refresh hook created', 'refreshed', 'refresh hook revoked'])
  expect(entries.map(({ user }) => user !== null)).toEqual([true, false, true])
  const shown = { id: hook.id, label: 'deploy' }
  const change = (action: string, before: object | null, after: object | null) => [
    { type: 'Insight', action, field: 'refresh_hook', before, after },
  ]
  expect(entries[0]?.detail).toMatchObject({ changes: change('created', null, shown), trigger: null })
  expect(entries[1]?.detail).toMatchObject({
    changes: null,
    trigger: { job_type: 'refresh_hook', job_id: hook.id, payload: { label: 'deploy' } },
    short_id: expect.stringMatching(/^\w{8}$/),
  })
  expect(entries[2]?.detail).toMatchObject({ changes: change('deleted', shown, null) })
})

test('a call moves last_called_at, a refused one does not', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  const lastCalled = async () => (await read(path, 'refresh_hooks/')).body.results[0].last_called_at
  expect((await call(hook.url)).status).toBe(401)
  expect(await lastCalled()).toBeNull()
  expect((await call(hook.url, 'x', signed(hook.signing_secret, 'x'))).status).toBe(202)
  expect(Date.parse(await lastCalled())).toBeGreaterThan(Date.parse(hook.created_at) - 1)
  expect((await logged(path)).filter(({ activity }) => activity === 'refreshed').length).toBe(1)
  await server.stack.qstash.idle()
})

test('a signed hook wants its signature, each once', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  const body = '{"ref":"main"}'
  const good = signed(hook.signing_secret, body)
  const now = Math.floor(Date.now() / 1_000)
  const refused: [string | undefined, string][] = [
    [undefined, 'is missing'],
    ['nonsense', 'must be t='],
    [signed('forged', body), 'not the one of this body'],
    [signed(hook.signing_secret, '{"ref":"other"}'), 'not the one of this body'],
    [signed(hook.signing_secret, body, now - 400), 'more than 300 seconds'],
    [signed(hook.signing_secret, body, now + 400), 'more than 300 seconds'],
  ]
  const published = server.stack.qstash.calls.published.length
  for (const [signature, detail] of refused)
    expect(await call(hook.url, body, signature)).toMatchObject({
      status: 401,
      body: { type: 'authentication_error', detail: expect.stringContaining(detail) },
    })
  expect(server.stack.qstash.calls.published.length).toBe(published)
  expect((await call(hook.url, body, good)).status).toBe(202)
  for (const replayed of [good, good.replace(/v1=.*/, (v1) => `v1=${v1.slice(3).toUpperCase()}`)])
    expect(await call(hook.url, body, replayed)).toMatchObject({
      status: 401,
      body: { detail: 'The signature was used already.' },
    })
  expect((await call(hook.url, body, signed(hook.signing_secret, body, now - 60))).status).toBe(202)
  await server.stack.qstash.idle()
})

test('ten calls a minute of one hook', async () => {
  const { path } = await coldInsight()
  const [hook, other] = [await makeHook(path), await makeHook(path)]
  server.stack.qstash.pause()
  await withinOneWindow(MINUTE_MS, 5_000)
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(hook.url)))
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(202), 429, 429])
  const limited = answers.find(({ status }) => status === 429)
  expect(limited?.body).toMatchObject({ type: 'throttled_error', code: 'throttled' })
  expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await call(other.url)).status).toBe(202)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('a forged call does not use up the calls of the hook', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  for (let i = 0; i < 12; i++) expect((await call(hook.url, '', signed('forged', ''))).status).toBe(401)
  expect((await call(hook.url, '', signed(hook.signing_secret, ''))).status).toBe(202)
  await server.stack.qstash.idle()
})

test('a replayed call does not use up the calls of the hook, one above the limit may be sent again', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  server.stack.qstash.pause()
  await withinOneWindow(MINUTE_MS, 10_000)
  const now = Math.floor((Date.now() + server.ahead) / 1_000)
  const once = signed(hook.signing_secret, 'once')
  expect((await call(hook.url, 'once', once)).status).toBe(202)
  for (let i = 0; i < 12; i++) expect((await call(hook.url, 'once', once)).status).toBe(401)
  for (let i = 1; i < 10; i++)
    expect((await call(hook.url, `${i}`, signed(hook.signing_secret, `${i}`, now - i))).status).toBe(202)
  const late = signed(hook.signing_secret, 'late')
  for (let i = 0; i < 2; i++) expect((await call(hook.url, 'late', late)).status).toBe(429)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('strangers who try URLs cost a call to the database at most once', async () => {
  const guess = `${server.url}/api/refresh_hooks/${'x'.repeat(43)}`
  const costs = (url: string) => server.counted(async () => expect((await call(url)).status).toBe(404))
  expect(await costs(`${server.url}/api/refresh_hooks/guess`)).toEqual({ redis: 0, postgres: 0, qstash: 0 })
  expect(await costs(guess)).toEqual({ redis: 0, postgres: 1, qstash: 0 })
  expect(await costs(guess)).toEqual({ redis: 0, postgres: 0, qstash: 0 })
})

test('an unknown URL, a deleted insight and other methods', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path)
  expect((await call(`${server.url}/api/refresh_hooks/${'x'.repeat(43)}/`)).status).toBe(404)
  expect((await fetch(hook.url)).status).toBe(405)
  await server.call('PATCH', path, { deleted: true })
  expect((await call(hook.url)).status).toBe(404)
  expect((await read(path, 'refresh_hooks/')).status).toBe(404)
  expect((await server.call('POST', `${path}refresh_hooks/`, {})).status).toBe(404)
  await server.call('PATCH', path, { deleted: false })
  expect((await call(`${hook.url}/`)).status).toBe(202)
  await server.stack.qstash.idle()
})

test('an insight that computes nothing says so', async () => {
  const none = (await server.call('POST', `${project.path}insights/`, { name: 'none' })).body.id
  const hook = await makeHook(`${project.path}insights/${none}/`)
  expect(await call(hook.url)).toMatchObject({ status: 400, body: { detail: expect.stringContaining('no query') } })
  const query = { kind: 'HogQuery', code: 'return 1' }
  const unknown = (await server.call('POST', `${project.path}insights/`, { query })).body.id
  const other = await makeHook(`${project.path}insights/${unknown}/`)
  expect(await call(other.url)).toMatchObject({ status: 400, body: { code: 'not_supported' } })
})

test('QStash or Redis away: nothing is enqueued, and the same call may be tried again', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  const signature = signed(hook.signing_secret, '')
  server.stack.qstash.down()
  expect((await call(hook.url, '', signature)).status).toBe(503)
  server.stack.qstash.up()
  server.stack.redis.down()
  expect(await call(hook.url, '', signature)).toMatchObject({ status: 503 })
  server.stack.redis.up()
  expect((await call(hook.url, '', signature)).status).toBe(202)
  await server.stack.qstash.idle()
})

test('other projects and other keys', async () => {
  const { id, path } = await coldInsight()
  const hook = await makeHook(path)
  const other = await makeProject(server)
  for (const [method, rest, body] of [
    ['POST', '', {}],
    ['GET', '', undefined],
    ['DELETE', `${hook.id}/`, undefined],
  ] as const)
    expect((await server.call(method, `${other.path}insights/${id}/refresh_hooks/${rest}`, body)).status).toBe(404)
  const reader = await server.call('POST', '/api/personal_api_keys/', { label: 'reads', scopes: ['insight:read'] })
  const headers = { Authorization: `Bearer ${reader.body.value}` }
  expect((await server.call('GET', `${path}refresh_hooks/`, undefined, headers)).status).toBe(200)
  expect((await server.call('POST', `${path}refresh_hooks/`, {}, headers)).status).toBe(403)
  expect((await server.call('DELETE', `${path}refresh_hooks/${hook.id}/`, undefined, headers)).status).toBe(403)
})

test('bad input names its field; a body may have 64 KB', async () => {
  const { path } = await coldInsight()
  for (const [body, attr] of [
    [{ label: ['x'] }, 'label'],
    [{ label: 'x'.repeat(201) }, 'label'],
    [{ signed: 'perhaps' }, 'signed'],
  ] as const)
    expect(await server.call('POST', `${path}refresh_hooks/`, body)).toMatchObject({ status: 400, body: { attr } })
  const hook = await makeHook(path)
  expect((await call(hook.url, 'x'.repeat(65_537))).status).toBe(413)
})

test('a call: the hook, its note, one message', async () => {
  const { path } = await coldInsight()
  const hook = await makeHook(path, { signed: true })
  server.stack.qstash.pause()
  const calls = await server.counted(() => call(hook.url, '', signed(hook.signing_secret, '')))
  // redis: limit, first use, status
  expect(calls).toEqual({ redis: 3, postgres: 2, qstash: 1 })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})
