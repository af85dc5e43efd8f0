import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Receiver } from '@upstash/qstash'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type QstashShim, startQstash } from '../../../local/qstash/server.ts'

interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}
interface Answer {
  readonly status: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

const keys = { currentSigningKey: 'sig_current', nextSigningKey: 'sig_next' }
let qstash: QstashShim
let client: Client
let target: string
let received: Received[]
let answer: (request: Received) => Answer
let closeReceiver: () => Promise<void>

const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { method = '', url: path = '', headers } = request
  const got = { method, path, headers, body: Buffer.concat(chunks).toString() }
  received.push(got)
  const { status, headers: own, body } = answer(got)
  response.writeHead(status, own).end(body)
})

beforeEach(async () => {
  received = []
  answer = () => ({ status: 200 })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  closeReceiver = async () => {
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
  }
  await start({ retryDelayMs: () => 10 })
})
afterEach(async () => {
  await qstash.close()
  await closeReceiver()
})

async function start(options: { retryDelayMs?: () => number }) {
  await qstash?.close()
  qstash = await startQstash({ port: 0, token: 'secret', ...keys, ...options })
  client = new Client({ baseUrl: qstash.url, token: 'secret', retry: { retries: 1, backoff: () => 50 } })
}

const paths = () => received.map(({ path }) => path)
const attempts = () => qstash.calls.delivered.map(({ status, retried }) => [status, retried])
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
async function until(done: () => boolean) {
  for (let tries = 0; tries < 400 && !done(); tries++) await sleep(10)
  expect(done()).toBe(true)
}

test('a message arrives signed, with its body, headers and query as published', async () => {
  const url = `${target}/hook?a=1&b=https://x.example//y`
  const { messageId } = await client.publishJSON({ url, body: { n: 'ä' }, headers: { 'x-own': 'yes' }, retries: 0 })
  await qstash.idle()
  const [got] = received
  expect(got).toMatchObject({ method: 'POST', path: '/hook?a=1&b=https://x.example//y', body: '{"n":"ä"}' })
  expect(got?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-own': 'yes',
    'user-agent': 'Upstash-QStash',
    'upstash-message-id': messageId,
    'upstash-retried': '0',
  })
  const signature = String(got?.headers['upstash-signature'])
  const verifier = new Receiver(keys)
  expect(await verifier.verify({ signature, body: got?.body ?? '', url })).toBe(true)
  await expect(verifier.verify({ signature, body: '{}', url })).rejects.toThrow()
  expect(qstash.calls.delivered).toEqual([{ messageId, url, retried: 0, status: 200 }])
})

test('the same deduplication id or content is taken once', async () => {
  const first = await client.publishJSON({ url: `${target}/a`, body: 1, deduplicationId: 'one' })
  const again = await client.publishJSON({ url: `${target}/b`, body: 2, deduplicationId: 'one' })
  expect(again).toMatchObject({ messageId: first.messageId, deduplicated: true })
  for (const body of ['x', 'x', 'y']) {
    await client.publishJSON({ url: `${target}/c`, body, contentBasedDeduplication: true })
  }
  await qstash.idle()
  expect(received.map(({ path, body }) => path + body).sort()).toEqual(['/a1', '/c"x"', '/c"y"'])
})

test('a delivery that fails is tried again', async () => {
  answer = ({ headers }) => ({ status: headers['upstash-retried'] === '2' ? 200 : 500 })
  await client.publish({ url: target, body: 'x' })
  await until(() => received.length === 3)
  await qstash.idle()
  expect(attempts()).toEqual([
    [500, 0],
    [500, 1],
    [200, 2],
  ])
})

test('Upstash-Retry-Delay and Retry-After set the pace', async () => {
  await start({})
  answer = ({ path, headers }) => {
    if (headers['upstash-retried'] === '1') return { status: 200 }
    return { status: 500, headers: path === '/after' ? { 'retry-after': '0' } : {} }
  }
  await client.publish({ url: `${target}/delay`, retryDelay: 'min(pow(2, retried) * (10 + 5), 1000)' })
  await client.publish({ url: `${target}/after` })
  await until(() => received.length === 4)
  expect(paths().sort()).toEqual(['/after', '/after', '/delay', '/delay'])
  await expect(client.publish({ url: target, retryDelay: 'process.exit()' })).rejects.toThrow('process')
})

