import { createHash, createHmac } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const RUN = '/api/qstash/run'

const server = await testServer({ statementTimeoutMs: 10_000 })
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
async function coldInsight(): Promise<number> {
  const name = `unlike ${unlike++}`
  const source = { kind: 'TrendsQuery', ...counts('paid', { custom_name: name }), ...THREE_DAYS }
  const made = await server.call('POST', `${project.path}insights/`, { name, query: source })
  return made.body.id
}
const read = (id: number, refresh = '') =>
  server.call('GET', `${project.path}insights/${id}/${refresh ? `?refresh=${refresh}` : ''}`)
const poll = (id: string) => server.call('GET', `${project.path}query/${id}/`)

/** A message as it was published, for deliveries made by hand. */
async function published(id: number): Promise<{ text: string; statusId: string }> {
  server.stack.qstash.pause()
  const { calls } = server.stack.qstash
  const { query_status } = (await read(id, 'force_async')).body
  return { text: calls.published.at(-1)?.body ?? '', statusId: query_status.id }
}

async function deliver(text: string, signature: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json', 'Upstash-Signature': signature }
  return (await fetch(server.url + RUN, { method: 'POST', headers, body: text })).status
}
const signed = (text: string, url = server.url + RUN, at = Date.now()) =>
  sign(QSTASH.currentSigningKey, url, Buffer.from(text), at)

test('Redis away: reads that compute do, the others are 503 and say when to come back', async () => {
  const id = await coldInsight()
  server.stack.redis.down()
  const cached = await read(id)
  expect(cached.status).toBe(503)
  expect(cached.headers.get('retry-after')).toBe('5')
  expect(await read(id, 'blocking')).toMatchObject({ status: 200, body: { result: [{ data: [1, 0, 1] }] } })
  expect((await read(id, 'async')).status).toBe(503)
  await project.send([event('other', 'a', '2020-01-01T10:00:00Z')])
  server.stack.redis.up()
})

test('Postgres away: cached reads go on, computing and capture are 503', async () => {
  const id = await coldInsight()
  const cold = await coldInsight()
  await read(id, 'blocking')
  await read(cold)
  await server.settled()
  server.stack.neon.down()
  expect(await read(id)).toMatchObject({ status: 200, body: { is_cached: true } })
  expect(await read(cold, 'blocking')).toMatchObject({ status: 503, body: { type: 'server_error' } })
  const batch = { api_key: project.token, batch: [event('lost?', 'a', '2020-01-01T10:00:00Z')] }
  const capture = await server.call('POST', '/batch/', batch)
  expect(capture.status).toBe(503)
  expect(capture.headers.get('retry-after')).toBe('5')
  server.stack.neon.up()
  expect((await server.call('POST', '/batch/', batch)).status).toBe(200)
  expect((await read(cold, 'blocking')).body.result).toMatchObject([{ count: 2 }])
})

test('QStash away: the caller learns that nothing was enqueued, and no status stays', async () => {
  const id = await coldInsight()
  server.stack.qstash.down()
  const answer = await read(id, 'async')
  expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('nothing was enqueued') } })
  server.stack.qstash.up()
  expect((await read(id)).body.query_status).toBeNull()
  expect((await read(id, 'async')).body.query_status.complete).toBe(false)
  await server.stack.qstash.idle()
  expect((await read(id)).body.is_cached).toBe(true)
})

