/** Flow control: as the client asks for it, as its headers say it, and what it does. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@upstash/qstash'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type QstashShim, startQstash } from '../../../local/qstash/server.ts'
import { type ManualClock, manualClock } from '../../support/clock.ts'

let qstash: QstashShim
let client: Client
let target: string
let clock: ManualClock
/** Deliveries that have no answer yet. */
let open: { readonly path: string; readonly response: ServerResponse }[]
let arrived: string[]
const receiver = createServer((request, response) => {
  arrived.push(request.url ?? '')
  open.push({ path: request.url ?? '', response })
})

beforeEach(async () => {
  open = []
  arrived = []
  clock = manualClock()
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  qstash = await startQstash({ port: 0, token: 't', currentSigningKey: 'a', nextSigningKey: 'b', clock })
  client = new Client({ baseUrl: qstash.url, token: 't', retry: { retries: 1, backoff: () => 50 } })
})
afterEach(async () => {
  await qstash.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2))
}
/** Answers the first delivery that is open. */
async function answer(status = 200): Promise<void> {
  await until(() => open.length > 0)
  open.shift()?.response.writeHead(status).end()
}
const slow = (path: string, key: string, more: object = {}) =>
  client.publish({ url: `${target}/${path}`, flowControl: { key, parallelism: 2, ...more } })

/** A request with headers as they are. */
const publish = (key: string | undefined, value: string | undefined) =>
  fetch(`${qstash.url}/v2/publish/${target}/raw`, {
    method: 'POST',
    headers: {
      Authorization: 'Bearer t',
      ...(key === undefined ? {} : { 'Upstash-Flow-Control-Key': key }),
      ...(value === undefined ? {} : { 'Upstash-Flow-Control-Value': value }),
    },
  })

test('headers: what the client sends, and what is refused', async () => {
  await slow('x', 'a.b-c_1', { rate: 10, period: '1m' })
  expect(qstash.calls.published[0]?.headers).toMatchObject({
    'upstash-flow-control-key': 'a.b-c_1',
    'upstash-flow-control-value': 'parallelism=2, rate=10, period=1m',
  })
  for (const value of ['parallelism=1', 'rate=3', 'rate=3,period=60', 'parallelism=2, rate=10, period=1m30s'])
    expect((await publish('k', value)).status, value).toBe(200)
  for (const [key, value] of [
    ['k', undefined],
    [undefined, 'rate=1'],
    ['k', 'period=1m'],
    ['k', 'parallelism=0'],
    ['k', 'parallelism=two'],
    ['k', 'rate=1, burst=3'],
    ['k', 'rate=1, period=8d'],
    ['a key', 'rate=1'],
  ] as const)
    expect((await publish(key, value)).status, `${key} ${value}`).toBe(400)
})

test('as many of a key are under way as its parallelism; the next starts when one ends', async () => {
  for (let n = 0; n < 5; n++) await slow(`a${n}`, 'a')
  await until(() => open.length === 2)
  expect(await client.flowControl.get('a')).toMatchObject({
    flowControlKey: 'a',
    waitListSize: 3,
    parallelismMax: 2,
    parallelismCount: 2,
  })
  for (let n = 3; n <= 5; n++) {
    await answer()
    await until(() => arrived.length === n)
    expect(open.length).toBe(2)
  }
  await answer()
  await answer()
  await qstash.idle()
  expect(arrived.sort()).toEqual(['/a0', '/a1', '/a2', '/a3', '/a4'])
})

test('a key with two hundred that wait holds up no other key, and none that has no key', async () => {
  await client.batch(
    Array.from({ length: 200 }, (_, n) => ({ url: `${target}/a${n}`, flowControl: { key: 'a', parallelism: 2 } })),
  )
  await slow('b', 'b')
  await client.publish({ url: `${target}/free` })
  await until(() => arrived.length === 4)
  expect(arrived.filter((path) => path.startsWith('/a'))).toHaveLength(2)
  expect(arrived).toContain('/b')
  expect(arrived).toContain('/free')
})

test('one that failed gives its place away until it is tried again', async () => {
  for (const path of ['a', 'b', 'c']) await slow(path, 'k')
  await until(() => open.length === 2)
  await answer(500)
  await until(() => arrived.length === 3)
  await answer()
  await answer()
  await qstash.idle()
  clock.pass(13_000)
  await until(() => arrived.length === 4)
  await answer()
  await qstash.idle()
  expect(qstash.waiting).toBe(0)
})

test('as many of a key start in a period as its rate; the others when the next begins', async () => {
  for (let n = 0; n < 7; n++) await slow(`${n}`, 'k', { parallelism: 100, rate: 3, period: '1m' })
  const answered = async (count: number) => {
    await until(() => arrived.length === count)
    while (open.length > 0) await answer()
    await qstash.idle()
    expect(arrived.length).toBe(count)
  }
  await answered(3)
  clock.pass(59_000)
  await answered(3)
  clock.pass(1_000)
  await answered(6)
  clock.pass(60_000)
  await answered(7)
})

test('paused, pinned and reset keys; a filter by key', async () => {
  await client.flowControl.pause('k')
  for (let n = 0; n < 4; n++) await slow(`${n}`, 'k', { rate: 3, period: 60 })
  expect(await client.flowControl.get('k')).toMatchObject({ isPaused: true, waitListSize: 4, parallelismCount: 0 })
  await client.flowControl.pin('k', { parallelism: 1 })
  await client.flowControl.resume('k')
  await until(() => open.length === 1)
  expect(await client.flowControl.get('k')).toMatchObject({ parallelismMax: 1, isPinnedParallelism: true })
  await client.flowControl.unpin('k', { parallelism: true })
  await until(() => open.length === 2)
  for (let n = 0; n < 3; n++) await answer()
  await qstash.idle()
  expect(await client.flowControl.get('k')).toMatchObject({ waitListSize: 1, rateMax: 3, rateCount: 3, ratePeriod: 60 })
  await client.flowControl.resetRate('k')
  await until(() => open.length === 1)
  expect(await client.flowControl.getGlobalParallelism()).toMatchObject({ parallelismCount: 1 })
  expect(await client.messages.cancel({ filter: { flowControlKey: 'other' } })).toEqual({ cancelled: 0 })
  expect(await client.messages.cancel({ filter: { flowControlKey: 'k' } })).toEqual({ cancelled: 1 })
})
