import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type LocalServer, sendJson, serveLocal } from '../../../local/http.ts'

let server: LocalServer
let done = 0

beforeAll(async () => {
  server = await serveLocal('a service', 0, (_request, _body, response) => {
    done++
    sendJson(response, 200, { text: 'x'.repeat(100) })
  })
})
beforeEach(() => {
  done = 0
  server.faults.clear()
})
afterAll(() => server.close())

const call = async (body = '') => {
  const response = await fetch(server.url, { method: 'POST', body, signal: AbortSignal.timeout(300) })
  return { status: response.status, json: await response.json() }
}

test('the n-th call is answered in the place of the service, the others are not', async () => {
  server.faults.plan(2, { status: 429 })
  expect((await call()).status).toBe(200)
  expect((await call()).status).toBe(429)
  expect((await call()).status).toBe(200)
  expect(done).toBe(2)
})

test('several in a row, of those that it concerns', async () => {
  server.faults.plan(1, { status: 500 }, 2, (body) => body.includes('SET'))
  const statuses = []
  for (const body of ['GET', 'SET', 'GET', 'SET', 'SET']) statuses.push((await call(body)).status)
  expect(statuses).toEqual([200, 500, 200, 500, 200])
})

test.each([
  ['reset', 0],
  ['hang', 0],
  ['answer lost', 1],
  ['body cut', 1],
] as const)('%s: the caller gets no answer', async (fault, times) => {
  server.faults.plan(1, fault)
  await expect(call()).rejects.toThrow()
  expect(done).toBe(times)
  expect((await call()).status).toBe(200)
})

test('late is late, and done', async () => {
  server.faults.plan(1, { lateMs: 30 })
  const started = Date.now()
  expect((await call()).status).toBe(200)
  expect(Date.now() - started).toBeGreaterThanOrEqual(29)
})
