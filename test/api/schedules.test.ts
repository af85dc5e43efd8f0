/** Insights that are refreshed without being asked for. One file: the tests share the cron and what QStash holds. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { createServices } from '../../lib/services.ts'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const MINUTE_MS = 60_000
let server: TestServer
let project: TestProject
let receiver: Receiver

beforeAll(async () => {
  server = await startServer()
  receiver = await startReceiver()
  project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})
afterEach(async () => {
  server.stack.neon.faults.clear()
  server.stack.qstash.faults.clear()
  server.stack.qstash.resume()
  await forgetMessages()
  server.ahead = 0
  // no schedule of one test is due in the next
  await run('delete from refresh_schedules')
})
afterAll(async () => {
  await receiver.close()
  await server.close()
})

const run = async (text: string, params: number[] = []) =>
  (await server.stack.services.engine.run([{ text, params }], { timeoutMs: 5_000 }))[0] ?? []

/** What QStash still holds is lost. */
const forgetMessages = () =>
  fetch(`${server.stack.qstash.url}/v2/messages?count=1000`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${QSTASH.token}` },
  })

let unlike = 0
const cold = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })

async function makeInsight(refresh_interval: number | null, more: object = {}) {
  const made = await server.call('POST', `${project.path}insights/`, {
    name: 'i',
    query: cold(),
    refresh_interval,
    ...more,
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return { id: made.body.id as number, path: `${project.path}insights/${made.body.id}/` }
}

/** Whatever is kept is out of date. */
const move = () => project.send([event('paid', 'c', '2020-01-02T10:00:00Z')])

const read = async (path: string) => (await server.call('GET', path)).body

/** What the cron does at the server's clock, and what QStash delivers then. */
async function cron(): Promise<void> {
  const work: Promise<unknown>[] = []
  const now = () => new Date(Date.now() + server.ahead)
  await scheduled(createServices(parseEnv(server.stack.bindings), (promise) => work.push(promise), now))
  await Promise.all(work)
  await server.stack.qstash.idle()
}

/** The same, until QStash holds nothing more. */
async function cronAndRetries(): Promise<void> {
  await cron()
  while (server.stack.qstash.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

const turnsOf = (id: number) =>
  server.stack.qstash.calls.published.filter(
    ({ url, body }) => url.endsWith('/api/qstash/turn') && JSON.parse(body).insightId === id,
  )

/** How often the insight was computed, by the log of runs; the log is written first. */
async function computed(id: number): Promise<number> {
  const sql = `select count() from system.runs where insight = ${id} and status = 'ok'`
  const { body } = await server.call('POST', `${project.path}query/`, {
    query: { kind: 'HogQLQuery', query: sql },
    refresh: 'force_blocking',
  })
  return body.results[0][0]
}

test('an insight with an interval is computed, and again when it is over; nobody reads', async () => {
  const { id, path } = await makeInsight(600)
  await cron()
  expect(await computed(id)).toBe(1)
  const first = await read(path)
  expect(first).toMatchObject({ is_cached: true, refresh_interval: 600, result: [{ data: [1, 0, 1] }] })
  await cron()
  server.ahead = 8 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(1)
  await move()
  server.ahead = 10 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(2)
  const second = await read(path)
  expect(Date.parse(second.last_refresh)).toBeGreaterThan(Date.parse(first.last_refresh))
  // nothing moved: as fresh, and not computed
  server.ahead = 20 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(2)
  expect(Date.parse((await read(path)).last_refresh)).toBeGreaterThan(Date.parse(second.last_refresh))
})

test('whoever has the link sees the fresh result, without asking for it', async () => {
  const { path } = await makeInsight(600)
  const { body } = await server.call('PATCH', `${path}sharing/`, { enabled: true })
  const shown = async () => {
    const response = await fetch(`${server.url}/shared/${body.access_token}.json`)
    return ((await response.json()) as { insight: { last_refresh: string } }).insight.last_refresh
  }
  await cron()
  const first = await shown()
  server.ahead = 11 * MINUTE_MS
  await cron()
  // what the isolate holds is five seconds old at most
  server.ahead += 6_000
  expect(Date.parse(await shown()) - Date.parse(first)).toBeGreaterThan(10 * MINUTE_MS)
})

test('intervals that have passed while nothing ran are one refresh, and the next keeps the grid', async () => {
  const { id } = await makeInsight(600)
  await cron()
  const [before] = await run(
    'select extract(epoch from due_at)::float8 as due from refresh_schedules where insight_id = $1',
    [id],
  )
  await move()
  server.ahead = 47 * MINUTE_MS
  await cron()
  await cron()
  expect(await computed(id)).toBe(2)
  const [after] = await run(
    'select extract(epoch from due_at)::float8 as due from refresh_schedules where insight_id = $1',
    [id],
  )
  expect(Number(after?.due) - Number(before?.due)).toBeCloseTo(4 * 600, 3)
})

test('finer than the cron: the next turn waits in QStash until its second', async () => {
  const { id } = await makeInsight(60)
  await cron()
  expect(await computed(id)).toBe(1)
  const delays = turnsOf(id).map(({ headers }) => headers['upstash-delay'])
  expect(delays[0]).toBeUndefined()
  expect(delays).toHaveLength(2)
  expect(Number(delays[1]?.replace('s', ''))).toBeGreaterThan(50)
  // it is sent: the cron does not send it again
  await cron()
  expect(turnsOf(id)).toHaveLength(2)
})

test('a message that comes twice, at once or later, is computed once', async () => {
  const { id } = await makeInsight(600)
  server.stack.qstash.pause()
  await cron()
  const body = turnsOf(id)[0]?.body ?? ''
  const url = `${server.url}/api/qstash/turn`
  const deliver = async () => {
    const signature = sign(QSTASH.currentSigningKey, url, Buffer.from(body), Date.now())
    const headers = { 'upstash-signature': signature, 'upstash-retried': '0' }
    return (await fetch(url, { method: 'POST', headers, body })).status
  }
  const statuses = await Promise.all([deliver(), deliver(), deliver()])
  expect(statuses).toContain(200)
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
  expect(await deliver()).toBe(200)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect(await computed(id)).toBe(1)
})

test('a message that is lost is sent again', async () => {
  const { id } = await makeInsight(600)
  server.stack.qstash.pause()
  await cron()
  await forgetMessages()
  server.stack.qstash.resume()
  server.ahead = 2 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(0)
  server.ahead = 6 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(1)
})

test('QStash away: the next cron sends what this one could not, also a part of a batch', async () => {
  const { id } = await makeInsight(600)
  server.stack.qstash.down()
  await cron()
  server.stack.qstash.up()
  expect(turnsOf(id)).toHaveLength(0)
  await cron()
  expect(await computed(id)).toBe(1)
})

test('a database that is away for a while delays a turn and loses nothing', async () => {
  const { id } = await makeInsight(600)
  server.stack.neon.faults.plan(1, { status: 500 }, 2, (body) => body.includes('paid'))
  await cronAndRetries()
  expect(server.stack.neon.faults.pending).toBe(0)
  expect(await computed(id)).toBe(1)
})

test('a slow computation does not pile up', async () => {
  const { id } = await makeInsight(60)
  server.stack.qstash.pause()
  await cron()
  for (let minute = 1; minute <= 4; minute++) {
    server.ahead = minute * MINUTE_MS
    await cron()
  }
  expect(turnsOf(id)).toHaveLength(1)
})

test('a deleted insight and one without an interval are left alone, one that is back is refreshed', async () => {
  const { id, path } = await makeInsight(600)
  const other = await makeInsight(600)
  server.stack.qstash.pause()
  await cron()
  await server.call('PATCH', path, { deleted: true })
  await server.call('PATCH', other.path, { refresh_interval: null })
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect([await computed(id), await computed(other.id)]).toEqual([0, 0])
  server.ahead = 30 * MINUTE_MS
  await cron()
  expect([await computed(id), await computed(other.id)]).toEqual([0, 0])
  await server.call('PATCH', path, { deleted: false })
  await cron()
  expect([await computed(id), await computed(other.id)]).toEqual([1, 0])
})

test('a changed query is computed soon, what was sent for the old one is not', async () => {
  const { id, path } = await makeInsight(3_600)
  await cron()
  await server.call('PATCH', path, {
    query: { ...cold(), dateRange: { date_from: '2020-01-01', date_to: '2020-01-01' } },
  })
  await cron()
  expect((await read(path)).result[0].data).toEqual([1])
  expect(await computed(id)).toBe(2)
  // a name changes nothing
  await server.call('PATCH', path, { name: 'other' })
  await cron()
  expect(await computed(id)).toBe(2)
})

test('a changed interval counts from the last refresh', async () => {
  const { id, path } = await makeInsight(86_400)
  await cron()
  await server.call('PATCH', path, { refresh_interval: 600 })
  await cron()
  expect(await computed(id)).toBe(1)
  await move()
  server.ahead = 10 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(2)
  await server.call('PATCH', path, { refresh_interval: 7_200 })
  await move()
  server.ahead = 100 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(2)
  server.ahead = 131 * MINUTE_MS
  await cron()
  expect(await computed(id)).toBe(3)
})

test('a result that somebody computed after the turn was due is not computed again', async () => {
  const { id, path } = await makeInsight(600)
  await server.call('GET', `${path}?refresh=force_blocking`)
  await cron()
  expect(await computed(id)).toBe(1)
  const [row] = await run(
    'select extract(epoch from due_at - now())::float8 as wait from refresh_schedules where insight_id = $1',
    [id],
  )
  expect(Number(row?.wait)).toBeGreaterThan(500)
})

test('subscribers are told of a refresh, and of one that cannot be', async () => {
  const { path } = await makeInsight(600)
  const subscriber = { url: `${receiver.url}/told`, events: ['insight.refreshed', 'insight.refresh_failed'] }
  await server.call('POST', `${path}subscribers/`, subscriber)
  await cron()
  await server.stack.qstash.idle()
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refreshed'])
  receiver.received.length = 0
  const query = { kind: 'TrendsQuery', ...counts('paid'), trendsFilter: { formula: 'A +' }, ...THREE_DAYS }
  expect((await server.call('PATCH', path, { query })).status).toBe(200)
  await cron()
  await server.stack.qstash.idle()
  expect(receiver.received.map(({ body }) => [body.type, typeof body.error])).toEqual([
    ['insight.refresh_failed', 'string'],
  ])
})

test('a turn that QStash gives up is told as failed, and the next one comes', async () => {
  receiver.received.length = 0
  const { id, path } = await makeInsight(600)
  await server.call('POST', `${path}subscribers/`, { url: `${receiver.url}/told` })
  server.stack.neon.faults.plan(1, { status: 500 }, 4, (body) => body.includes('paid'))
  await cronAndRetries()
  expect(server.stack.neon.faults.pending).toBe(0)
  expect(await computed(id)).toBe(0)
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refresh_failed'])
  server.ahead = 10 * MINUTE_MS
  await cronAndRetries()
  expect(await computed(id)).toBe(1)
  expect((await read(path)).is_cached).toBe(true)
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refresh_failed', 'insight.refreshed'])
})

test('the field: what it takes, where it is shown, what the log says', async () => {
  for (const [value, code] of [
    [59, 'min_value'],
    [0, 'min_value'],
    [-60, 'min_value'],
    [2_147_483_648, 'max_value'],
    [60.5, 'invalid_input'],
    ['soon', 'invalid_input'],
    [true, 'invalid_input'],
    [[60], 'invalid_input'],
  ] as const) {
    const body = { name: 'x', query: cold(), refresh_interval: value }
    expect(await server.call('POST', `${project.path}insights/`, body), String(value)).toMatchObject({
      status: 400,
      body: { attr: 'refresh_interval', code },
    })
  }
  const { id, path } = await makeInsight(60)
  expect(await read(`${path}?basic=true`)).toMatchObject({ refresh_interval: 60 })
  expect((await server.call('PATCH', path, { refresh_interval: '3600' })).body.refresh_interval).toBe(3_600)
  expect((await server.call('PATCH', path, { name: 'kept' })).body.refresh_interval).toBe(3_600)
  expect((await server.call('PATCH', path, { refresh_interval: null })).body.refresh_interval).toBeNull()
  const listed = (await server.call('GET', `${project.path}insights/?limit=1000`)).body.results
  expect(listed.find((insight: { id: number }) => insight.id === id).refresh_interval).toBeNull()
  const { results } = (await server.call('GET', `${path}activity/`)).body
  const changes = results.flatMap(
    ({ detail }: { detail: { changes: { field: string }[] | null } }) => detail.changes ?? [],
  )
  expect(changes.filter(({ field }: { field: string }) => field === 'refresh_interval')).toMatchObject([
    { action: 'deleted', before: 3_600, after: null },
    { action: 'changed', before: 60, after: 3_600 },
  ])
})

test('what a turn costs', async () => {
  const { id } = await makeInsight(600)
  server.stack.qstash.pause()
  await cron()
  const body = turnsOf(id)[0]?.body ?? ''
  const url = `${server.url}/api/qstash/turn`
  const deliver = () => {
    const signature = sign(QSTASH.currentSigningKey, url, Buffer.from(body), Date.now())
    return fetch(url, { method: 'POST', headers: { 'upstash-signature': signature, 'upstash-retried': '0' }, body })
  }
  // the turn, the context is warm or not, the query, the next turn
  const { redis, postgres, qstash } = await server.counted(deliver)
  expect({ redis, qstash }).toEqual({ redis: 3, qstash: 0 })
  expect(postgres).toBeLessThanOrEqual(4)
  expect(await server.counted(deliver)).toEqual({ redis: 0, postgres: 1, qstash: 0 })
})
