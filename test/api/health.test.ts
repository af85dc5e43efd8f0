/** What a deployment says of itself, and what it says to everybody while something of it is missing. */
import { afterEach, expect, test } from 'vitest'
import worker from '../../functions/index.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { readAddress } from '../../lib/store/deployment.ts'
import { KEY, TOKEN } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { event } from '../support/world.ts'

const server = await testServer()
const { stack } = server
const { engine } = stack.services
const run = (text: string) => engine.run([{ text, params: [] }], { timeoutMs: 10_000 })
afterEach(() => {
  server.ahead = 0
  for (const { faults } of [stack.redis, stack.neon, stack.qstash]) faults.clear()
})

const deep = async () => {
  const { status, body } = await server.call('GET', '/_health?deep=1')
  const checks: Record<string, { status: string; detail: string; advice: string | null }> = Object.fromEntries(
    body.checks.map(({ name, ...check }: { name: string }) => [name, check]),
  )
  return { status, overall: body.status, checks }
}

/** The worker itself, with other settings than those of the stack. */
const ask = (path: string, settings: object, init: RequestInit = {}) =>
  Promise.resolve(
    worker.fetch(
      new Request(`https://edgehog.example.com${path}`, init),
      { ...stack.bindings, ASSETS: { fetch: async () => Response.json([]) }, ...settings } as never,
      { waitUntil: (work: Promise<unknown>) => void work.catch(() => {}), passThroughOnException() {} } as never,
    ),
  )

test('shallow: the worker is up, and nothing is asked', async () => {
  const calls = await server.counted(async () => {
    const { status, body } = await server.call('GET', '/_health', undefined, { Authorization: '' })
    expect([status, body]).toEqual([200, { status: 'ok', checks: [] }])
  })
  expect(calls).toEqual({ redis: 0, postgres: 0, qstash: 0 })
})

test('deep: everything answers', async () => {
  const { status, overall, checks } = await deep()
  expect([status, overall]).toEqual([200, 'ok'])
  expect(Object.keys(checks)).toEqual(['settings', 'postgres', 'tables', 'redis', 'qstash', 'clock'])
  expect(Object.values(checks).map((check) => check.advice)).toEqual(Array(6).fill(null))
})

test('deep needs a key', async () => {
  for (const authorization of ['', 'Bearer phx_nobody_has_this_key'])
    expect(await server.call('GET', '/_health?deep=1', undefined, { Authorization: authorization })).toMatchObject({
      status: 401,
    })
})

test.each([
  ['redis', 'UPSTASH_REDIS_REST_URL', { status: 500 }],
  ['redis', 'UPSTASH_REDIS_REST_TOKEN', { status: 401, body: { error: 'WRONGPASS invalid or missing auth token' } }],
  ['redis', 'may only read', { status: 400, body: { error: "NOPERM this user has no permissions to run 'set'" } }],
  ['qstash', 'QSTASH_URL', 'reset'],
  ['qstash', 'QSTASH_TOKEN', { status: 401, body: { error: 'unauthorized' } }],
] as const)('%s that fails is a 503 that says: %s', async (service, advice, fault) => {
  stack[service].faults.plan(1, fault, 100)
  const { status, overall, checks } = await deep()
  expect([status, overall]).toEqual([503, 'failed'])
  expect(checks[service]).toMatchObject({ status: 'failed', advice: expect.stringContaining(advice) })
  expect(checks.postgres?.status).toBe('ok')
})

test.each([
  ['user and password', { message: "password authentication failed for user 'neondb_owner'" }],
  ['no such database', { message: 'database "x" does not exist', code: '3D000', severity: 'FATAL' }],
  ['status.neon.com', { message: 'planned' }],
])('Postgres that fails is all that is told, as no key can be checked: %s', async (advice, said) => {
  stack.neon.faults.plan(1, { status: 400, body: said }, 100)
  const { status, checks } = await deep()
  expect(status).toBe(503)
  expect(Object.keys(checks)).toEqual(['postgres'])
  expect(checks.postgres?.advice).toContain(advice)
})

