/** Runs whose message never comes, or whose start was answered by nobody. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { createServices } from '../../lib/services.ts'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

let server: TestServer
let project: TestProject
let receiver: Receiver

beforeAll(async () => {
  server = await startServer()
  receiver = await startReceiver()
  project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})
afterEach(() => {
  server.ahead = 0
  server.stack.redis.faults.clear()
  server.stack.qstash.resume()
})
afterAll(async () => {
  await receiver.close()
  await server.close()
})

const MINUTE_MS = 60_000
let unlike = 0
async function coldInsight(): Promise<string> {
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS }
  const { body } = await server.call('POST', `${project.path}insights/`, { query })
  return `${project.path}insights/${body.id}/`
}
const read = (path: string, refresh: string) => server.call('GET', `${path}?refresh=${refresh}`)
const poll = (id: string) => server.call('GET', `${project.path}query/${id}/`)
const redis = { get: (key: string) => server.stack.services.redis.get<string>(key) }

/** A run whose message QStash loses; what the message was. */
async function lostRun(path: string) {
  const { qstash } = server.stack
  qstash.pause()
  const { query_status: status } = (await read(path, 'force_async')).body
  const message = qstash.calls.published.at(-1)?.body ?? ''
  await fetch(`${qstash.url}/v2/messages?count=100`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${QSTASH.token}` },
  })
  qstash.resume()
  await qstash.idle()
  return { status, message }
}

/** What the cron does at the server's clock. */
async function cron(): Promise<void> {
  const work: Promise<unknown>[] = []
  const now = () => new Date(Date.now() + server.ahead)
  await scheduled(createServices(parseEnv(server.stack.bindings), (promise) => work.push(promise), now))
  await Promise.all(work)
  await server.stack.qstash.idle()
}

test('a run whose message was lost was shown as running for ever, and handed out instead of a new one', async () => {
  for (const mode of ['async', 'lazy_async']) {
    const path = await coldInsight()
    const { status } = await lostRun(path)
    expect((await poll(status.id)).status).toBe(202)
    expect((await read(path, mode)).body.query_status.task_id).toBe(status.task_id)
    server.ahead = 3 * MINUTE_MS
    const lost = await poll(status.id)
    expect(lost.status).toBe(400)
    expect(lost.body.query_status).toMatchObject({
      complete: true,
      error: true,
      error_message: expect.stringContaining('lost'),
      end_time: expect.any(String),
    })
    expect((await read(path, 'force_cache')).body.query_status).toBeNull()
    const again = (await read(path, mode)).body.query_status
    expect(again).toMatchObject({ complete: false, error: false })
    expect(again.task_id).not.toBe(status.task_id)
    await server.stack.qstash.idle()
    expect((await poll(status.id)).status).toBe(200)
    server.ahead = 0
  }
})

test('the cron ends a run without a sign of life, and its subscribers are told once', async () => {
  const path = await coldInsight()
  await server.call('POST', `${path}subscribers/`, { url: receiver.url })
  const { status } = await lostRun(path)
  const key = `status:${project.id}:${status.id}`
  await cron()
  expect(JSON.parse((await redis.get(key)) ?? '')).toMatchObject({ complete: false })
  server.ahead = 3 * MINUTE_MS
  await cron()
  expect(JSON.parse((await redis.get(key)) ?? '')).toMatchObject({ complete: true, error: true })
  await cron()
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refresh_failed'])
  expect(receiver.received[0]?.body.error).toContain('lost')
  expect(await server.stack.services.redis.zrange('running', 0, -1)).toEqual([])
})

test('whom the cron could not tell of a lost run is told by the next', async () => {
  receiver.received.length = 0
  const path = await coldInsight()
  await server.call('POST', `${path}subscribers/`, { url: receiver.url })
  await lostRun(path)
  server.ahead = 3 * MINUTE_MS
  server.stack.neon.faults.plan(1, { status: 500 }, 1, (body) => body.includes('signing_secret'))
  await cron()
  expect(receiver.received).toEqual([])
  await cron()
  await cron()
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refresh_failed'])
})

test('a message that comes after its run was taken for lost is computed all the same', async () => {
  const path = await coldInsight()
  const { status, message } = await lostRun(path)
  server.ahead = 3 * MINUTE_MS
  await cron()
  expect((await poll(status.id)).status).toBe(400)
  const url = `${server.url}/api/qstash/run`
  const signature = sign(QSTASH.currentSigningKey, url, Buffer.from(message), Date.now())
  const answer = await fetch(url, { method: 'POST', headers: { 'Upstash-Signature': signature }, body: message })
  expect(await answer.json()).toEqual({ outcome: 'computed' })
  expect((await poll(status.id)).status).toBe(200)
})

test('a run that is tried again and again is not lost', async () => {
  const path = await coldInsight()
  server.stack.qstash.pause()
  const { query_status: status } = (await read(path, 'force_async')).body
  server.ahead = 1.5 * MINUTE_MS
  server.stack.neon.faults.plan(1, { status: 500 }, 1, (body) => body.includes('paid'))
  const delivered = server.stack.qstash.calls.delivered.length
  server.stack.qstash.resume()
  await expect.poll(() => server.stack.qstash.calls.delivered.length).toBeGreaterThan(delivered)
  server.stack.qstash.pause()
  server.ahead = 3 * MINUTE_MS
  expect((await poll(status.id)).status).not.toBe(400)
  await cron()
  server.stack.qstash.resume()
  await expect.poll(async () => (await poll(status.id)).status).toBe(200)
})

test('a status that was written although its answer was lost stayed, and was the answer to the next request', async () => {
  const path = await coldInsight()
  const isStart = (body: string) => body.includes('isRefresh')
  server.stack.redis.faults.plan(1, 'answer lost', 2, isStart)
  expect((await read(path, 'async')).status).toBe(503)
  expect((await read(path, 'force_cache')).body.query_status).toBeNull()
  const status = (await read(path, 'async')).body.query_status
  await server.stack.qstash.idle()
  expect((await poll(status.id)).status).toBe(200)
})

test('without Redis, polls and people were 500', async () => {
  const path = await coldInsight()
  const { filters_hash } = (await read(path, 'blocking')).body
  await read(path, 'force_cache')
  server.stack.redis.down()
  const polled = await poll('some-id')
  const deleted = await server.call('DELETE', `${project.path}query/some-id/`)
  const people = await server.call('GET', `${project.path}persons/insight/${filters_hash}/`)
  server.stack.redis.up()
  for (const { status, headers } of [polled, deleted, people]) {
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
  }
})
