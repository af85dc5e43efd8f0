/** One call of a delivery fails, once: the run completes all the same, and its subscribers are told once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { QSTASH } from '../../local/credentials.ts'
import type { Fault } from '../../local/faults.ts'
import { sign } from '../../local/qstash/signature.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

let server: TestServer
let project: TestProject
let receiver: Receiver

beforeAll(async () => {
  server = await startServer({ statementTimeoutMs: 10_000, retryDelayMs: (_, asked) => asked ?? 50 })
  project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
  receiver = await startReceiver()
})
// a delivery that is tried again belongs to the test that caused it
afterEach(() => expect.poll(() => server.stack.qstash.waiting).toBe(0))
afterAll(async () => {
  await receiver.close()
  await server.close()
})

let unlike = 0
async function coldInsight(): Promise<{ id: number; name: string; path: string }> {
  const name = `unlike ${unlike++}`
  const properties = [{ key: name, value: 'x', operator: 'is_not', type: 'event' }]
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS, properties }
  const { id } = (await server.call('POST', `${project.path}insights/`, { name, query })).body
  return { id, name, path: `${project.path}insights/${id}/` }
}
const start = async (path: string) => (await server.call('GET', `${path}?refresh=force_async`)).body.query_status
const poll = (id: string) => server.call('GET', `${project.path}query/${id}/`)
const isOver = (id: string) => expect.poll(async () => (await poll(id)).status).not.toBe(202)
const told = (id: number) => receiver.received.filter(({ body }) => body.insight.id === id).map(({ body }) => body.type)

const pending = () => {
  const { neon, redis, qstash } = server.stack
  return neon.faults.pending + redis.faults.pending + qstash.faults.pending
}

/** One computation, one result, one message to the subscriber. */
async function completes(plan: (insight: { name: string }, runId: string) => void): Promise<void> {
  const insight = await coldInsight()
  await server.call('POST', `${insight.path}subscribers/`, { url: receiver.url })
  server.stack.qstash.pause()
  const status = await start(insight.path)
  plan(insight, status.task_id)
  server.stack.qstash.resume()
  await isOver(status.id)
  const { body } = await poll(status.id)
  await expect.poll(pending).toBe(0)
  expect(body.query_status).toMatchObject({ complete: true, error: false, error_message: null })
  expect(body.query_status.results.results).toMatchObject([{ data: [1, 0, 1] }])
  await expect.poll(() => told(insight.id)).toEqual(['insight.refreshed'])
  await server.stack.qstash.idle()
  expect(told(insight.id)).toEqual(['insight.refreshed'])
}

const FAULTS: readonly [string, Fault][] = [
  ['error 500', { status: 500 }],
  ['429', { status: 429 }],
  ['reset', 'reset'],
  ['answer lost', 'answer lost'],
  ['body cut', 'body cut'],
  ['late by 2.2 s', { lateMs: 2_200 }],
  ['hang', 'hang'],
]
const CALLS = [
  [1, 'status, result and lock'],
  [2, 'result, status and the lock again'],
] as const
const CASES = CALLS.flatMap(([call, what]) => FAULTS.map(([name, fault]) => ({ call, what, name, fault })))

describe('a passing failure of Redis ended a run for good', () => {
  test.each(CASES)('call $call ($what): $name', ({ call, fault }) =>
    completes((_, runId) => server.stack.redis.faults.plan(call, fault, 1, (body) => body.includes(runId))),
  )

  test.each(CALLS)('call %i (%s) and the client that asks again, both', (call) =>
    completes((_, runId) => server.stack.redis.faults.plan(call, 'reset', 2, (body) => body.includes(runId))),
  )
})

const sqlError = (code: string, severity = 'FATAL') => ({ status: 400, body: { message: 'planned', code, severity } })
const DATABASE: readonly [string, Fault][] = [
  ...FAULTS.filter(([name]) => !['hang', 'late by 2.2 s'].includes(name)),
  ...['57P01', '57P02', '57P03', '53300', '40001', 'XX000'].map((code): [string, Fault] => [code, sqlError(code)]),
]

describe('a passing failure of the database ended a run for good', () => {
  const cases = [1, 2].flatMap((call) => DATABASE.map(([name, fault]) => ({ call, name, fault })))
  test.each(cases)('call $call: $name', ({ call, fault }) =>
    completes(({ name }) => server.stack.neon.faults.plan(call, fault, 1, (body) => body.includes(name))),
  )
})

describe('a webhook was lost when the look-up of subscribers failed once', () => {
  const isLookUp = (body: string) => body.includes('signing_secret')
  test.each(DATABASE)('the look-up: %s', (_, fault) =>
    completes(() => server.stack.neon.faults.plan(1, fault, 1, isLookUp)),
  )

  test.each(FAULTS.slice(0, 5))('the message to the subscriber: %s', (_, fault) =>
    completes(() => server.stack.qstash.faults.plan(1, fault, 1, (body) => body.includes(receiver.url))),
  )

  test('also that of a request that computed', async () => {
    const insight = await coldInsight()
    await server.call('POST', `${insight.path}subscribers/`, { url: receiver.url })
    server.stack.neon.faults.plan(1, { status: 500 }, 1, isLookUp)
    await server.call('GET', `${insight.path}?refresh=blocking`)
    await server.settled()
    await server.stack.qstash.idle()
    expect(told(insight.id)).toEqual(['insight.refreshed'])
  })
})

