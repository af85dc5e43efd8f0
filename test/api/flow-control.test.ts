/** Background runs of one project wait for each other, and for nobody else. */
import { afterEach, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { parseEnv } from '../../lib/core/env.ts'
import type { Project } from '../../lib/core/project.ts'
import { enqueueRun } from '../../lib/refresh/queue.ts'
import { createServices } from '../../lib/services.ts'
import { QSTASH } from '../../local/credentials.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const AT_ONCE = 4
const server = await testServer({ runs: { parallelism: AT_ONCE, perMinute: 1_000 } })
const { qstash, neon } = server.stack
afterEach(async () => {
  neon.faults.clear()
  server.ahead = 0
  qstash.resume()
  await forget()
})

async function projectWith(name: string): Promise<TestProject> {
  const project = await makeProject(server)
  await project.send([event(name, 'a', '2020-01-01T10:00:00Z')])
  return project
}

/** Starts a run whose result nobody has. */
let unlike = 0
async function enqueue(project: TestProject, name: string): Promise<string> {
  const query = { kind: 'TrendsQuery', ...counts(name, { custom_name: `unlike ${unlike++}` }), ...THREE_DAYS }
  const { status, body } = await server.call('POST', `${project.path}query/`, { query, refresh: 'force_async' })
  expect(status, JSON.stringify(body)).toBe(202)
  return body.query_status.id
}

const poll = async (project: TestProject, id: string) =>
  (await server.call('GET', `${project.path}query/${id}/`)).body.query_status

async function finished(project: TestProject, id: string) {
  for (;;) {
    const status = await poll(project, id)
    if (status.complete) return status
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** What QStash still holds is forgotten. */
const forget = () =>
  fetch(`${qstash.url}/v2/messages?count=1000`, {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${QSTASH.token}` },
  })

async function cron(): Promise<void> {
  const work: Promise<unknown>[] = []
  const now = () => new Date(Date.now() + server.ahead)
  await scheduled(createServices(parseEnv(server.stack.bindings), (promise) => work.push(promise), now))
  await Promise.all(work)
}

test('a message says whose project it is, and how much of it may go at once', async () => {
  const project = await projectWith('paid')
  await enqueue(project, 'paid')
  const { EDGEHOG_PREFIX } = parseEnv(server.stack.bindings)
  expect(qstash.calls.published.at(-1)?.headers).toMatchObject({
    'upstash-flow-control-key': `edgehog.${EDGEHOG_PREFIX}.${project.id}.runs`,
    'upstash-flow-control-value': `parallelism=${AT_ONCE}, rate=1000, period=1m`,
  })
  await qstash.idle()
})

test('settings without a limit say nothing, one of them says one', async () => {
  const project = await projectWith('paid')
  const publish = async (settings: object) => {
    const services = createServices(parseEnv({ ...server.stack.bindings, ...settings }), () => {})
    const request = { statusId: 'x', cacheKey: 'x', query: null, forced: [], insightId: null }
    await enqueueRun(services, { id: project.id } as Project, request)
    return qstash.calls.published.at(-1)?.headers['upstash-flow-control-value']
  }
  qstash.pause()
  expect(await publish({ RUNS_PARALLELISM: '0', RUNS_PER_MINUTE: '0' })).toBeUndefined()
  expect(await publish({ RUNS_PARALLELISM: '0', RUNS_PER_MINUTE: '7' })).toBe('rate=7, period=1m')
  expect(await publish({ RUNS_PARALLELISM: '3', RUNS_PER_MINUTE: '0' })).toBe('parallelism=3')
  expect(await publish({})).toContain(`parallelism=${AT_ONCE}`)
})

test('two hundred slow runs of one project; the only one of another is served at once', async () => {
  const [many, one] = [await projectWith('slow'), await projectWith('quick')]
  neon.faults.plan(1, { lateMs: 500 }, 10_000, (body) => body.includes('slow'))
  for (let n = 0; n < 200; n += 20) await Promise.all(Array.from({ length: 20 }, () => enqueue(many, 'slow')))
  const before = qstash.calls.delivered.length
  const id = await enqueue(one, 'quick')
  expect(await finished(one, id)).toMatchObject({ error: false, results: { results: [{ data: [1, 0, 0] }] } })
  // those that were under way may have ended meanwhile, and the next ones
  expect(qstash.calls.delivered.length - before).toBeLessThanOrEqual(1 + 4 * AT_ONCE)
  expect(qstash.waiting).toBeGreaterThan(100)
})

test('a run that waits for its turn is not lost, one that QStash has lost is', async () => {
  const project = await projectWith('slow')
  neon.faults.plan(1, 'hang', AT_ONCE, (body) => body.includes('slow'))
  for (let n = 0; n < AT_ONCE; n++) await enqueue(project, 'slow')
  const id = await enqueue(project, 'slow')
  for (let minute = 1; minute <= 4; minute++) {
    server.ahead = minute * 60_000
    await cron()
    expect(await poll(project, id)).toMatchObject({ complete: false })
  }
  await forget()
  for (let minute = 5; minute <= 7; minute++) {
    server.ahead = minute * 60_000
    await cron()
  }
  expect(await poll(project, id)).toMatchObject({
    complete: true,
    error: true,
    error_message: expect.stringContaining('lost'),
  })
})