test('signing keys that are not those of the settings', async () => {
  const rotate = () =>
    fetch(`${stack.qstash.url}/v2/keys/rotate`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${stack.bindings.QSTASH_TOKEN}` },
    })
  await rotate()
  expect((await deep()).checks.qstash).toMatchObject({ status: 'warning' })
  await rotate()
  const { status, checks } = await deep()
  expect([status, checks.qstash?.status]).toEqual([503, 'failed'])
  expect(checks.qstash?.advice).toContain('QSTASH_CURRENT_SIGNING_KEY')
})

test('tables that are older or newer than the worker', async () => {
  const [[last] = []] = await run(
    `delete from migrations where name = (select max(name) from migrations) returning name`,
  )
  const older = await deep()
  expect(older.status).toBe(503)
  expect(older.checks.tables).toMatchObject({ status: 'failed', advice: expect.stringContaining('npm run migrate') })
  expect(older.checks.tables?.detail).toContain(last?.name)
  await run(`insert into migrations (name) values ('${last?.name}'), ('9999_later.sql')`)
  const newer = await deep()
  expect(newer.checks.tables).toMatchObject({ status: 'warning', detail: expect.stringContaining('9999_later.sql') })
  await run(`delete from migrations where name = '9999_later.sql'`)
})

test('a clock that is off', async () => {
  server.ahead = 60_000
  const { checks } = await deep()
  expect(checks.clock).toMatchObject({ status: 'warning' })
  expect(checks.clock?.detail).toMatch(/Postgres is (59|60) s behind, Redis is (59|60) s behind/)
})

const CAPTURE = { method: 'POST', body: JSON.stringify({ api_key: TOKEN, ...event('paid', 'a', '2020-01-01') }) }
const READ = { headers: { Authorization: `Bearer ${KEY}` } }

test.each([
  ['/', {}],
  ['/_health', {}],
  ['/i/v0/e/', CAPTURE],
  ['/batch/', CAPTURE],
  ['/flags/', CAPTURE],
  ['/api/projects/1/insights/', READ],
  ['/api/projects/1/insights/1.csv', READ],
])('settings that are missing are named by %s', async (path, init) => {
  const wrong = { QSTASH_TOKEN: '', DATABASE_URL: 'secret-text', UPSTASH_REDIS_REST_TOKEN: undefined }
  const answer = await ask(path, wrong, init)
  const text = await answer.text()
  expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([503, true])
  for (const part of [
    'QSTASH_TOKEN is missing',
    'DATABASE_URL is not a connection',
    'UPSTASH_REDIS_REST_TOKEN is miss',
  ])
    expect(text).toContain(part)
  expect(text).not.toContain('secret-text')
})

test('browsers may read the refusal of capture', async () => {
  const answer = await ask(
    '/i/v0/e/',
    { QSTASH_TOKEN: '' },
    { ...CAPTURE, headers: { Origin: 'https://shop.example' } },
  )
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([503, 'https://shop.example'])
})

test.each([
  ['a table', 'alter table projects rename to away', 'alter table away rename to projects'],
  ['a column', 'alter table insights rename name to away', 'alter table insights rename away to name'],
  ['a column of projects', 'alter table projects rename name to away', 'alter table projects rename away to name'],
])('%s that is missing is a 503 on every route', async (_, away, back) => {
  const fresh = { EDGEHOG_PREFIX: `fresh${Math.random()}`, PUBLIC_URL: '' }
  await run(away)
  try {
    for (const [path, init] of [
      ['/i/v0/e/', CAPTURE],
      ['/api/projects/1/insights/', READ],
    ] as const) {
      if (path === '/i/v0/e/' && away.includes('insights')) continue
      const answer = await ask(path, fresh, init)
      const text = await answer.text()
      expect([path, answer.status, answer.headers.get('retry-after'), text]).toEqual([path, 503, '60', text])
      expect(text).toContain('The tables are missing or older than this version: npm run migrate')
    }
  } finally {
    await run(back)
  }
})

test('an address that is not set is where the worker was asked, and is noted for the cron', async () => {
  const answer = await ask('/_health?deep=1', { PUBLIC_URL: '' }, READ)
  const [settings] = ((await answer.json()) as { checks: { detail: string; status: string }[] }).checks
  expect(settings).toMatchObject({ status: 'ok', detail: expect.stringContaining('https://edgehog.example.com') })
  await expect.poll(() => readAddress(stack.services.db)).toBe('https://edgehog.example.com')
  const elsewhere = await ask('/_health?deep=1', {}, READ)
  const found = ((await elsewhere.json()) as { checks: { advice: string; status: string }[] }).checks[0]
  expect(found).toMatchObject({ status: 'warning', advice: expect.stringContaining('QStash calls PUBLIC_URL') })
})

test('a deployment is named by its database, whatever host and user lead to it', () => {
  const prefix = (url: string, more = {}) => parseEnv({ ...stack.bindings, DATABASE_URL: url, ...more }).EDGEHOG_PREFIX
  const name = prefix('postgresql://a:b@ep-red-1.eu.aws.neon.tech/neondb?sslmode=require')
  expect(name).toMatch(/^\w{8,13}$/)
  expect(prefix('postgres://c:d@ep-red-1-pooler.eu.aws.neon.tech/neondb')).toBe(name)
  expect(prefix('postgres://c:d@ep-red-2.eu.aws.neon.tech/neondb')).not.toBe(name)
  expect(prefix('postgres://c:d@ep-red-1.eu.aws.neon.tech/other')).not.toBe(name)
  expect(prefix('postgres://c:d@ep-red-1/other', { EDGEHOG_PREFIX: 'staging' })).toBe('staging')
})