test('a run behind the lock of a dead one had used up its retries before the lock was over', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  const status = await start(insight.path)
  const { cacheKey } = JSON.parse(server.stack.qstash.calls.published.at(-1)?.body ?? '')
  const lock = `lock:${project.id}:${cacheKey}`
  await server.stack.services.redis.set(lock, 'a dead run', { px: 30_000 })
  const refused = await sendSigned('/api/qstash/run', server.stack.qstash.calls.published.at(-1)?.body)
  expect(refused.status).toBe(503)
  // what is left of the 30 s
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(30)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(10)
  // long enough for the first delivery to find it
  await server.stack.services.redis.pexpire(lock, 2_000)
  const before = server.stack.qstash.calls.delivered.length
  server.stack.qstash.resume()
  await isOver(status.id)
  expect((await poll(status.id)).status).toBe(200)
  // it was told when to come back, and came once
  expect(server.stack.qstash.calls.delivered.slice(before).map((delivery) => delivery.status)).toEqual([503, 200])
})

test('a run whose retries are used up is no failure when its result is there', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  const status = await start(insight.path)
  const sourceBody = Buffer.from(server.stack.qstash.calls.published.at(-1)?.body ?? '').toString('base64')
  await server.call('GET', `${insight.path}?refresh=blocking`)
  expect(await deliver('/api/qstash/failed', { sourceBody, status: 503 })).toBe(200)
  expect((await poll(status.id)).status).toBe(200)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('a run that failed says what its last delivery was answered', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  const status = await start(insight.path)
  const sourceBody = Buffer.from(server.stack.qstash.calls.published.at(-1)?.body ?? '').toString('base64')
  const answer = JSON.stringify({
    type: 'server_error',
    code: 'x',
    detail: 'The database is not available.',
    attr: null,
  })
  const body = Buffer.from(answer).toString('base64')
  expect(await deliver('/api/qstash/failed', { sourceBody, body, status: 503 })).toBe(200)
  expect((await poll(status.id)).body.query_status).toMatchObject({
    complete: true,
    error: true,
    error_message: 'The query could not be computed in the background: The database is not available.',
  })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test.each([
  ['run', '{'],
  ['run', { projectId: 1e30 }],
  ['failed', '{'],
  ['failed', { nothing: true }],
  ['failed', { sourceBody: '***' }],
  ['failed', { sourceBody: btoa('{}') }],
  ['cohort', { projectId: 1, cohortId: 1e12, version: 1 }],
  ['cohort', { projectId: 1.5, cohortId: 1, version: 1 }],
  ['cohort_failed', { sourceBody: btoa('no cohort') }],
])('a signed delivery that cannot be read was a 500 that QStash repeated: %s %j', async (name, body) => {
  expect(await deliver(`/api/qstash/${name}`, body)).toBe(489)
})

test('what may pass is tried again at the pace of the message, which grows', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  const { task_id } = await start(insight.path)
  const message = server.stack.qstash.calls.published.at(-1)?.body
  server.stack.neon.down()
  const answer = await sendSigned('/api/qstash/run', message)
  server.stack.neon.up()
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toBeNull()
  expect(JSON.parse(message ?? '').runId).toBe(task_id)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('five deliveries at once, and those that come after the end, compute once and tell once', async () => {
  const insight = await coldInsight()
  await server.call('POST', `${insight.path}subscribers/`, { url: receiver.url })
  server.stack.qstash.pause()
  const status = await start(insight.path)
  const message = server.stack.qstash.calls.published.at(-1)?.body ?? ''
  const isStatement = (body: string) => body.includes(insight.name) && body.includes('application_name')
  server.stack.neon.faults.plan(1, { lateMs: 150 }, 1, isStatement)
  const answers = await Promise.all(Array.from({ length: 5 }, () => sendSigned('/api/qstash/run', message)))
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 503, 503, 503, 503])
  const after = await server.counted(async () => {
    expect(await (await sendSigned('/api/qstash/run', message)).json()).toEqual({ outcome: 'there already' })
    expect(await deliver('/api/qstash/failed', { sourceBody: btoa(message), status: 503 })).toBe(200)
  })
  // the subscribers are looked up, nothing is computed
  expect(after.postgres).toBeLessThanOrEqual(2)
  expect((await poll(status.id)).status).toBe(200)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  await expect.poll(() => told(insight.id)).toEqual(['insight.refreshed'])
})

test('the older of two runs under one id, delivered last, changes nothing', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  await start(insight.path)
  const older = server.stack.qstash.calls.published.at(-1)?.body ?? ''
  const newer = await start(insight.path)
  const message = server.stack.qstash.calls.published.at(-1)?.body ?? ''
  expect(await (await sendSigned('/api/qstash/run', message)).json()).toEqual({ outcome: 'computed' })
  expect(await (await sendSigned('/api/qstash/run', older)).json()).toEqual({ outcome: 'superseded' })
  expect(await deliver('/api/qstash/failed', { sourceBody: btoa(older), status: 503 })).toBe(200)
  expect((await poll(newer.id)).body.query_status).toMatchObject({ task_id: newer.task_id, error: false })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('after the failure callback a late delivery leaves the run as failed', async () => {
  const insight = await coldInsight()
  server.stack.qstash.pause()
  const status = await start(insight.path)
  const message = server.stack.qstash.calls.published.at(-1)?.body ?? ''
  for (let times = 0; times < 2; times++)
    expect(await deliver('/api/qstash/failed', { sourceBody: btoa(message), status: 503 })).toBe(200)
  expect((await sendSigned('/api/qstash/run', message)).status).toBe(200)
  expect((await poll(status.id)).body.query_status).toMatchObject({ complete: true, error: true })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

const deliver = async (path: string, body: unknown) => (await sendSigned(path, body)).status

function sendSigned(path: string, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const signature = sign(QSTASH.currentSigningKey, server.url + path, Buffer.from(text), Date.now())
  const headers = { 'Content-Type': 'application/json', 'Upstash-Signature': signature }
  return fetch(server.url + path, { method: 'POST', headers, body: text })
}
