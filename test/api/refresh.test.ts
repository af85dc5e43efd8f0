import { beforeAll, expect, test } from 'vitest'
import { type Answer, testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
/** An insight whose query no other has, so that its cache is empty. */
async function coldInsight(): Promise<number> {
  const custom_name = `unlike ${unlike++}`
  const query = {
    kind: 'InsightVizNode',
    source: { kind: 'TrendsQuery', ...counts('paid', { custom_name, name: custom_name }), ...THREE_DAYS },
  }
  const made = await server.call('POST', `${project.path}insights/`, { name: custom_name, query })
  expect(made.status).toBe(201)
  return made.body.id
}

const read = (id: number, refresh = ''): Promise<Answer> =>
  server.call('GET', `${project.path}insights/${id}/${refresh ? `?refresh=${refresh}` : ''}`)

const DATA = [{ data: [1, 0, 1], count: 2 }]

test('async on a cold insight: a status at once, then the result, then the cache', async () => {
  const id = await coldInsight()
  server.stack.qstash.pause()
  const cold = await read(id, 'async')
  expect(cold.body).toMatchObject({ result: null, is_cached: false, query_status: { complete: false, error: false } })
  const statusPath = `${project.path}query/${cold.body.query_status.id}/`
  expect((await server.call('GET', statusPath)).status).toBe(202)
  // the same run, not a second one
  expect((await read(id, 'async')).body.query_status.task_id).toBe(cold.body.query_status.task_id)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  const polled = await server.call('GET', statusPath)
  expect(polled.status).toBe(200)
  expect(polled.body.query_status).toMatchObject({ complete: true, error: false, results: { results: DATA } })
  expect((await read(id)).body).toMatchObject({ result: DATA, is_cached: true, query_status: null })
})

test('QStash away while a run waits loses nothing', async () => {
  const id = await coldInsight()
  server.stack.qstash.pause()
  const { query_status } = (await read(id, 'async')).body
  server.stack.qstash.down()
  server.stack.qstash.up()
  await server.stack.qstash.idle()
  const polled = await server.call('GET', `${project.path}query/${query_status.id}/`)
  expect(polled.body.query_status.complete).toBe(true)
})

test('blocking readers of a cold insight compute once', async () => {
  const id = await coldInsight()
  const calls = await server.counted(async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => read(id, 'blocking')))
    expect(answers.map((answer) => answer.body.result[0].count)).toEqual([2, 2, 2, 2, 2])
  })
  expect(calls.postgres).toBeLessThanOrEqual(2 + 5)
})

test('a blocking read is cached for the next, force_blocking computes again', async () => {
  const id = await coldInsight()
  const first = (await read(id, 'blocking')).body
  expect(first).toMatchObject({ is_cached: false, result: DATA, timezone: 'UTC' })
  const second = (await read(id, 'blocking')).body
  expect(second).toMatchObject({ is_cached: true, last_refresh: first.last_refresh })
  const third = (await read(id, 'force_blocking')).body
  expect(third.is_cached).toBe(false)
  expect(Date.parse(third.last_refresh)).toBeGreaterThan(Date.parse(first.last_refresh))
  expect(third.last_modified_at).toBe(first.last_modified_at)
})

test('what cannot be computed yet is a 400 that names it, and nothing is enqueued', async () => {
  const query = { kind: 'CalendarHeatmapQuery', series: [] }
  const made = await server.call('POST', `${project.path}insights/`, { query })
  expect(made).toMatchObject({ status: 201, body: { query, result: null } })
  for (const mode of ['blocking', 'async', 'force_async']) {
    const calls = await server.counted(async () => {
      const answer = await read(made.body.id, mode)
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({
        code: 'not_supported',
        detail: expect.stringContaining('CalendarHeatmapQuery'),
      })
    })
    expect(calls.qstash).toBe(0)
  }
  expect(await read(made.body.id)).toMatchObject({ status: 200, body: { result: null } })
})

test('a run that is cancelled is forgotten, and its delivery does nothing', async () => {
  const id = await coldInsight()
  server.stack.qstash.pause()
  const { query_status } = (await read(id, 'async')).body
  const path = `${project.path}query/${query_status.id}/`
  expect((await server.call('DELETE', path)).status).toBe(204)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await server.call('GET', path)).status).toBe(404)
  expect((await read(id)).body.result).toBeNull()
})

test('a relative range becomes stale by its interval, a closed one never', async () => {
  const query = { kind: 'TrendsQuery', ...counts('paid'), interval: 'day', dateRange: { date_from: '-7d' } }
  const open = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })).body
  const closed = await coldInsight()
  await read(closed, 'blocking')
  server.ahead = 7 * 3_600_000
  expect((await read(open.id)).body.is_cached).toBe(true)
  expect((await read(open.id, 'lazy_async')).body.query_status).toBeNull()
  await project.send([event('paid', 'a', new Date(Date.now() + server.ahead).toISOString())])
  expect((await read(open.id, 'blocking')).body.is_cached).toBe(false)
  expect((await read(closed, 'blocking')).body.is_cached).toBe(true)
  server.ahead = 0
})

