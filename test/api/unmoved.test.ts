/** A result that is too old is the one of now if nothing of what it rests on has moved. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { receiveRun } from '../../lib/refresh/run.ts'
import { ageing, HOUR } from '../support/ageing.ts'
import { CASES, EVENTS } from '../support/every-kind.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
const { now, nextDay, later, soon, week } = ageing(server)
let project: TestProject
beforeAll(async () => {
  project = await makeProject(server)
  await project.send([...EVENTS, soon('paid')])
})
beforeEach(nextDay)

const ask = (query: object, refresh = 'blocking', more: object = {}, of = project) =>
  server.call('POST', `${of.path}query/`, { query, refresh, ...more })
const MODES = ['blocking', 'async', 'lazy_async', 'async_except_on_cache_miss']

test('nothing moved: fresh as of now, by one small statement, and then without any', async () => {
  const query = week()
  const before = (await ask(query)).body
  await server.settled()
  await later(7)
  const calls = await server.counted(async () => {
    const { body } = await ask(query)
    expect(body).toMatchObject({ is_cached: true, results: before.results, cache_key: before.cache_key })
    expect(Date.parse(body.last_refresh) - Date.parse(before.last_refresh)).toBeGreaterThanOrEqual(7 * HOUR)
  })
  // the key, the look-up, and the entry that is renewed after the answer
  expect(calls).toEqual({ redis: 3, postgres: 1, qstash: 0 })
  await later(5)
  expect((await server.counted(() => ask(query))).postgres).toBe(0)
  await later(2)
  expect((await server.counted(() => ask(query))).postgres).toBe(1)
})

test.each(MODES)('nothing moved, %s: the cached result, and no run', async (mode) => {
  const query = week()
  await ask(query)
  await later(13)
  const calls = await server.counted(async () => {
    const { status, body } = await ask(query, mode)
    expect([status, body.is_cached, body.query_status]).toEqual([200, true, null])
    expect(Date.parse(body.last_refresh)).toBeGreaterThan(now() - HOUR)
  })
  expect([calls.postgres, calls.qstash]).toEqual([1, 0])
})

test.each(MODES)('an event came, %s: as stale as ever', async (mode) => {
  const query = week()
  await ask(query)
  await later(13)
  await project.send([soon('paid')])
  const { body } = await ask(query, mode)
  if (mode === 'blocking') return expect(body.is_cached).toBe(false)
  expect(body).toMatchObject({ is_cached: true, query_status: { complete: false } })
  await server.stack.qstash.idle()
  expect((await ask(query)).body.results[0].data.at(-1)).toBeGreaterThan(body.results[0].data.at(-1))
})

test('modes that do not care for age ask nothing, forced ones compute', async () => {
  const query = week()
  const { id } = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })).body
  await server.settled()
  const read = async (refresh: string) =>
    (await server.call('GET', `${project.path}insights/${id}/?refresh=${refresh}`)).body
  await later(7)
  await read('force_cache')
  await server.settled()
  for (const mode of ['force_cache', 'lazy_async'])
    expect((await server.counted(() => read(mode))).postgres, mode).toBe(0)
  expect((await read('force_blocking')).is_cached).toBe(false)
  const forced = await server.counted(async () => expect((await read('force_async')).result).toBeNull())
  expect(forced.qstash).toBe(1)
  const last = (await read('force_cache')).last_refresh
  expect(Date.parse(last)).toBeGreaterThan(now() - HOUR)
})

/** Whether a result is computed anew a minute after it was, when so much has happened. */
const uncached = async (query: object, move: () => Promise<unknown>, of = project) => {
  await ask(query, 'force_blocking', {}, of)
  await server.settled()
  server.ahead += 60_000
  await move()
  return !(await ask(query, 'blocking', { max_age: 5 }, of)).body.is_cached
}

