import { beforeAll, expect, test } from 'vitest'
import { parseEnv } from '../../lib/core/env.ts'
import type { Project } from '../../lib/core/project.ts'
import { type AnswerOptions, carryOut } from '../../lib/refresh/answer.ts'
import { entryKey, packEntry, responseOf } from '../../lib/refresh/entry.ts'
import { lockKey } from '../../lib/refresh/lock.ts'
import type { Lookup } from '../../lib/refresh/lookup.ts'
import { decide } from '../../lib/refresh/policy.ts'
import { prepareQuery } from '../../lib/refresh/prepare.ts'
import { createServices, type Services } from '../../lib/services.ts'
import { findProject } from '../../lib/store/projects.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

let made: TestProject
let project: Project

const server = await testServer()
beforeAll(async () => {
  made = await makeProject(server)
  await made.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  project = (await findProject(server.stack.services.db, made.id)) as Project
  // the definitions that the events made are known from here on
  await made.trend({ ...counts('paid'), ...THREE_DAYS })
  await server.settled()
})

let unlike = 0
const prepared = () => {
  const query = { kind: 'TrendsQuery', ...counts('paid', { math_hogql: null }), ...THREE_DAYS, samplingFactor: null }
  const properties = [{ key: `key ${unlike++}`, operator: 'is_not_set', value: 'is_not_set', type: 'event' }]
  return prepareQuery(project, { ...query, properties }, { now: new Date(), forced: [] })
}
const MISS: Lookup = { entry: undefined, status: undefined, lock: 'not asked for', from: 'cache' }
const answer = (
  query: Awaited<ReturnType<typeof prepared>>,
  lookup: Lookup,
  options: AnswerOptions = {},
  services: Services = server.stack.services,
) => carryOut(services, project, query, options, { decision: decide('blocking', 'miss'), lookup })

test('who took the lock after the winner had stored computed a second time', async () => {
  const query = await prepared()
  const first = await answer(query, MISS)
  const calls = await server.counted(async () => {
    // what a request knows that looked before the first one had stored
    for (const lock of ['not asked for', 'refused'] as const)
      expect((await answer(query, { ...MISS, lock })).entry).toEqual(first.entry)
  })
  expect(calls.postgres).toBe(0)
  // and the lock is free
  expect(await server.stack.services.redis.exists(lockKey(project.id, query.key))).toBe(0)
})

test('a lock that was taken without an answer stood until its end, and the result was not kept', async () => {
  const { query, key } = await prepared()
  const ask = () => server.call('POST', `${made.path}query/`, { query, refresh: 'blocking' })
  server.stack.redis.faults.plan(1, 'body cut', 1, (body) => body.includes(lockKey(project.id, key)))
  expect((await ask()).body).toMatchObject({ is_cached: false, results: [{ data: [1, 0, 0] }] })
  await server.settled()
  expect(await server.stack.services.redis.exists(lockKey(project.id, key))).toBe(0)
  expect((await ask()).body.is_cached).toBe(true)
})

test('who lost the lock and computed after waiting was never counted', async () => {
  const { redis } = server.stack.services
  const services = createServices(
    parseEnv({ ...server.stack.bindings, RATE_LIMIT_PER_HOUR: '1' }),
    (work) => void work.catch(() => {}),
  )
  const [limiter, other] = [1, 2].map(() => [{ kind: 'key', id: crypto.randomUUID() }] as const)
  await answer(await prepared(), MISS, { limiter }, services)
  const query = await prepared()
  const lookup: Lookup = { ...MISS, lock: 'refused' }
  await redis.set(lockKey(project.id, query.key), 'another one', { px: 20_000 })
  const refused = answer(query, lookup, { limiter, withinMs: 1_000 }, services)
  await expect(refused).rejects.toMatchObject({ status: 429, code: 'throttled' })
  const { entry } = await answer(query, lookup, { limiter: other, withinMs: 1_000 }, services)
  expect(entry && responseOf(entry).results).toMatchObject([{ data: [1, 0, 0] }])
  // the lock is the other one's still
  expect(await redis.get(lockKey(project.id, query.key))).toBe('another one')
})

test('who waits for a lock reads the result once, when the lock is free', async () => {
  const { redis } = server.stack.services
  const first = await prepared()
  const { entry } = await answer(first, MISS)
  if (!entry) throw new Error('The query was not computed.')
  const query = await prepared()
  await redis.set(lockKey(project.id, query.key), 'another one', { px: 20_000 })
  const calls = await server.counted(async () => {
    const waiting = answer(query, { ...MISS, lock: 'refused' })
    await redis.set(entryKey(project.id, query.key), await packEntry(entry))
    await redis.del(lockKey(project.id, query.key))
    expect((await waiting).entry).toEqual(entry)
  })
  expect(calls.postgres).toBe(0)
})

test('who waits for a lock that is freed without a result computes at once, under the lock', async () => {
  const { redis } = server.stack.services
  const alone = await prepared()
  const single = await server.counted(() => answer(alone, MISS))
  const query = await prepared()
  await redis.set(lockKey(project.id, query.key), 'another one', { px: 20_000 })
  const calls = await server.counted(async () => {
    const waiting = [1, 2, 3].map(() => answer(query, { ...MISS, lock: 'refused' }))
    await redis.del(lockKey(project.id, query.key))
    const entries = (await Promise.all(waiting)).map(({ entry }) => entry)
    expect(new Set(entries.map((entry) => JSON.stringify(entry))).size).toBe(1)
  })
  expect(calls.postgres, 'one of them computed').toBe(single.postgres)
  expect(await redis.exists(lockKey(project.id, query.key))).toBe(0)
})
