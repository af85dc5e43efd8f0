/** Events that subscribers are sent. One file: the tests share the receiver. */
import { createHmac } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { type Received, type Receiver, startReceiver } from '../support/receiver.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

let receiver: Receiver

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

let unlike = 0
const source = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })

interface Made {
  readonly id: number
  readonly shortId: string
  readonly name: string
  readonly path: string
}

async function makeInsight(query: object = source()): Promise<Made> {
  const name = `insight ${unlike++}`
  const { body } = await server.call('POST', `${project.path}insights/`, { name, query })
  return { id: body.id, shortId: body.short_id, name, path: `${project.path}insights/${body.id}/` }
}

async function subscribe(path: string, body: object = {}) {
  const made = await server.call('POST', `${path}subscribers/`, { url: `${receiver.url}/told`, ...body })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body
}

const read = (path: string, refresh = '') => server.call('GET', `${path}${refresh ? `?refresh=${refresh}` : ''}`)

/** When work after responses and everything in the queue is done. */
async function done(): Promise<void> {
  await server.settled()
  await server.stack.qstash.idle()
}

/** As README.md shows it to subscribers. */
function isSigned({ headers, text }: Received, secret: string): boolean {
  const [, t, v1] = headers['edgehog-signature']?.match(/^t=(\d+),v1=([0-9a-f]{64})$/) ?? []
  return v1 === createHmac('sha256', secret).update(`${t}.${text}`).digest('hex')
}

test('a blocking computation tells its subscribers after the response', async () => {
  const insight = await makeInsight()
  const subscriber = await subscribe(insight.path)
  expect(subscriber).toMatchObject({
    url: `${receiver.url}/told`,
    events: ['insight.refreshed', 'insight.refresh_failed'],
    signing_secret: expect.stringMatching(/^whsec_\w{43}$/),
    created_by: { email: 'developer@edgehog.local' },
  })
  const answer = await read(insight.path, 'blocking')
  await done()
  expect(receiver.received.length).toBe(1)
  const [told] = receiver.received as [Received]
  expect(told.path).toBe('/told')
  expect(told.headers['content-type']).toBe('application/json')
  expect(isSigned(told, subscriber.signing_secret)).toBe(true)
  expect(isSigned(told, 'another secret')).toBe(false)
  expect(told.body).toEqual({
    id: expect.stringMatching(/^evt_[0-9a-f]{32}$/),
    type: 'insight.refreshed',
    created_at: answer.body.last_refresh,
    project_id: project.id,
    insight: {
      id: insight.id,
      short_id: insight.shortId,
      name: insight.name,
      url: `${server.url}${insight.path}`,
    },
    summary: {
      kind: 'TrendsQuery',
      last_refresh: answer.body.last_refresh,
      date_from: answer.body.resolved_date_range.date_from,
      date_to: answer.body.resolved_date_range.date_to,
      items: [{ label: expect.stringMatching(/^unlike /), order: 0, count: 2, last_value: 1 }],
      has_more: false,
    },
  })
  // cached: nothing new
  await read(insight.path, 'blocking')
  await read(insight.path)
  await done()
  expect(receiver.received.length).toBe(1)
  await read(insight.path, 'force_blocking')
  await done()
  expect(receiver.received.length).toBe(2)
  expect(receiver.received[1]?.body.id).not.toBe(told.body.id)
})

test('background runs and hooks tell, too, each once and each subscriber', async () => {
  const insight = await makeInsight()
  const [a, b] = [await subscribe(insight.path, { url: `${receiver.url}/a` }), await subscribe(insight.path)]
  await read(insight.path, 'async')
  await done()
  expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/a', '/told'])
  const [first, second] = [...receiver.received].sort((x, y) => (x.path < y.path ? -1 : 1)) as [Received, Received]
  expect(first.body).toEqual(second.body)
  expect([isSigned(first, a.signing_secret), isSigned(second, b.signing_secret)]).toEqual([true, true])
  const hook = await server.call('POST', `${insight.path}refresh_hooks/`, {})
  expect((await fetch(hook.body.url, { method: 'POST' })).status).toBe(202)
  await done()
  expect(receiver.received.length).toBe(4)
})

test('a page that computes tells the subscribers of its insights', async () => {
  const insight = await makeInsight()
  await subscribe(insight.path)
  await server.call('GET', `${project.path}insights/?short_id=${insight.shortId}&refresh=blocking`)
  await done()
  expect(receiver.received.map(({ body }) => body.insight.id)).toEqual([insight.id])
})

