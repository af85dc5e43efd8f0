import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@upstash/qstash'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../../local/qstash/clock.ts'
import { type QstashShim, startQstash } from '../../../local/qstash/server.ts'
import { manualClock } from '../../support/clock.ts'

let qstash: QstashShim
let client: Client
let target: string
let paths: string[]
let clock: Clock
let answer: { status: number; headers?: Record<string, string>; body?: string }
const receiver = createServer((request, response) => {
  paths.push(request.url ?? '')
  response.writeHead(answer.status, answer.headers).end(answer.body)
})

beforeEach(async () => {
  paths = []
  answer = { status: 200 }
  clock = systemClock
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const keys = { currentSigningKey: 'a', nextSigningKey: 'b' }
  qstash = await startQstash({
    port: 0,
    token: 't',
    ...keys,
    clock: { now: () => clock.now(), after: (ms, work) => clock.after(ms, work) },
  })
  client = new Client({ baseUrl: qstash.url, token: 't', retry: { retries: 1, backoff: () => 50 } })
})
afterEach(async () => {
  await qstash.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

test('a deduplication id covers a group as one message', async () => {
  await client.urlGroups.addEndpoints({ name: 'all', endpoints: [{ url: `${target}/a` }, { url: `${target}/b` }] })
  for (let n = 0; n < 2; n++) await client.publishJSON({ urlGroup: 'all', body: 1, deduplicationId: 'one' })
  await qstash.idle()
  expect(paths.sort()).toEqual(['/a', '/b'])
})

test('cancel and retry touch only what a filter names; one that is not supported is named', async () => {
  const publish = (label: string) => client.publish({ url: `${target}/${label}`, delay: 600, label })
  await publish('x')
  await publish('y')
  expect(await client.messages.cancel({ filter: { label: 'x' } })).toEqual({ cancelled: 1 })
  await expect(client.messages.cancel({ filter: { callerIp: '1.1.1.1' } })).rejects.toThrow('callerIp')
  expect(await client.messages.cancel({ all: true })).toEqual({ cancelled: 1 })
})

test('dead letters are listed, retried and deleted by filter, or all', async () => {
  answer = { status: 500 }
  for (const name of ['a', 'b', 'c']) await client.publish({ url: `${target}/${name}`, retries: 0 })
  await qstash.idle()
  const listed = async () => (await client.dlq.listMessages()).messages.map(({ url }) => url.at(-1)).sort()
  const one = await client.dlq.listMessages({ filter: { url: `${target}/b` } })
  expect(one.messages).toHaveLength(1)
  answer = { status: 200 }
  expect((await client.dlq.retry({ filter: { url: `${target}/a` } })).responses).toHaveLength(1)
  expect(await listed()).toEqual(['b', 'c'])
  expect(await client.dlq.delete({ all: true })).toMatchObject({ deleted: 2 })
  expect(await listed()).toEqual([])
})

test('callbacks that could never be sent are refused when published', async () => {
  await expect(client.publish({ url: target, callback: 'nowhere' })).rejects.toThrow('nowhere')
  await expect(client.publish({ url: target, failureCallback: 'nowhere' })).rejects.toThrow('nowhere')
  const headers = { 'Upstash-Callback-Foo': 'x' }
  await expect(client.publish({ url: target, callback: target, headers })).rejects.toThrow('foo')
})

test.each(['1.5', 'soon', '3x'])('a Retry-After of %s does not lose the message', async (text) => {
  answer = { status: 500, headers: { 'retry-after': text } }
  const { messageId } = await client.publish({ url: target })
  await qstash.idle()
  expect(await client.messages.get(messageId)).toMatchObject({ messageId })
})

test('a Retry-Delay that is no number is refused, a long one is a day at most', async () => {
  await expect(client.publish({ url: target, retryDelay: 'sqrt(0 - 1)' })).rejects.toThrow('sqrt')
  answer = { status: 500 }
  const { messageId } = await client.publish({ url: target, retryDelay: '1 / retried' })
  await qstash.idle()
  const { notBefore } = await client.messages.get(messageId)
  expect((notBefore ?? 0) - Date.now()).toBeLessThanOrEqual(86_400_000)
})

test('idle delivers what an injected clock has made due', async () => {
  await client.publish({ url: `${target}/late`, delay: 600 })
  clock = { ...systemClock, now: () => Date.now() + 601_000 }
  await qstash.idle()
  expect(paths).toEqual(['/late'])
})

test('answers of receivers are kept small', async () => {
  answer = { status: 500, body: 'x'.repeat(500_000) }
  await client.publish({ url: target, retries: 0 })
  await qstash.idle()
  const [dead] = (await client.dlq.listMessages()).messages
  expect(dead?.responseBody?.length).toBeLessThanOrEqual(100_000)
})

test('a schedule may publish to a group', async () => {
  const time = manualClock()
  clock = time
  await client.urlGroups.addEndpoints({ name: 'all', endpoints: [{ url: `${target}/a` }] })
  await client.schedules.create({ destination: 'all', cron: '* * * * * *' })
  time.pass(1_000)
  await qstash.idle()
  expect(paths).toEqual(['/a'])
})

test('a schedule fires once for each of its times', async () => {
  // every timer calls back some milliseconds early
  const time = manualClock(undefined, 0.98)
  clock = time
  await client.schedules.create({ destination: target, cron: '* * * * * *' })
  time.pass(3_000)
  await qstash.idle()
  expect(paths).toHaveLength(3)
})

test('calls tell what was published, and can be forgotten', async () => {
  await client.publish({ url: target, body: 'x', deduplicationId: 'one' })
  await qstash.idle()
  expect(qstash.calls).toMatchObject({
    requests: 1,
    published: [{ body: 'x', deduplicationId: 'one' }],
    delivered: [{}],
  })
  qstash.resetCalls()
  expect(qstash.calls).toEqual({ requests: 0, published: [], delivered: [] })
})

test('a body that is not JSON is a 400', async () => {
  const headers = { Authorization: 'Bearer t' }
  expect((await fetch(`${qstash.url}/v2/batch`, { method: 'POST', headers, body: 'x' })).status).toBe(400)
})

test('a message that falls due between two readings of the clock is not forgotten', async () => {
  let time = Date.now()
  clock = { now: () => (time += 10), after: (_, work) => systemClock.after(0, work) }
  for (let wait = 1; wait <= 6; wait++) {
    paths = []
    answer = { status: 503, headers: { 'Retry-After': String(wait / 100) } }
    await client.publishJSON({ url: `${target}/due`, body: wait, retries: 1 })
    await expect.poll(() => paths.length).toBe(2)
  }
})
