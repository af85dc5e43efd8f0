/** One deadline for all statements of a request. PGlite has no statement timeout: the shim ends its batches. */
import { expect, test } from 'vitest'
import { parseEnv } from '../../lib/core/env.ts'
import { createServices } from '../../lib/services.ts'
import { testServer } from '../support/server.ts'

const server = await testServer()

const hasServer = process.env.DATABASE_URL_TCP !== undefined
const sleep = (seconds: number) => ({ text: 'select pg_sleep($1)', params: [seconds] })
const active = async (name: string) => {
  const text = "select pid from pg_stat_activity where application_name = $1 and state = 'active'"
  const [rows] = await server.stack.services.engine.run([{ text, params: [name] }], { timeoutMs: 5_000 })
  return rows
}

test('each statement of a batch had the whole timeout', async () => {
  const { engine } = server.stack.services
  const batch = engine.run([sleep(0.6), sleep(0.6), sleep(0.6)], { timeoutMs: 1_000, runId: 'a batch' })
  await expect(batch).rejects.toMatchObject({ status: 504, code: 'query_timeout' })
  if (hasServer) expect(await active('a batch')).toEqual([])
})

test('no statement is compiled just in time', async () => {
  const setting = { text: "select current_setting('jit') as jit", params: [] }
  for (const joinsMany of [false, true])
    expect(await server.stack.services.engine.run([setting], { timeoutMs: 5_000, joinsMany })).toEqual([
      [{ jit: 'off' }],
    ])
})

test('each call of a request had the whole timeout', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z')
  const services = createServices(
    parseEnv(server.stack.bindings),
    () => {},
    () => new Date(now),
  )
  const database = services.engine.within(20_000)
  await database.run([sleep(0)], { timeoutMs: 20_000 })
  now += 19_500
  const late = database.run([sleep(30)], { timeoutMs: 20_000, runId: 'a call' })
  await expect(late).rejects.toMatchObject({ status: 504 })
  if (hasServer) expect(await active('a call')).toEqual([])
})

test('what has no time left is not begun', async () => {
  const calls = await server.counted(() =>
    expect(server.stack.services.engine.within(0).run([sleep(0)], { timeoutMs: 1_000 })).rejects.toMatchObject({
      status: 504,
    }),
  )
  expect(calls.postgres).toBe(0)
})

test('values that no call can carry were a 503 that invites to try again for ever', async () => {
  const params = Array.from({ length: 70_000 }, (_, index) => index)
  const text = `select ${params.length}`
  await expect(server.stack.services.engine.run([{ text, params }], { timeoutMs: 1_000 })).rejects.toMatchObject({
    status: 400,
  })
})