test('a page computes ten insights; the others, stale ones too, get a run and are not left as they are', async () => {
  const other = await makeProject(server)
  const path = `${other.path}insights/`
  const query = (number: number) => ({
    kind: 'TrendsQuery',
    ...counts('paid', { custom_name: `page ${number}` }),
    dateRange: { date_from: '-7d' },
    properties: [{ key: `page ${number}`, operator: 'is_not_set', value: 'is_not_set', type: 'event' }],
  })
  const made = Array.from({ length: 12 }, (_, number) => server.call('POST', path, { query: query(number) }))
  await Promise.all(made)
  const page = async (refresh: string) => (await server.call('GET', `${path}?refresh=${refresh}`)).body.results
  type Item = { result: unknown; is_cached: boolean; query_status: object | null }
  server.stack.qstash.pause()
  const cold: Item[] = await page('blocking')
  expect(cold.filter(({ result }) => result !== null)).toHaveLength(10)
  expect(cold.filter(({ query_status }) => query_status !== null)).toHaveLength(2)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  server.ahead = 7 * 3_600_000
  await other.send([event('paid', 'a', new Date(Date.now() + server.ahead).toISOString())])
  server.stack.qstash.pause()
  const stale: Item[] = await page('blocking')
  expect(stale.filter(({ is_cached }) => !is_cached)).toHaveLength(10)
  expect(stale.filter(({ is_cached, query_status }) => is_cached && query_status !== null)).toHaveLength(2)
  // fresh or not
  const forced: Item[] = await page('force_blocking')
  expect(forced.filter(({ query_status }) => query_status !== null)).toHaveLength(2)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  server.ahead = 0
})

test('a page computes for 20 s; what is left then gets a run', async () => {
  const other = await makeProject(server)
  const path = `${other.path}insights/`
  const query = (number: number) => ({ kind: 'TrendsQuery', ...counts(`late ${number}`), ...THREE_DAYS })
  await Promise.all(Array.from({ length: 6 }, (_, number) => server.call('POST', path, { query: query(number) })))
  server.stack.qstash.pause()
  // the first four come back when the time is over, which is when the last of them has begun
  let begun = 0
  server.stack.neon.faults.plan(1, { lateMs: 500 }, 4, (body) => {
    const isStatement = /late \d/.test(body) && body.includes('work_mem')
    if (isStatement && ++begun === 4) server.ahead = 21_000
    return isStatement
  })
  const { results } = (await server.call('GET', `${path}?refresh=blocking`)).body
  expect(results.filter((item: { query_status: unknown }) => item.query_status !== null)).toHaveLength(2)
  server.ahead = 0
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
})

test('the calls of each path stay within their budget', async () => {
  const id = await coldInsight()
  const budget = (work: () => Promise<unknown>) => server.counted(work)
  await read(id)
  await server.settled()
  expect(await budget(() => read(id, 'blocking'))).toEqual({ redis: 3, postgres: 1, qstash: 0 })
  const properties = [{ key: 'never asked for', value: 'x', operator: 'exact', type: 'event' }]
  const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS, properties }
  const unknown = () => server.call('POST', `${project.path}query/`, { query, refresh: 'blocking' })
  expect(await budget(unknown)).toEqual({ redis: 3, postgres: 2, qstash: 0 })
  // how many events of each step there are comes with the rest of the context
  const steps = ['paid', 'seen'].map((name) => ({ kind: 'EventsNode', event: name }))
  const funnel = () =>
    server.call('POST', `${project.path}query/`, {
      query: { kind: 'FunnelsQuery', series: steps, ...THREE_DAYS },
      refresh: 'force_blocking',
    })
  expect((await budget(funnel)).postgres).toBe(2)
  expect((await budget(funnel)).postgres).toBe(1)
  expect(await budget(() => read(id))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
  expect(await budget(() => server.call('GET', `${project.path}insights/`))).toEqual({
    redis: 2,
    postgres: 1,
    qstash: 0,
  })
  expect(await budget(() => project.send([event('paid', 'a', '2020-01-01T10:00:00Z')]))).toEqual({
    redis: 0,
    postgres: 1,
    qstash: 0,
  })
  const change = await budget(() => server.call('PATCH', `${project.path}insights/${id}/`, { name: 'other' }))
  expect(change.postgres).toBeLessThanOrEqual(2)
  expect((await read(id)).body.name).toBe('other')
})

test('the calls of a background run stay within their budget', async () => {
  const id = await coldInsight()
  await read(id)
  await server.settled()
  server.stack.qstash.pause()
  let status: { id: string } | undefined
  const enqueue = await server.counted(async () => {
    status = (await read(id, 'async')).body.query_status
  })
  expect(enqueue).toEqual({ redis: 2, postgres: 0, qstash: 1 })
  const delivery = await server.counted(async () => {
    server.stack.qstash.resume()
    await server.stack.qstash.idle()
  })
  expect(delivery).toEqual({ redis: 2, postgres: 1, qstash: 0 })
  const polled = await server.counted(() => server.call('GET', `${project.path}query/${status?.id}/`))
  expect(polled).toEqual({ redis: 2, postgres: 0, qstash: 0 })
  const again = await server.counted(() => server.call('GET', `${project.path}query/${status?.id}/`))
  expect(again).toEqual({ redis: 1, postgres: 0, qstash: 0 })
})
