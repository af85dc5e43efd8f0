/** Everything fails now and then: what was acknowledged ends, and nothing that was refused stays. */
import { beforeAll, expect, test } from 'vitest'
import type { Fault } from '../../local/faults.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const server = await testServer({
  statementTimeoutMs: 10_000,
  retryDelayMs: (retried, asked) => asked ?? 100 * 2 ** retried,
})
const project = await makeProject(server)
beforeAll(async () => {
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z'), event('paid', 'b', '2020-01-03T10:00:00Z')])
})

const FAULTS: readonly Fault[] = [{ status: 500 }, { status: 429 }, 'reset', 'answer lost', 'body cut', { lateMs: 200 }]
const RUNS = 40
/** Of the calls of each service that fail. */
const SHARE = 0.15

test('runs under random faults end with their result or say why not; none is stuck', { timeout: 120_000 }, async () => {
  const { redis, neon, qstash } = server.stack
  const insights = await Promise.all(
    Array.from({ length: RUNS }, async (_, number) => {
      const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `run ${number}` }), ...THREE_DAYS }
      const properties = [{ key: `run ${number}`, operator: 'is_not_set', value: 'is_not_set', type: 'event' }]
      const { body } = await server.call('POST', `${project.path}insights/`, { query: { ...query, properties } })
      return `${project.path}insights/${body.id}/`
    }),
  )
  for (const service of [redis, neon, qstash])
    for (const fault of FAULTS)
      service.faults.plan(1, fault, Number.POSITIVE_INFINITY, () => Math.random() < SHARE / FAULTS.length)
  const answers = []
  for (const path of insights) answers.push(await server.call('GET', `${path}?refresh=force_async`))
  for (const service of [redis, neon, qstash]) service.faults.clear()
  const started = answers.filter(({ status }) => status === 200)
  expect(answers.filter(({ status }) => status !== 200 && status < 500)).toEqual([])
  expect(started.length).toBeGreaterThan(RUNS / 3)
  const poll = (id: string) => server.call('GET', `${project.path}query/${id}/`)
  const ends = started.map(async ({ body: { query_status: status } }) => {
    // whoever holds a lock may have failed: the next delivery waits for the end of it
    await expect.poll(async () => (await poll(status.id)).status, { timeout: 60_000 }).not.toBe(202)
    const { body } = await poll(status.id)
    return body.query_status.error ? body.query_status.error_message : body.query_status.results.results[0].data
  })
  for (const end of await Promise.all(ends))
    expect(end).toSatisfy((value: unknown) => typeof value === 'string' || JSON.stringify(value) === '[1,0,1]')
  // what was refused left nothing that stands in the way of the next
  for (const [index, path] of insights.entries()) {
    if (answers[index]?.status === 200) continue
    const { body } = await server.call('GET', `${path}?refresh=blocking`)
    expect(body.result[0].data).toEqual([1, 0, 1])
  }
})
