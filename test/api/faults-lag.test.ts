/** Reads from Redis come from a copy that is behind; deliveries and requests are quicker than it. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

let unlike = 0
const query = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS })
async function coldInsight(): Promise<string> {
  const { body } = await server.call('POST', `${project.path}insights/`, { query: query() })
  return `${project.path}insights/${body.id}/`
}
const start = async (path: string, mode = 'force_async') =>
  (await server.call('GET', `${path}?refresh=${mode}`)).body.query_status
const poll = (id: string) => server.call('GET', `${project.path}query/${id}/`)
/** The status of this run once the copy has caught up. */
async function finished({ id, task_id }: { id: string; task_id: string }, status: number) {
  // another read may be of an older copy: what is returned is the answer that was looked at
  let answer = await poll(id)
  const seen = async () => {
    answer = await poll(id)
    return [answer.status, answer.body.query_status?.task_id]
  }
  await expect.poll(seen).toEqual([status, task_id])
  return answer.body.query_status
}
const outcomes = (from: number) => server.stack.qstash.calls.delivered.slice(from).map(({ status }) => status)

describe.each([200, 2_000])('%i ms behind', (lag) => {
  beforeEach(() => server.stack.redis.setLag(lag))

  test('a run that is delivered at once never ended, nor did a later one of the same insight', async () => {
    const path = await coldInsight()
    const before = server.stack.qstash.calls.delivered.length
    const first = await finished(await start(path), 200)
    expect(first.results.results).toMatchObject([{ data: [1, 0, 1] }])
    const second = await finished(await start(path), 200)
    expect(Date.parse(second.results.last_refresh)).toBeGreaterThan(Date.parse(first.results.last_refresh))
    expect(outcomes(before)).toEqual([200, 200])
  })

  test('two runs under one id, both at once: the newer one is computed', async () => {
    const path = await coldInsight()
    server.stack.qstash.pause()
    await start(path)
    const newer = await start(path)
    server.stack.qstash.resume()
    await server.stack.qstash.idle()
    expect((await finished(newer, 200)).results.results).toMatchObject([{ data: [1, 0, 1] }])
  })

  test('a cancel right after the start had no effect', async () => {
    server.stack.qstash.pause()
    const body = { query: query(), refresh: 'force_async', client_query_id: `cancelled ${lag}`.replace(' ', '-') }
    const { query_status } = (await server.call('POST', `${project.path}query/`, body)).body
    await server.call('POST', `${project.path}insights/cancel/`, { client_query_id: query_status.id })
    const calls = await server.counted(async () => {
      server.stack.qstash.resume()
      await server.stack.qstash.idle()
    })
    expect(calls.postgres).toBe(0)
    expect((await finished(query_status, 400)).error_message).toBe('The query was cancelled.')
  })

  test('the first polls of a run were 404, and so was its deletion', async () => {
    const path = await coldInsight()
    server.stack.qstash.pause()
    const { id } = await start(path)
    expect((await poll(id)).status).toBe(202)
    expect((await server.call('DELETE', `${project.path}query/${id}/`)).status).toBe(204)
    const calls = await server.counted(async () => {
      server.stack.qstash.resume()
      await server.stack.qstash.idle()
    })
    expect(calls.postgres).toBe(0)
  })

  test('who asked again at once got a second run', async () => {
    const body = { query: query(), client_query_id: `again-${lag}` }
    const ask = async (refresh: string) =>
      (await server.call('POST', `${project.path}query/`, { ...body, refresh })).body.query_status
    server.stack.qstash.pause()
    const first = await ask('async')
    expect((await ask('lazy_async')).task_id).toBe(first.task_id)
    expect((await ask('force_async')).task_id).not.toBe(first.task_id)
    server.stack.qstash.resume()
    await server.stack.qstash.idle()
  })

  test('blocking readers at once compute once, and the people behind the number are listed at once', async () => {
    const path = await coldInsight()
    const calls = await server.counted(async () => {
      const answers = await Promise.all(Array.from({ length: 5 }, () => server.call('GET', `${path}?refresh=blocking`)))
      expect(answers.map(({ body }) => body.result[0].count)).toEqual([2, 2, 2, 2, 2])
      expect(new Set(answers.map(({ body }) => body.last_refresh)).size).toBe(1)
      const [{ body }] = answers as [(typeof answers)[0]]
      const people = await server.call('GET', `${project.path}persons/insight/${body.filters_hash}/`)
      expect(people.status, JSON.stringify(people.body)).toBe(200)
    })
    expect(calls.postgres).toBeGreaterThan(0)
  })
})
