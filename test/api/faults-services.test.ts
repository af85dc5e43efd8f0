/** Whatever a service does, a request is answered right or told to come again. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../local/faults.ts'
import { makeWorld, pathIn, protectedRoutes, type World } from '../support/every-route.ts'
import { someOf } from '../support/seeds.ts'
import { type Answer, testServer } from '../support/server.ts'
import { counts, event, THREE_DAYS } from '../support/world.ts'

let world: World
const reads: string[] = []

const server = await testServer({ statementTimeoutMs: 5_000 })
beforeAll(async () => {
  world = await makeWorld(server, 'walk')
  // others want parameters
  for (const path of protectedRoutes.filter(({ method }) => method === 'get').map((route) => pathIn(route, world)))
    if ((await server.call('GET', path)).status !== 400) reads.push(path)
})

let unlike = 0
const trend = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })

type Send = () => Promise<Answer>
/** Requests of each kind; each call is another request. */
function walk(): [name: string, send: Send][] {
  const { path, token } = world.project
  const { insights, dashboards } = world.ids
  const call = (method: string, to: string, body?: unknown): Send => {
    return () => server.call(method, to.startsWith('/') ? to : path + to, body)
  }
  return [
    ...reads.map((to): [string, Send] => [`GET ${to}`, call('GET', to)]),
    ['blocking', call('GET', `insights/${insights}/?refresh=force_blocking`)],
    ['async', call('GET', `insights/${insights}/?refresh=force_async`)],
    ['query', call('POST', 'query/', { query: trend() })],
    ['create', call('POST', 'insights/', { query: trend() })],
    ['create and compute', call('POST', 'insights/?refresh=blocking', { query: trend() })],
    ['change', call('PATCH', `insights/${insights}/`, { name: `name ${unlike++}` })],
    ['dashboard', call('POST', 'dashboards/', { name: `board ${unlike++}` })],
    ['change of a dashboard', call('PATCH', `dashboards/${dashboards}/`, { name: `board ${unlike++}` })],
    ['action', call('POST', 'actions/', { name: `action ${unlike++}`, steps: [{ event: 'paid' }] })],
    ['link', call('PATCH', `insights/${insights}/sharing/`, { enabled: true })],
    ['key', call('POST', '/api/personal_api_keys/', { label: `key ${unlike++}`, scopes: ['insight:read'] })],
    ['cancel', call('POST', 'insights/cancel/', { client_query_id: 'unknown' })],
    ['capture', call('POST', '/batch/', { api_key: token, batch: [event('paid', 'a', '2020-01-01T10:00:00Z')] })],
  ]
}

/**
 * Answers that neither are right nor say when to come again. Runs wait until the service is back: one that failed for
 * good would be a right 400 to whoever asks for it.
 */
async function wrong(fault: Fault, service: 'neon' | 'redis' | 'qstash', requests = walk(), atOnce = 8) {
  const found: string[] = []
  const { faults } = server.stack[service]
  server.stack.qstash.pause()
  faults.plan(1, fault, 100_000)
  for (let at = 0; at < requests.length; at += atOnce)
    await Promise.all(
      requests.slice(at, at + atOnce).map(async ([name, send]) => {
        const { status, headers, body } = await send()
        // events that arrive meanwhile may make two numbers of one
        const isRight = status < 300 || status === 404 || body?.code === 'no_one_number'
        const isLater = [503, 504].includes(status) && Number(headers.get('retry-after')) > 0
        if (!isRight && !isLater) found.push(`${name}: ${status} ${JSON.stringify(body).slice(0, 200)}`)
      }),
    )
  faults.clear()
  await server.settled()
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  return found
}

const STATES = ['57P01', '57P02', '57P03', '40001', '53300', '08006', '53200', '3D000', '55P03', '42P01']
const sql = (code: string | undefined, severity = 'FATAL'): Fault => ({
  status: 400,
  body: { message: 'planned', code, severity },
})
const HTTP: Record<string, Fault> = {
  'error 500': { status: 500 },
  'error 429': { status: 429 },
  reset: 'reset',
  'answer lost': 'answer lost',
  'body cut': 'body cut',
}

describe('no request was without a right answer or a time to come again', () => {
  test.each(someOf(Object.entries(HTTP), 2))('Redis: %s', async (_, fault) => {
    expect(await wrong(fault, 'redis')).toEqual([])
  })
  test.each(someOf(Object.entries(HTTP), 2))('the database: %s', async (_, fault) => {
    expect(await wrong(fault, 'neon')).toEqual([])
  })
  test.each(someOf(Object.entries(HTTP), 2))('the queue: %s', async (_, fault) => {
    expect(await wrong(fault, 'qstash', walk().slice(-13))).toEqual([])
  })
  const answers: [string, Fault][] = STATES.map((code) => [code, sql(code)])
  answers.push(['XX000', sql('XX000')], ['no code', sql(undefined)])
  test.each(someOf(answers, 3))('the database says %s', async (_, fault) => {
    expect(await wrong(fault, 'neon')).toEqual([])
  })
})

describe('a service that never answers: no request hung for as long', () => {
  test.each(['neon', 'redis', 'qstash'] as const)('%s', { timeout: 60_000 }, async (service) => {
    expect(await wrong('hang', service, walk(), 100)).toEqual([])
  })
})

test('what was given up is cancelled in the database', async () => {
  const { engine } = server.stack.services
  const cancels: string[] = []
  server.stack.neon.faults.plan(1, 'hang')
  server.stack.neon.faults.plan(1, { lateMs: 0 }, 1, (body) => {
    const isCancel = body.includes('pg_cancel_backend')
    if (isCancel) cancels.push(body)
    return isCancel
  })
  const given = engine.run([{ text: 'select 1', params: [] }], { timeoutMs: 100, runId: 'given up' })
  await expect(given).rejects.toMatchObject({ status: 504 })
  await expect.poll(() => cancels.length).toBe(1)
  expect(cancels[0]).toContain('given up')
  server.stack.neon.faults.clear()
})
