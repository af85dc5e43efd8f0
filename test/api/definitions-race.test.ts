/** What a project's definitions are while the copies of them are behind. */
import { afterEach, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
afterEach(() => {
  server.stack.redis.setLag(0)
  server.stack.redis.faults.clear()
})

const ON_DAY_1 = '2020-01-01T10:00:00Z'
const filtered = (key: string, value: unknown, operator: string) =>
  counts('paid', { properties: [{ key, value, operator, type: 'event' }] })
const paid = (properties: object) => event('paid', 'a', ON_DAY_1, { properties })

/** Redis does not take what capture has to say of the project. */
const failForCapture = () =>
  server.stack.redis.faults.plan(1, { status: 500 }, 2, (body) => /project|token/.test(body) && !/MGET|mget/.test(body))

const BEHIND: Record<string, () => void> = {
  'Redis failed for that one call': failForCapture,
  'Redis is 2 s behind': () => server.stack.redis.setLag(2_000),
}

test.each(Object.entries(BEHIND))('an event whose property had no type was left out: %s', async (_, fall) => {
  const project = await makeProject(server)
  await project.send([paid({ other: 1 })])
  const atLeast = { ...filtered('amount', 5, 'gt'), ...THREE_DAYS }
  expect(await project.trend(atLeast)).toEqual([[0, 0, 0]])
  await server.settled()
  fall()
  await project.send([paid({ amount: 10 })])
  expect(await project.trend(atLeast)).toEqual([[1, 0, 0]])
})

test.each(Object.entries(BEHIND))('a value that is not coded was left out: %s', async (_, fall) => {
  const project = await makeProject(server)
  await project.send([paid({ $browser: 'Firefox' })])
  const long = 'x'.repeat(300)
  const exact = { ...filtered('$browser', long, 'exact'), ...THREE_DAYS }
  expect(await project.trend(exact)).toEqual([[0, 0, 0]])
  await server.settled()
  fall()
  await project.send([paid({ $browser: long })])
  expect(await project.trend(exact)).toEqual([[1, 0, 0]])
})

test('a time zone that only the database knows was not the one of the answer', async () => {
  const project = await makeProject(server, { timezone: 'UTC' })
  await project.send([event('paid', 'a', '2020-01-02T02:00:00Z')])
  const query = { ...counts('paid'), ...THREE_DAYS }
  expect(await project.trend(query)).toEqual([[0, 1, 0]])
  await server.settled()
  server.stack.redis.setLag(2_000)
  await server.call('PATCH', project.path, { timezone: 'America/New_York' })
  expect(await project.trend(query)).toEqual([[1, 0, 0]])
})

test('a plan for the definitions that there are takes no call more', async () => {
  const project = await makeProject(server)
  await project.send([paid({ amount: 10 })])
  const ask = (value: number) => project.trend({ ...filtered('amount', value, 'gt'), ...THREE_DAYS })
  await ask(1)
  const calls = await server.counted(async () => expect(await ask(2)).toEqual([[1, 0, 0]]))
  expect(calls.postgres).toBe(1)
})

test('an action that was made while the copies are behind is no unknown action', async () => {
  const project = await makeProject(server)
  await project.send([paid({})])
  const { id } = (await server.call('POST', `${project.path}actions/`, { name: 'one', steps: [{ event: 'paid' }] }))
    .body
  const next = { series: [{ kind: 'ActionsNode', id: id + 1 }], ...THREE_DAYS }
  const query = { query: { kind: 'TrendsQuery', ...next }, refresh: 'force_blocking' }
  expect((await server.call('POST', `${project.path}query/`, query)).status).toBe(400)
  await server.settled()
  server.stack.redis.setLag(2_000)
  const made = await server.call('POST', `${project.path}actions/`, { name: 'two', steps: [{ event: 'paid' }] })
  expect(made.body.id).toBe(id + 1)
  expect(await project.trend(next)).toEqual([[1, 0, 0]])
})
