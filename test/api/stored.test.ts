/** What was stored is answered as stored, whatever becomes of the result: who sends it again would have it twice. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../local/faults.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
})
afterEach(() => {
  for (const { faults } of [server.stack.redis, server.stack.neon, server.stack.qstash]) faults.clear()
})

let unlike = 0
const query = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })
const insights = () => `${project.path}insights/`
const count = async (of: string) => (await server.call('GET', `${of}?basic=true`)).body.count
const call = (method: string, path: string, body: object) => server.call(method, path, body)

const FAULTS: Record<string, Fault> = {
  'error 500': { status: 500 },
  'error 429': { status: 429 },
  reset: 'reset',
  'body cut': 'body cut',
  'answer lost': 'answer lost',
}

describe.each(Object.entries(FAULTS))('Redis: %s', (_, fault) => {
  test('a new insight was a 503 and came twice when it was sent again', async () => {
    const before = await count(insights())
    await server.settled()
    server.stack.redis.faults.plan(1, fault, 1_000)
    const stored = { result: null, query_status: null }
    const made = await call('POST', insights(), { name: 'made', query: query() })
    expect(made).toMatchObject({ status: 201, body: { name: 'made', ...stored } })
    const later = await call('POST', `${insights()}?refresh=async`, { name: 'later', query: query() })
    expect(later).toMatchObject({ status: 201, body: { name: 'later', ...stored } })
    server.stack.redis.faults.clear()
    expect(await count(insights())).toBe(before + 2)
  })

  test('a change of an insight was a 503 after it was stored', async () => {
    const made = await call('POST', insights(), { name: 'made', query: query() })
    await server.settled()
    server.stack.redis.faults.plan(1, fault, 1_000)
    const changed = await call('PATCH', `${insights()}${made.body.id}/`, { name: 'changed' })
    expect(changed).toMatchObject({ status: 200, body: { name: 'changed', result: null, query_status: null } })
  })

  test('a dashboard, its text and its insights were a 503 after they were stored', async () => {
    const before = await count(`${project.path}dashboards/`)
    await server.settled()
    server.stack.redis.faults.plan(1, fault, 1_000)
    const made = await call('POST', `${project.path}dashboards/`, { name: 'made' })
    expect(made).toMatchObject({ status: 201, body: { name: 'made', tiles: [] } })
    const dashboards = [made.body.id]
    expect((await call('POST', insights(), { query: query(), dashboards })).status).toBe(201)
    const tiles = [{ text: { body: 'a text' } }]
    const changed = await call('PATCH', `${project.path}dashboards/${made.body.id}/`, { tiles })
    expect(changed.status).toBe(200)
    expect(changed.body.tiles).toHaveLength(2)
    server.stack.redis.faults.clear()
    expect(await count(`${project.path}dashboards/`)).toBe(before + 1)
  })
})

test('an insight whose computation took too long was a 504, and was stored', async () => {
  const before = await count(insights())
  const tooLong = { status: 400, body: { message: 'planned', code: '57014' } }
  server.stack.neon.faults.plan(1, tooLong, 10, (body) => body.includes('person_backlog'))
  const made = await call('POST', `${insights()}?refresh=force_blocking`, { name: 'slow', query: query() })
  expect(made).toMatchObject({ status: 201, body: { name: 'slow', result: null } })
  expect(await count(insights())).toBe(before + 1)
})

test.each(['answer lost', 'body cut'] as const)(
  'a commit whose answer is lost made two insights: %s',
  async (fault) => {
    const before = await count(insights())
    server.stack.neon.faults.plan(1, fault, 1, (body) => body.includes('insert into insights'))
    const made = await call('POST', insights(), { name: fault, query: query() })
    expect(made).toMatchObject({ status: 201, body: { name: fault } })
    expect(server.stack.neon.faults.pending).toBe(0)
    expect(await count(insights())).toBe(before + 1)
  },
)

test('a dashboard was read after its commit, by a call that could fail', async () => {
  const calls = await server.counted(() => call('POST', `${project.path}dashboards/`, { name: 'one call' }))
  expect(calls.postgres).toBe(1)
})

test('what is wrong with the request was said after it was stored', async () => {
  const before = [await count(insights()), await count(`${project.path}dashboards/`)]
  const wrong = '?filters_override=%7B'
  expect((await call('POST', insights() + wrong, { query: query() })).status).toBe(400)
  expect((await call('POST', `${project.path}dashboards/${wrong}`, { name: 'x' })).status).toBe(400)
  expect([await count(insights()), await count(`${project.path}dashboards/`)]).toEqual(before)
})
