import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Receiver } from '@upstash/qstash'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { evaluate } from '../../../local/qstash/expression.ts'
import { type QstashShim, startQstash } from '../../../local/qstash/server.ts'

const KEYS = { currentSigningKey: 'sig_one', nextSigningKey: 'sig_two' }

interface Received {
  readonly path: string
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let shim: QstashShim
let client: Client
let site: Server
let url: string
const received: Received[] = []
let answer: (request: Received) => { status: number; headers?: Record<string, string> }

beforeAll(async () => {
  shim = await startQstash({ port: 0, token: 'secret', ...KEYS, retryDelayMs: () => 10 })
  client = new Client({ baseUrl: shim.url, token: 'secret', retry: { retries: 1, backoff: () => 50 } })
  site = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const seen = { path: request.url ?? '', method: request.method ?? '', headers: request.headers, body }
    received.push(seen)
    const { status, headers } = answer(seen)
    response.writeHead(status, headers).end('said')
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
beforeEach(() => {
  received.length = 0
  answer = () => ({ status: 200 })
})
afterAll(async () => {
  await shim.close()
  site.close()
})

const arrived = (count: number) => expect.poll(() => received.length).toBe(count)

test('a message arrives byte for byte, signed, with the headers it was given', async () => {
  await client.publishJSON({ url: `${url}/run?x=1//y`, body: { n: 1 }, headers: { 'My-Header': 'z' } })
  await arrived(1)
  const [message] = received
  expect(message).toMatchObject({ path: '/run?x=1//y', method: 'POST', body: '{"n":1}' })
  expect(message?.headers).toMatchObject({
    'my-header': 'z',
    'upstash-retried': '0',
    'content-type': 'application/json',
  })
  const receiver = new Receiver(KEYS)
  const signature = String(message?.headers['upstash-signature'])
  const check = (body: string, at: string) => receiver.verify({ signature, body, url: at })
  expect(await check('{"n":1}', `${url}/run?x=1//y`)).toBe(true)
  await expect(check('{"n":2}', `${url}/run?x=1//y`)).rejects.toThrow()
  await expect(check('{"n":1}', `${url}/other`)).rejects.toThrow()
})

test('the same deduplication id is taken once', async () => {
  const first = await client.publishJSON({ url, body: 1, deduplicationId: 'one' })
  const second = await client.publishJSON({ url, body: 2, deduplicationId: 'one' })
  expect(second).toMatchObject({ messageId: first.messageId, deduplicated: true })
  await arrived(1)
})

test('failures are retried, then reported to the failure callback and kept as a dead letter that can be sent again', async () => {
  answer = ({ path }) => ({ status: path === '/failed' ? 200 : 500 })
  const { messageId } = await client.publishJSON({
    url: `${url}/run`,
    body: { n: 1 },
    retries: 2,
    failureCallback: `${url}/failed`,
  })
  await arrived(4)
  expect(received.slice(0, 3).map(({ headers }) => headers['upstash-retried'])).toEqual(['0', '1', '2'])
  const report = JSON.parse(received[3]?.body ?? '')
  expect(report).toMatchObject({ status: 500, sourceMessageId: messageId, retried: 2, url: `${url}/run` })
  expect(Buffer.from(report.sourceBody, 'base64').toString()).toBe('{"n":1}')
  const { messages } = await client.dlq.listMessages()
  expect(messages).toMatchObject([{ messageId, responseStatus: 500, responseBody: 'said' }])
  answer = () => ({ status: 200 })
  await client.dlq.retry({ dlqIds: messages.map(({ dlqId }) => dlqId) })
  await arrived(5)
  expect((await client.dlq.listMessages()).messages).toEqual([])
})

test('a receiver that says it is of no use is believed', async () => {
  answer = () => ({ status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } })
  await client.publishJSON({ url, body: 1, retries: 5 })
  await arrived(1)
  await shim.idle()
  const { messages } = await client.dlq.listMessages()
  expect(messages).toHaveLength(1)
  await client.dlq.delete(messages[0]?.dlqId ?? '')
})

test('nothing is lost while deliveries are held or the service is down', async () => {
  shim.pause()
  await client.publishJSON({ url, body: 'a' })
  shim.down()
  await expect(client.publishJSON({ url, body: 'b' })).rejects.toThrow()
  shim.up()
  await arrived(1)
  expect(received[0]?.body).toBe('"a"')
})

test('a delayed message can be seen and cancelled', async () => {
  const { messageId } = await client.publishJSON({ url, body: 1, delay: '1h' })
  expect(await client.messages.get(messageId)).toMatchObject({ messageId, url })
  await client.messages.cancel(messageId)
  await expect(client.messages.get(messageId)).rejects.toThrow('not found')
})

test('a queue keeps its order, a batch reports each item', async () => {
  const queue = client.queue({ queueName: 'line' })
  await queue.upsert({ parallelism: 1 })
  await queue.pause()
  for (const n of [1, 2, 3]) await queue.enqueueJSON({ url, body: n })
  expect(await queue.get()).toMatchObject({ lag: 3, paused: true })
  await queue.resume()
  await arrived(3)
  expect(received.map(({ body }) => body)).toEqual(['1', '2', '3'])
  const answers = await client.batchJSON([
    { url, body: 4 },
    { url, body: 5, headers: { 'Upstash-Redact-Fields': 'body' } },
  ] as never)
  expect(answers).toMatchObject([
    { messageId: expect.any(String) },
    { error: expect.stringContaining('redact-fields') },
  ])
})

test('a schedule is kept, overwritten by its id, paused and deleted', async () => {
  const { scheduleId } = await client.schedules.create({
    destination: url,
    cron: 'CRON_TZ=Europe/Berlin 0 4 * * *',
    scheduleId: 'nightly',
  })
  expect(await client.schedules.get(scheduleId)).toMatchObject({ scheduleId: 'nightly', destination: url })
  await client.schedules.pause({ schedule: scheduleId })
  expect(await client.schedules.list()).toMatchObject([{ isPaused: true }])
  await client.schedules.delete(scheduleId)
  expect(await client.schedules.list()).toEqual([])
  await expect(client.schedules.create({ destination: url, cron: 'never' })).rejects.toThrow('invalid cron')
})

test('what is not known is an error that names it', async () => {
  const get = (path: string, token = 'secret') =>
    fetch(shim.url + path, { headers: { Authorization: `Bearer ${token}` } })
  expect(await (await get('/v2/workflows/x')).json()).toEqual({
    error: 'the QStash shim does not serve GET /v2/workflows/x',
  })
  expect((await get('/v2/queues', 'wrong')).status).toBe(401)
  expect(await (await get('/v2/keys')).json()).toEqual({ current: 'sig_one', next: 'sig_two' })
})

test.each([
  ['1000', 1000],
  ['1000 * (1 + retried)', 3000],
  ['min(60000, 1000 * pow(2, retried))', 4000],
  ['-2 - -3 * 2', 4],
])('the retry delay %s', (text, value) => {
  expect(evaluate(text, 2)).toBe(value)
})
test.each(['', '1 +', 'constructor(1)', 'process', '1 1', 'pow(1'])('the retry delay "%s" is refused', (text) => {
  expect(() => evaluate(text, 0)).toThrow()
})
