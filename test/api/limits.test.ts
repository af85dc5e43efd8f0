import { beforeAll, expect, test } from 'vitest'
import { requireCapacity } from '../../lib/refresh/limits.ts'
import { addMember } from '../support/member.ts'
import { type Answer, testServer } from '../support/server.ts'
import { withinOneWindow } from '../support/windows.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

/** Computations that a key of this server has an hour. */
const PER_HOUR = 3
const HOUR_MS = 3_600_000

let serial = 0

const server = await testServer({ rateLimits: { perMinute: 0, perHour: PER_HOUR } })
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  await withinOneWindow(HOUR_MS, 60_000)
})

type Call = (method: string, path: string, body?: unknown) => Promise<Answer>

/** As a user of whom nothing was counted yet. */
async function newUser(): Promise<Call> {
  const { auth } = await addMember(server)
  return (method, path, body) => server.call(method, path, body, auth)
}

/** With another key of the same user. */
async function anotherKey(call: Call): Promise<Call> {
  const { body } = await call('POST', '/api/personal_api_keys/', { label: 'k', scopes: ['*'] })
  return (method, path, body_) => server.call(method, path, body_, { Authorization: `Bearer ${body.value}` })
}

/** A query that nobody has asked for. */
const fresh = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `number ${++serial}` }), ...newDays() })
const newDays = () => ({ ...THREE_DAYS, dateRange: { date_from: '2020-01-01', date_to: day(serial) } })
const day = (number: number) => new Date(Date.UTC(2020, 0, 2 + number)).toISOString().slice(0, 10)

const ask = (call: Call, query: object, refresh = 'blocking') =>
  call('POST', `${project.path}query/`, { query, refresh })

async function exhausted(): Promise<Call> {
  const call = await newUser()
  for (let count = 0; count < PER_HOUR; count++) expect((await ask(call, fresh())).status).toBe(200)
  return call
}

function expectThrottled({ status, headers, body }: Answer): void {
  expect(status).toBe(429)
  const seconds = Number(headers.get('retry-after'))
  expect(seconds).toBeGreaterThanOrEqual(1)
  expect(seconds).toBeLessThanOrEqual(HOUR_MS / 1_000)
  expect(body).toEqual({
    type: 'throttled_error',
    code: 'throttled',
    detail: expect.stringMatching(new RegExp(`^Request was throttled. Expected available in ${seconds} seconds?.$`)),
    attr: null,
  })
}

test('computations above the limit are refused; the cache, and other users, are not', async () => {
  const call = await newUser()
  const known = fresh()
  for (const query of [known, fresh(), known, known, fresh(), known]) expect((await ask(call, query)).status).toBe(200)
  const query = fresh()
  expectThrottled(await ask(call, query))
  expectThrottled(await ask(call, known, 'force_blocking'))
  expect((await ask(call, known)).body.is_cached).toBe(true)
  // the lock of what was refused is free
  expect((await ask(await newUser(), query)).body.is_cached).toBe(false)
  expect((await ask(call, query)).body.is_cached).toBe(true)
})

test('who waits for the result of another request is not counted', async () => {
  const call = await newUser()
  for (let count = 0; count < PER_HOUR - 1; count++) await ask(call, fresh())
  const query = fresh()
  const both = await Promise.all([ask(call, query), ask(call, query)])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expectThrottled(await ask(call, fresh()))
})

test('keys that a key made do not multiply what its user may have computed', async () => {
  const call = await newUser()
  const calls = [call, await anotherKey(call), await anotherKey(call), await anotherKey(call)]
  const statuses: number[] = []
  for (const each of calls) statuses.push((await ask(each, fresh())).status)
  expect(statuses).toEqual([200, 200, 200, 429])
  // in another project they may: that is another one's database time
  const other = await makeProject(server)
  const { status } = await call('POST', `${other.path}query/`, { query: fresh(), refresh: 'blocking' })
  expect(status).toBe(200)
})

test('searching through people and names is counted, reading pages of them is not', async () => {
  const call = await exhausted()
  const conditions = encodeURIComponent(JSON.stringify([{ key: 'email', value: 'x', operator: 'icontains' }]))
  for (const path of [
    'persons/?search=a',
    `persons/?properties=${conditions}`,
    'persons/?email=a%40b.test',
    'event_definitions/?search=a',
    'property_definitions/?search=a',
    'groups/?group_type_index=0&search=a',
  ]) {
    expect((await call('GET', project.path + path)).status, path).toBe(429)
    expect((await call('GET', project.path + path.replace(/(\?|&)(search|properties|email)=.*/, '$1'))).status).toBe(
      200,
    )
  }
})

const newKey = () => ({ kind: 'key', id: crypto.randomUUID() }) as const

test('a key and its user are counted in one call to Redis', async () => {
  const { services } = server.stack
  const capacity = () =>
    requireCapacity(services, [newKey(), { kind: 'user', id: serial++, projectId: 1 }], { perMinute: 9, perHour: 9 })
  await capacity()
  expect((await server.counted(capacity)).redis).toBe(1)
})

