import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalServer, sendJson, serveLocal } from '../../../local/http.ts'
import { senderOf } from '../../../local/qstash/send.ts'

let receiver: LocalServer
let port: string
const got: { method: string | undefined; body: string; header: unknown }[] = []

beforeAll(async () => {
  receiver = await serveLocal('a receiver', 0, (request, body, response) => {
    got.push({ method: request.method, body: body.toString(), header: request.headers['x-a'] })
    if (request.url === '/away') response.writeHead(302, { location: '/' })
    sendJson(response, 201, { ok: true }, { 'x-b': 'c' })
  })
  port = new URL(receiver.url).port
})
afterAll(() => receiver.close())

const delivery = { method: 'POST', headers: { 'x-a': 'b' }, body: Buffer.from('hello'), timeoutMs: 5_000 }
const PUBLIC = 'https://edgehog.example.com'

/** A name server that knows one answer. */
const leadingTo = (...addresses: string[]) =>
  ((_: string, __: object, answer: (error: null, found: object[]) => void) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as never

test('a delivery arrives as it is, its answer too, and redirections are not followed', async () => {
  const answer = await senderOf(undefined)(receiver.url, delivery)
  expect(answer).toMatchObject({ status: 201, header: { 'x-b': ['c'] } })
  expect(JSON.parse(answer.body.toString())).toEqual({ ok: true })
  expect(got.at(-1)).toEqual({ method: 'POST', body: 'hello', header: 'b' })
})

test('a server of its own calls nothing private, whatever name leads there', async () => {
  const before = got.length
  for (const address of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `http://[::1]:${port}/`])
    await expect(senderOf(PUBLIC)(address, delivery), address).rejects.toThrow('private')
  for (const addresses of [['127.0.0.1'], ['10.0.0.1'], ['::1'], ['8.8.8.8', '127.0.0.1'], ['::ffff:127.0.0.1']])
    await expect(
      senderOf(PUBLIC, leadingTo(...addresses))(`http://hooks.example.com:${port}/`, delivery),
      addresses.join(),
    ).rejects.toThrow('private')
  expect(got.length).toBe(before)
})

test('it calls itself, and one for development calls its neighbours', async () => {
  expect((await senderOf(receiver.url)(`http://127.0.0.1:${port}/x`, delivery)).status).toBe(201)
  expect((await senderOf('http://127.0.0.1:1')(`http://127.0.0.1:${port}/x`, delivery)).status).toBe(201)
})