test('an insight looked at through a filter is not refreshed', async () => {
  const insight = await makeInsight()
  await subscribe(insight.path)
  const filter = encodeURIComponent(JSON.stringify({ date_from: '2020-01-02' }))
  for (const mode of ['blocking', 'force_async']) {
    await server.call('GET', `${insight.path}?refresh=${mode}&filters_override=${filter}`)
    await done()
  }
  expect(receiver.received).toEqual([])
})

test('a receiver that is down for a while is told by a retry: the same event', async () => {
  const insight = await makeInsight()
  const { signing_secret } = await subscribe(insight.path)
  receiver.status = 500
  await read(insight.path, 'blocking')
  await server.settled()
  await expect.poll(() => receiver.received.length).toBeGreaterThanOrEqual(2)
  receiver.status = 204
  const seen = receiver.received.length
  await expect.poll(() => receiver.received.length).toBe(seen + 1)
  await done()
  expect(new Set(receiver.received.map(({ body }) => body.id)).size).toBe(1)
  expect(receiver.received.every((told) => isSigned(told, signing_secret))).toBe(true)
})

/** The message of a run, held back. */
async function heldRun(path: string): Promise<string> {
  server.stack.qstash.pause()
  await read(path, 'force_async')
  return server.stack.qstash.calls.published.at(-1)?.body ?? ''
}

function deliver(text: string): Promise<Response> {
  const url = `${server.url}/api/qstash/run`
  const signature = sign(QSTASH.currentSigningKey, url, Buffer.from(text), Date.now())
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Upstash-Signature': signature },
    body: text,
  })
}

test('QStash delivering a run twice publishes the same event, and the receiver gets it once', async () => {
  const insight = await makeInsight()
  const { id } = await subscribe(insight.path)
  const text = await heldRun(insight.path)
  const before = server.stack.qstash.calls.published.length
  expect(await (await deliver(text)).json()).toEqual({ outcome: 'computed' })
  expect(await (await deliver(text)).json()).toEqual({ outcome: 'there already' })
  const published = server.stack.qstash.calls.published.slice(before)
  expect(published.map(({ url }) => url)).toEqual([`${receiver.url}/told`, `${receiver.url}/told`])
  expect(published[0]?.deduplicationId).toBe(published[1]?.deduplicationId)
  expect(published[0]?.body).toBe(published[1]?.body)
  server.stack.qstash.resume()
  await done()
  expect(receiver.received.length).toBe(1)
  expect(id).toBeDefined()
})

test('a run that could not tell is delivered again, and tells', async () => {
  const insight = await makeInsight()
  await subscribe(insight.path)
  const text = await heldRun(insight.path)
  server.stack.qstash.down()
  expect((await deliver(text)).status).toBe(503)
  // the result is there all the same
  expect((await read(insight.path)).body.is_cached).toBe(true)
  server.stack.qstash.up()
  server.stack.qstash.resume()
  await done()
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['insight.refreshed'])
})

test('a run that cannot pass tells that it failed, and why', async () => {
  const insight = await makeInsight()
  const { signing_secret } = await subscribe(insight.path)
  const message = JSON.parse(await heldRun(insight.path))
  message.query.dateRange.date_from = 'no date'
  for (const _ of [1, 2]) await deliver(JSON.stringify(message))
  server.stack.qstash.resume()
  await done()
  expect(receiver.received.length).toBe(1)
  const [told] = receiver.received as [Received]
  expect(isSigned(told, signing_secret)).toBe(true)
  expect(told.body).toMatchObject({
    type: 'insight.refresh_failed',
    insight: { id: insight.id },
    summary: null,
    error: expect.stringContaining('no date'),
  })
})

test('a run whose retries are used up tells that it failed', async () => {
  const insight = await makeInsight()
  await subscribe(insight.path)
  const body = await heldRun(insight.path)
  const { cacheKey } = JSON.parse(body)
  // another run that never ends holds the lock
  await server.stack.services.redis.set(`lock:${project.id}:${cacheKey}`, 'another run', { px: 20_000 })
  server.stack.qstash.resume()
  await expect.poll(() => receiver.received.length).toBe(1)
  expect(receiver.received[0]?.body).toMatchObject({
    type: 'insight.refresh_failed',
    error: 'The query could not be computed in the background: Another run computes this result.',
  })
  await server.stack.services.redis.del(`lock:${project.id}:${cacheKey}`)
  await done()
  expect(receiver.received.length).toBe(1)
})

