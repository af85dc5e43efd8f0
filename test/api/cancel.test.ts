import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
  // what the plan needs is known from here on: it is the query itself that waits
  await query({ refresh: 'blocking' })
})

const hasServer = process.env.DATABASE_URL_TCP !== undefined
let unlike = 0
const source = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })

const query = (body: object, path = project.path) => server.call('POST', `${path}query/`, { query: source(), ...body })
const poll = (id: string, path = project.path) => server.call('GET', `${path}query/${id}/`)
const cancel = (client_query_id: unknown, path = project.path) =>
  server.call('POST', `${path}insights/cancel/`, { client_query_id })

const NAMED = "select pid from pg_stat_activity where application_name like 'edgehog:%' and state = 'active'"
const running = async () =>
  (await server.stack.services.engine.run([{ text: NAMED, params: [] }], { timeoutMs: 5_000 }))[0]

/** Makes statements over events wait: for a lock on a real server, behind a long statement on the one connection of PGlite. */
async function holdUp(): Promise<() => Promise<void>> {
  const { engine } = server.stack.services
  if (!hasServer) {
    const slept = engine.run([{ text: 'select pg_sleep(1.5)', params: [] }], { timeoutMs: 5_000 })
    return async () => void (await slept)
  }
  const [rows] = await engine.run([{ text: 'select current_database() as name', params: [] }], { timeoutMs: 5_000 })
  const url = new URL(process.env.DATABASE_URL_TCP ?? '')
  url.pathname = `/${rows?.[0]?.name}`
  const client = new pg.Client(url.toString())
  await client.connect()
  await client.query('begin; lock table events in access exclusive mode')
  return () => client.end()
}

/** When a computation of the project has begun, its statement too where that can be seen. */
async function begun(): Promise<void> {
  const lock = () => server.stack.services.redis.keys(`lock:${project.id}:*`)
  await expect.poll(async () => (await lock()).length).toBe(1)
  if (hasServer) await expect.poll(async () => (await running())?.length).toBe(1)
}

test('a run that waits is cancelled: its status says so, its delivery does nothing', async () => {
  server.stack.qstash.pause()
  const { body } = await query({ refresh: 'force_async', client_query_id: 'waits' })
  expect(await cancel('waits')).toMatchObject({ status: 200, body: '' })
  const status = await poll('waits')
  expect(status).toMatchObject({ status: 400, body: { query_status: { complete: true, error: true, results: null } } })
  expect(status.body.query_status.error_message).toBe('The query was cancelled.')
  const calls = await server.counted(async () => {
    server.stack.qstash.resume()
    await server.stack.qstash.idle()
  })
  expect(calls.postgres).toBe(0)
  expect(server.stack.qstash.calls.delivered.at(-1)).toMatchObject({ retried: 0, status: 200 })
  expect((await poll('waits')).body.query_status.task_id).toBe(body.query_status.task_id)
})

test('a run under way is cancelled: the statement ends, QStash does not come back', async () => {
  const release = await holdUp()
  const before = server.stack.qstash.calls.delivered.length
  await query({ refresh: 'force_async', client_query_id: 'under-way' })
  await begun()
  expect((await cancel('under-way')).status).toBe(200)
  if (hasServer) {
    // the table is still locked: only the cancel can have ended it
    await server.stack.qstash.idle()
    expect(await running()).toEqual([])
  }
  await release()
  await server.stack.qstash.idle()
  expect(server.stack.qstash.calls.delivered.slice(before)).toMatchObject([{ retried: 0, status: 200 }])
  const status = await poll('under-way')
  expect(status).toMatchObject({ status: 400, body: { query_status: { complete: true, error: true } } })
  expect(status.body.query_status.error_message).toContain('cancelled')
})

test('a run that is forgotten ends in the database too', async () => {
  const release = await holdUp()
  await query({ refresh: 'force_async', client_query_id: 'forgotten' })
  await begun()
  expect((await server.call('DELETE', `${project.path}query/forgotten/`)).status).toBe(204)
  if (hasServer) await server.stack.qstash.idle()
  await release()
  await server.stack.qstash.idle()
  expect((await poll('forgotten')).status).toBe(404)
})

test('a blocking request ends when its id is cancelled, another one of the same query does not', async () => {
  const release = await holdUp()
  const body = { query: source(), refresh: 'blocking' }
  const ends = server.call('POST', `${project.path}query/`, { ...body, client_query_id: 'blocking' })
  await begun()
  const goesOn = server.call('POST', `${project.path}query/`, body)
  expect((await cancel('blocking')).status).toBe(200)
  if (hasServer) expect((await ends).body.code).toBe('query_cancelled')
  await release()
  expect(await ends).toMatchObject({
    status: 400,
    body: { type: 'validation_error', code: 'query_cancelled', detail: 'The query was cancelled.' },
  })
  expect((await goesOn).body.results).toMatchObject([{ data: [1, 0, 1] }])
  // the id is free again
  expect((await query({ refresh: 'blocking', client_query_id: 'blocking' })).status).toBe(200)
})

test('a cancelled run does not stand in the way of the next', async () => {
  server.stack.qstash.pause()
  const body = { query: source(), refresh: 'async', client_query_id: 'again' }
  const first = await server.call('POST', `${project.path}query/`, body)
  await cancel('again')
  const second = await server.call('POST', `${project.path}query/`, body)
  expect(second.body.query_status.task_id).not.toBe(first.body.query_status.task_id)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await poll('again')).status).toBe(200)
})

test('what has ended stays as it is, and an unknown id is fine', async () => {
  await query({ refresh: 'force_async', client_query_id: 'done' })
  await server.stack.qstash.idle()
  expect((await cancel('done')).status).toBe(200)
  expect((await poll('done')).status).toBe(200)
  expect(await cancel('never heard of')).toMatchObject({ status: 200, body: '' })
})

test('ids belong to a project', async () => {
  const other = await makeProject(server)
  server.stack.qstash.pause()
  await query({ refresh: 'force_async', client_query_id: 'mine' })
  expect((await cancel('mine', other.path)).status).toBe(200)
  expect((await server.call('DELETE', `${other.path}query/mine/`)).status).toBe(404)
  expect((await poll('mine')).status).toBe(202)
  server.stack.qstash.resume()
  await server.stack.qstash.idle()
  expect((await poll('mine')).status).toBe(200)
})

test('cancel wants an id, timing takes anything', async () => {
  const required = {
    type: 'validation_error',
    code: 'invalid_input',
    detail: 'Field is required.',
    attr: 'client_query_id',
  }
  for (const body of [{}, { client_query_id: null }, { client_query_id: '' }])
    expect(await server.call('POST', `${project.path}insights/cancel/`, body)).toMatchObject({
      status: 400,
      body: required,
    })
  expect(await cancel(['a'])).toMatchObject({ status: 400, body: { attr: 'client_query_id' } })
  expect(await server.call('POST', `${project.path}insights/timing/`, { any: ['thing'] })).toMatchObject({
    status: 200,
    body: '',
  })
  expect((await server.call('GET', `${project.path}insights/cancel/`)).status).toBe(405)
})

test('Redis away: a cancel says that nothing was cancelled', async () => {
  await cancel('warm')
  server.stack.redis.down()
  expect(await cancel('x')).toMatchObject({ status: 503, body: { code: 'service_unavailable' } })
  server.stack.redis.up()
})