const LEAVE: Record<string, () => Promise<unknown>> = {
  nothing: () => Promise.resolve(),
  'an event of another name': () => project.send([soon('other')]),
  'an event before the range': () => project.send([event('paid', 'b', '2020-01-01T10:00:00Z')]),
  'a property of a person': () => project.send([{ ...soon('$set'), properties: { $set: { plan: now() } } }]),
  'a project that is renamed': () => server.call('PATCH', project.path, { name: `at ${now()}` }),
}
test.each(Object.entries(LEAVE))('%s leaves a result as it is', async (_, move) => {
  expect(await uncached(week({ math: 'dau' }), move)).toBe(false)
})

const MOVE: Record<string, () => Promise<unknown>> = {
  'an event': () => project.send([soon('paid')]),
  'an event that comes late': () => project.send([soon('paid', -100 * HOUR)]),
  'an event that is ahead on the same day': () => project.send([soon('paid', HOUR)]),
  'a merge of people who did it': async () => {
    await project.send([soon('paid', 0, 'before'), soon('paid', 0, 'after')])
    await ask(week())
    const properties = { $anon_distinct_id: 'before' }
    await project.send([{ ...soon('$identify', 0, 'after'), properties }])
  },
  'the deletion of a person': async () => {
    const person = (await server.call('GET', `${project.path}persons/?distinct_id=a`)).body.results[0]
    await server.call('DELETE', `${project.path}persons/${person.uuid}/?delete_events=true`)
    await project.send([soon('other')])
  },
  midnight: async () => nextDay(),
}
test.each(Object.entries(MOVE))('%s makes another result', async (_, move) => {
  expect(await uncached(week({ math: 'dau' }), move)).toBe(true)
})

test('what a query names has changed: another result, or another key', async () => {
  const own = await makeProject(server)
  await own.send([soon('paid'), soon('seen'), { ...soon('$set'), properties: { $set: { plan: 'pro' } } }])
  const action = (await server.call('POST', `${own.path}actions/`, { name: 'did', steps: [{ event: 'paid' }] })).body
  const ofAction = { ...week(), series: [{ kind: 'ActionsNode', id: action.id }] }
  const change = () => server.call('PATCH', `${own.path}actions/${action.id}/`, { steps: [{ event: 'seen' }] })
  expect(await uncached(ofAction, change, own)).toBe(true)
  expect(await uncached(ofAction, () => own.send([soon('paid')]), own)).toBe(false)
  expect(await uncached(ofAction, () => own.send([soon('seen')]), own)).toBe(true)
  const filters = (value: string) => [{ key: 'plan', value, operator: 'exact', type: 'event' }]
  const setTests = (value: string) => server.call('PATCH', own.path, { test_account_filters: filters(value) })
  await setTests('pro')
  const tested = { ...week(), filterTestAccounts: true }
  expect(await uncached(tested, () => Promise.resolve(), own)).toBe(false)
  expect(await uncached(tested, () => setTests('free'), own)).toBe(true)
})

test('another time zone is another question', async () => {
  const own = await makeProject(server, { timezone: 'UTC' })
  const query = week()
  const zone = (timezone: string) => server.call('PATCH', own.path, { timezone })
  expect(await uncached(query, () => zone('Asia/Tokyo'), own)).toBe(true)
  // there and back: what was made before is not of now, though its key is
  const there = async () => {
    await zone('UTC')
    await own.send([soon('paid')])
    await zone('Asia/Tokyo')
  }
  expect(await uncached(query, there, own)).toBe(true)
})

test('what may change without an event ages as ever', async () => {
  const filter = { key: 'email', value: 'a@x.test', operator: 'exact', type: 'person' }
  expect(await uncached({ ...week(), properties: [filter] }, () => Promise.resolve())).toBe(true)
  for (const query of ['select count() from persons', 'select now(), count() from events'])
    expect(await uncached({ kind: 'HogQLQuery', query }, () => Promise.resolve()), query).toBe(true)
})