test('events that are not wanted, subscribers that are gone, insights that are deleted', async () => {
  const insight = await makeInsight()
  const failures = await subscribe(insight.path, { events: ['insight.refresh_failed'] })
  expect(failures.events).toEqual(['insight.refresh_failed'])
  const gone = await subscribe(insight.path)
  expect((await server.call('DELETE', `${insight.path}subscribers/${gone.id}/`)).status).toBe(204)
  expect((await server.call('DELETE', `${insight.path}subscribers/${gone.id}/`)).status).toBe(404)
  await read(insight.path, 'blocking')
  await done()
  expect(receiver.received).toEqual([])
  await subscribe(insight.path)
  await heldRun(insight.path)
  await server.call('PATCH', insight.path, { deleted: true })
  server.stack.qstash.resume()
  await done()
  expect(receiver.received).toEqual([])
})

test('who subscribes while a run waits is told', async () => {
  const insight = await makeInsight()
  await heldRun(insight.path)
  await subscribe(insight.path)
  server.stack.qstash.resume()
  await done()
  expect(receiver.received.length).toBe(1)
})

test('a message of a release before has no insight, and runs', async () => {
  const insight = await makeInsight()
  await subscribe(insight.path)
  const { insight: _, ...before } = JSON.parse(await heldRun(insight.path))
  expect((await deliver(JSON.stringify(before))).status).toBe(200)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await read(insight.path)).body.is_cached).toBe(true)
})

test('a run of an insight without subscribers costs no further call', async () => {
  const insight = await makeInsight()
  await read(insight.path)
  await server.settled()
  const run = async () => {
    server.stack.qstash.pause()
    await read(insight.path, 'force_async')
    await server.settled()
    return server.counted(async () => {
      server.stack.qstash.resume()
      await server.stack.qstash.idle()
    })
  }
  expect(await run()).toEqual({ redis: 2, postgres: 1, qstash: 0 })
  await subscribe(insight.path)
  // who is told, and one message with all of it
  expect(await run()).toEqual({ redis: 2, postgres: 2, qstash: 1 })
  expect(receiver.received.length).toBe(1)
  // nothing is known in Redis: the message says whether it is worth a look
  const other = await makeInsight()
  server.stack.qstash.pause()
  await server.call('GET', `${project.path}insights/?short_id=${other.shortId}&refresh=async`)
  await server.settled()
  const cold = await server.counted(async () => {
    server.stack.qstash.resume()
    await server.stack.qstash.idle()
  })
  expect(cold).toEqual({ redis: 2, postgres: 1, qstash: 0 })
})

test('bad input names its field, ten subscribers at most', async () => {
  const insight = await makeInsight()
  const url = `${receiver.url}/x`
  for (const [body, attr] of [
    [{}, 'url'],
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'http://user:password@example.com/' }, 'url'],
    [{ url: `${server.url}/api/refresh_hooks/x` }, 'url'],
    [{ url, events: [] }, 'events'],
    [{ url, events: 'all' }, 'events'],
    [{ url, events: ['insight.deleted'] }, 'events__0'],
  ] as const)
    expect(await server.call('POST', `${insight.path}subscribers/`, body)).toMatchObject({
      status: 400,
      body: { type: 'validation_error', attr },
    })
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => server.call('POST', `${insight.path}subscribers/`, { url })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(201), 400, 400])
  const { results } = (await read(`${insight.path}subscribers/`)).body
  expect(results.length).toBe(10)
  expect(Object.keys(results[0]).sort()).toEqual(['created_at', 'created_by', 'events', 'id', 'url'])
})

test('other projects and other keys', async () => {
  const insight = await makeInsight()
  const subscriber = await subscribe(insight.path)
  const other = await makeProject(server)
  const path = `${other.path}insights/${insight.id}/subscribers/`
  expect((await server.call('POST', path, { url: receiver.url })).status).toBe(404)
  expect((await server.call('GET', path)).status).toBe(404)
  expect((await server.call('DELETE', `${path}${subscriber.id}/`)).status).toBe(404)
  const reader = await server.call('POST', '/api/personal_api_keys/', { label: 'reads', scopes: ['insight:read'] })
  const headers = { Authorization: `Bearer ${reader.body.value}` }
  expect((await server.call('POST', `${insight.path}subscribers/`, { url: receiver.url }, headers)).status).toBe(403)
  expect((await server.call('GET', `${insight.path}subscribers/`, undefined, headers)).status).toBe(200)
})