test('a non-retryable answer goes to the dead letters at once and is told; a retry sends it anew', async () => {
  answer = ({ path }) =>
    path === '/told' ? { status: 200 } : { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' }, body: 'no' }
  const { messageId } = await client.publishJSON({
    url: `${target}/hook`,
    body: { a: 1 },
    failureCallback: `${target}/told`,
  })
  await until(() => paths().includes('/told'))
  await qstash.idle()
  expect(paths()).toEqual(['/hook', '/told'])
  const { messages } = await client.dlq.listMessages()
  const [dead] = messages
  expect(dead).toMatchObject({ messageId, responseStatus: 489, responseBody: 'no', url: `${target}/hook` })
  const told = JSON.parse(received[1]?.body ?? '')
  expect(told).toMatchObject({ status: 489, retried: 0, sourceMessageId: messageId, dlqId: dead?.dlqId })
  expect([told.body, told.sourceBody].map((text) => Buffer.from(text, 'base64').toString())).toEqual(['no', '{"a":1}'])

  answer = () => ({ status: 200 })
  const { responses } = await client.dlq.retry(dead?.dlqId ?? '')
  expect(responses).toHaveLength(1)
  await until(() => received.length === 3)
  expect(received[2]?.body).toBe('{"a":1}')
  expect((await client.dlq.listMessages()).messages).toEqual([])
})

test('a delayed message waits', async () => {
  const at = Date.now()
  await client.publish({ url: `${target}/late`, delay: 1 })
  await client.publish({ url: `${target}/now` })
  await qstash.idle()
  expect(paths()).toEqual(['/now'])
  await until(() => paths().includes('/late'))
  expect(Date.now() - at).toBeGreaterThanOrEqual(990)
})

test('a schedule fires at its times, with its id', async () => {
  const { scheduleId } = await client.schedules.create({
    destination: `${target}/tick`,
    cron: '* * * * * *',
    body: 'x',
  })
  expect(await client.schedules.get(scheduleId)).toMatchObject({ cron: '* * * * * *', isPaused: false })
  await until(() => received.length > 0)
  expect(received[0]).toMatchObject({ path: '/tick', body: 'x', headers: { 'upstash-schedule-id': scheduleId } })
  await client.schedules.pause({ schedule: scheduleId })
  expect((await client.schedules.list())[0]?.isPaused).toBe(true)
  await client.schedules.resume({ schedule: scheduleId })
  await client.schedules.delete(scheduleId)
  expect(await client.schedules.list()).toEqual([])
  await client.schedules.create({ destination: target, cron: 'CRON_TZ=Europe/Berlin 0 4 * * *' })
  await expect(client.schedules.create({ destination: target, cron: 'never' })).rejects.toThrow('never')
})

test('a queue keeps its order, past a retry too, and can be paused', async () => {
  const queue = client.queue({ queueName: 'orders' })
  await queue.upsert({ parallelism: 1 })
  await queue.pause()
  answer = ({ path, headers }) => ({ status: path === '/1' && headers['upstash-retried'] === '0' ? 500 : 200 })
  for (const n of [1, 2, 3]) await queue.enqueueJSON({ url: `${target}/${n}`, body: n })
  await qstash.idle()
  expect(received).toEqual([])
  expect(await queue.get()).toMatchObject({ name: 'orders', parallelism: 1, lag: 3, paused: true })
  await queue.resume()
  await until(() => received.length === 4)
  expect(paths()).toEqual(['/1', '/1', '/2', '/3'])
  expect(await queue.list()).toHaveLength(1)
  await queue.delete()
  expect(await queue.list()).toEqual([])
})

test('messages are cancelled by id, by list, or all', async () => {
  const publish = async () => (await client.publish({ url: `${target}/x`, delay: 600 })).messageId
  const [a, b, c, d] = [await publish(), await publish(), await publish(), await publish()]
  expect(await client.messages.get(a)).toMatchObject({ messageId: a, url: `${target}/x` })
  expect(await client.messages.cancel(a)).toEqual({ cancelled: 1 })
  expect(await client.messages.cancel([b, c])).toEqual({ cancelled: 2 })
  await expect(client.messages.get(b)).rejects.toThrow('not found')
  expect(await client.messages.cancel({ all: true })).toEqual({ cancelled: 1 })
  await expect(client.messages.get(d)).rejects.toThrow('not found')
})

test('a group publishes to each of its endpoints', async () => {
  await client.urlGroups.addEndpoints({ name: 'all', endpoints: [{ url: `${target}/a` }, { url: `${target}/b` }] })
  expect(await client.publishJSON({ urlGroup: 'all', body: 1 })).toHaveLength(2)
  await qstash.idle()
  expect(paths().sort()).toEqual(['/a', '/b'])
  expect(received[0]?.headers['upstash-topic-name']).toBe('all')
})

test('a batch answers per item; what is not supported is named', async () => {
  const answers = await client.batchJSON([
    { url: `${target}/a`, body: 1 },
    { url: `${target}/b`, body: 2, queueName: 'q' },
  ])
  expect(answers).toHaveLength(2)
  await qstash.idle()
  expect(paths().sort()).toEqual(['/a', '/b'])
  const flow = { key: 'k', parallelism: 1 }
  await expect(client.publish({ url: target, flowControl: flow })).rejects.toThrow('upstash-flow-control-key')
  await expect(client.publish({ url: 'nowhere' })).rejects.toThrow('nowhere')
  await expect(new Client({ baseUrl: qstash.url, token: 'other' }).schedules.list()).rejects.toThrow('unauthorized')
})

test('nothing taken is lost while deliveries are held or the service is away', async () => {
  qstash.pause()
  await client.publish({ url: `${target}/held` })
  await sleep(30)
  expect(received).toEqual([])
  qstash.resume()
  await qstash.idle()
  await client.publish({ url: `${target}/waits`, delay: 1 })
  qstash.down()
  await expect(client.publish({ url: `${target}/refused` })).rejects.toThrow()
  await sleep(1100)
  expect(paths()).toEqual(['/held'])
  qstash.up()
  await until(() => received.length === 2)
  expect(paths()).toEqual(['/held', '/waits'])
})