test('the same delivery twice computes once', async () => {
  const { text } = await published(await coldInsight())
  expect(await deliver(text, signed(text))).toBe(200)
  const again = await server.counted(async () => expect(await deliver(text, signed(text))).toBe(200))
  expect(again.postgres).toBe(0)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('deliveries that are forged, expired or for another address do nothing', async () => {
  const { text, statusId } = await published(await coldInsight())
  const other = JSON.stringify({ ...JSON.parse(text), projectId: 1 })
  const calls = await server.counted(async () => {
    expect(await deliver(text, '')).toBe(401)
    expect(await deliver(text, sign('sig_forged', server.url + RUN, Buffer.from(text), Date.now()))).toBe(401)
    expect(await deliver(text, signed(text, server.url + RUN, Date.now() - 600_000))).toBe(401)
    expect(await deliver(text, signed(text, `${server.url}/api/qstash/failed`))).toBe(401)
    expect(await deliver(other, signed(text))).toBe(401)
    expect(await deliver(text, unsigned(text))).toBe(401)
  })
  expect(calls).toEqual({ redis: 0, postgres: 0, qstash: 0 })
  expect((await poll(statusId)).status).toBe(202)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await poll(statusId)).status).toBe(200)
})

/** A token whose header says that it is not signed at all. */
function unsigned(text: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = createHash('sha256').update(text).digest('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: 'Upstash', sub: server.url + RUN, exp: now + 300, nbf: now - 5, iat: now, jti: 'x', body }
  const content = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}`
  return `${content}.${createHmac('sha256', '').update(content).digest('base64url')}`
}

test('a run that dies in the middle is finished by a retry once its lock is over', async () => {
  const id = await coldInsight()
  const { text, statusId } = await published(id)
  const { cacheKey, runId } = JSON.parse(text)
  // what a dead run leaves behind: its lock
  const lock = `lock:${project.id}:${cacheKey}`
  await server.stack.services.redis.set(lock, 'a dead run', { px: 30_000 })
  expect(runId).not.toBe('a dead run')
  expect(await deliver(text, signed(text))).toBe(503)
  await server.stack.services.redis.pexpire(lock, 200)
  server.stack.qstash.resume()
  await expect.poll(async () => (await poll(statusId)).status).toBe(200)
  expect((await read(id)).body.is_cached).toBe(true)
})

test('a database that is away for a while delays a run and loses nothing', async () => {
  const id = await coldInsight()
  await read(id)
  await server.settled()
  server.stack.qstash.pause()
  const { query_status } = (await read(id, 'async')).body
  // away for the first deliveries, fewer than QStash makes
  server.stack.neon.faults.plan(1, 'reset', 3)
  const before = server.stack.qstash.calls.delivered.length
  server.stack.qstash.resume()
  await expect.poll(async () => (await poll(query_status.id)).status).toBe(200)
  await server.stack.qstash.idle()
  const statuses = server.stack.qstash.calls.delivered.slice(before).map(({ status }) => status)
  expect(statuses[0]).toBe(503)
  expect(statuses.at(-1)).toBe(200)
})

test('an error that cannot pass ends the run as failed, without retries', async () => {
  const { text, statusId } = await published(await coldInsight())
  const message = JSON.parse(text)
  message.query.dateRange.date_from = 'no date'
  const broken = JSON.stringify(message)
  expect(await deliver(broken, signed(broken))).toBe(489)
  const failed = await poll(statusId)
  expect(failed.status).toBe(400)
  expect(failed.body.query_status).toMatchObject({ complete: true, error: true, results: null })
  expect(failed.body.query_status.error_message).toContain('no date')
  // the delivery that QStash still holds finds the run ended
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await poll(statusId)).body.query_status.error).toBe(true)
})

test('a run whose retries are used up ends as failed', async () => {
  const id = await coldInsight()
  await read(id)
  await server.settled()
  server.stack.neon.down()
  const { query_status } = (await read(id, 'async')).body
  await expect.poll(async () => (await poll(query_status.id)).status).toBe(400)
  server.stack.neon.up()
  expect((await poll(query_status.id)).body.query_status.error_message).toContain('could not be computed')
})

test('a statement over its timeout is a 504, and the next request is answered', async () => {
  const { engine } = server.stack.services
  const sleep = { text: 'select pg_sleep(30)', params: [] }
  await expect(engine.run([sleep], { timeoutMs: 300 })).rejects.toMatchObject({ status: 504, code: 'query_timeout' })
  const id = await coldInsight()
  expect((await read(id, 'blocking')).body.result).toMatchObject([{ count: 2 }])
})