test('both windows of a limit are one call to Redis', async () => {
  const { services } = server.stack
  const capacity = () => requireCapacity(services, [newKey()], { perMinute: 9, perHour: 9 })
  await capacity()
  expect((await server.counted(capacity)).redis).toBe(1)
})

test('who was refused is refused again without a call to Redis', async () => {
  const { services } = server.stack
  const limiter = [newKey()]
  const capacity = () => requireCapacity(services, limiter, { perMinute: 0, perHour: 1 })
  await capacity()
  await expect(capacity()).rejects.toThrow('throttled')
  expect((await server.counted(() => expect(capacity()).rejects.toThrow('throttled'))).redis).toBe(0)
})

test('background runs above the limit are refused and not enqueued', async () => {
  const call = await exhausted()
  const made = await call('POST', `${project.path}insights/`, { name: 'x', query: fresh() })
  const calls = await server.counted(async () => {
    expectThrottled(await ask(call, fresh(), 'async'))
    expectThrottled(await call('GET', `${project.path}insights/${made.body.id}/?refresh=force_async`))
  })
  expect(calls.qstash).toBe(0)
})

test('every request that computes is limited', async () => {
  const call = await exhausted()
  const insights = `${project.path}insights/`
  const query = fresh()
  const { id } = (await call('POST', insights, { query })).body
  const item = (await ask(await newUser(), query)).body.results[0]
  const series = { events: [{ id: 'paid' }], date_from: '2019-01-01', date_to: '2019-01-09' }
  const steps = { ...series, events: [{ id: 'paid' }, { id: 'paid', order: 1 }] }
  for (const [method, path, body] of [
    ['POST', `${project.path}query/`, { query: fresh() }],
    ['GET', `${insights}${id}/?refresh=force_blocking`, undefined],
    ['POST', `${insights}trend/`, series],
    ['POST', `${insights}funnel/`, steps],
    ['POST', `${insights}funnel/correlation/`, { ...steps, funnel_correlation_type: 'events' }],
    ['GET', item.persons_urls?.[0]?.url ?? `${project.path}persons/insight/x/`, undefined],
  ] as const) {
    const answer = await call(method, path, body)
    expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBe(429)
    expectThrottled(answer)
  }
})

test('what is stored is stored once and answered, also when its computation is refused', async () => {
  const call = await exhausted()
  const insights = `${project.path}insights/`
  const query = fresh()
  const before = (await call('GET', `${insights}?basic=true`)).body.count
  const made = await call('POST', `${insights}?refresh=blocking`, { name: 'kept', query })
  expect(made).toMatchObject({ status: 201, body: { name: 'kept', result: null } })
  const changed = await call('PATCH', `${insights}${made.body.id}/?refresh=blocking`, { name: 'changed' })
  expect(changed).toMatchObject({ status: 200, body: { name: 'changed', result: null } })
  expect((await call('GET', `${insights}?basic=true`)).body.count).toBe(before + 1)
  const list = await call('GET', `${insights}?refresh=blocking&short_id=${made.body.short_id}`)
  expect(list.body.results[0]).toMatchObject({
    result: null,
    query_status: { error: true, error_message: expect.stringContaining('throttled') },
  })
})

test('without Redis nobody is refused', async () => {
  const call = await exhausted()
  server.stack.redis.down()
  try {
    expect((await ask(call, fresh())).status).toBe(200)
  } finally {
    server.stack.redis.up()
  }
})

test('what a shared link may have computed is limited whatever the settings are', async () => {
  const attempts = Array.from({ length: 61 }, () =>
    requireCapacity(server.stack.services, [{ kind: 'share', token: 'token' }]),
  )
  const outcomes = await Promise.allSettled(attempts)
  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(30)
  expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
})

test('a limit of its own is held whatever the settings are', async () => {
  const { services } = server.stack
  const outcomes: string[] = []
  // a minute may end in between, no more than one
  for (let count = 0; count < 5; count++)
    await requireCapacity(services, [{ kind: 'share', token: 'abc' }], { perMinute: 2, perHour: 0 }).then(
      () => outcomes.push('passed'),
      (error) => outcomes.push(error.code),
    )
  expect(outcomes.slice(0, 2)).toEqual(['passed', 'passed'])
  expect(outcomes).toContain('throttled')
})

test('what the minute refuses does not use up the hour', async () => {
  const { services } = server.stack
  const limit = { perMinute: 1, perHour: 4 }
  const outcomes: boolean[] = []
  const key = newKey()
  for (let count = 0; count < 20; count++)
    outcomes.push(
      await requireCapacity(services, [key], limit).then(
        () => true,
        () => false,
      ),
    )
  expect(outcomes).toContain(false)
  const bucket = Math.floor(Date.now() / HOUR_MS)
  await expect
    .poll(async () => Number(await services.redis.get(`limit:1h:key:${key.id}:${bucket}`)))
    .toBe(outcomes.filter(Boolean).length)
})