test('SQL reads the events that its conditions name', async () => {
  const query = {
    kind: 'HogQLQuery',
    query: "select count() from events where event = 'paid' and timestamp >= '2020-01-01' and timestamp < '2020-02-01'",
  }
  expect(await uncached(query, () => Promise.resolve())).toBe(false)
  expect(await uncached(query, () => project.send([soon('paid'), event('seen', 'a', '2020-01-02T10:00:00Z')]))).toBe(
    false,
  )
  expect(await uncached(query, () => project.send([event('paid', 'a', '2020-01-31T23:59:59.999Z')]))).toBe(true)
})

test('every kind over a closed range: late events of its names make it another, others do not', async () => {
  for (const [kind, { node }] of Object.entries(CASES)) {
    const query = { kind, ...node }
    await ask(query, 'force_blocking')
    const told = !(await uncached(query, () => project.send([soon('seen'), soon('paid')])))
    // lifecycles read when people came
    expect(told, kind).toBe(kind !== 'LifecycleQuery')
    expect(
      await uncached(query, () => project.send([event('seen', `late ${kind}`, '2020-01-02T10:00:00Z')])),
      kind,
    ).toBe(true)
  }
})

test('the database does not say: as stale as before; the run asks it again', async () => {
  const query = week()
  await ask(query)
  await server.settled()
  await later(13)
  const fail = () => server.stack.neon.faults.plan(1, { status: 503 }, 1, (body) => body.includes('bucket_version'))
  fail()
  const calls = await server.counted(async () => {
    const { body } = await ask(query, 'async')
    expect(body).toMatchObject({ is_cached: true, query_status: { complete: false } })
    await server.stack.qstash.idle()
    const done = (await server.call('GET', `${project.path}query/${body.query_status.id}/`)).body.query_status
    expect(done).toMatchObject({ complete: true, error: false, results: { results: body.results } })
    expect(Date.parse(done.results.last_refresh)).toBeGreaterThan(Date.parse(body.last_refresh))
  })
  // what failed is not counted
  expect([calls.postgres, calls.qstash]).toEqual([1, 1])
  await later(7)
  fail()
  const { status, body } = await ask(query)
  expect(status, JSON.stringify(body)).toBe(200)
  expect(body.is_cached).toBe(false)
})

test('a run that was asked for computes, one that need not finds that nothing moved', async () => {
  const query = week()
  const { cache_key: cacheKey } = (await ask(query)).body
  await server.settled()
  await later(1)
  const deliver = async (more: object) => {
    const id = crypto.randomUUID()
    const message = { projectId: project.id, statusId: id, runId: id, cacheKey, enqueuedAt: now(), query, ...more }
    return (await receiveRun(services(), message, undefined)).outcome
  }
  const services = () => ({ ...server.stack.services, now: () => new Date(now()) })
  expect(await deliver({})).toMatchObject({ kind: 'computed', key: cacheKey })
  await later(1)
  expect(await deliver({ mayBeUnmoved: true })).toMatchObject({ kind: 'unmoved', key: cacheKey })
  await project.send([soon('paid')])
  expect(await deliver({ mayBeUnmoved: true })).toMatchObject({ kind: 'computed', key: cacheKey })
})

test('whoever finds that nothing moved does not undo a result that came meanwhile', async () => {
  const query = week()
  await ask(query)
  await server.settled()
  await later(7)
  // the renewal waits until another result is stored
  server.stack.redis.faults.plan(1, { lateMs: 1_500 }, 1, (body) => body.includes('string.sub'))
  expect((await ask(query)).body.is_cached).toBe(true)
  server.ahead += 1_000
  await project.send([soon('paid')])
  const { last_refresh, results } = (await ask(query, 'force_blocking')).body
  await server.settled()
  const { body } = await ask(query)
  expect(body).toMatchObject({ is_cached: true, last_refresh, results })
})
