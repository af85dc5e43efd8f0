/** Insights that are kept warm. One file: the tests share the cron and the budget of an hour. */
import { afterEach, beforeAll, expect, test } from 'vitest'
import { scheduled } from '../../functions/scheduled.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { recordKey } from '../../lib/records/record.ts'
import { createServices } from '../../lib/services.ts'
import { testServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject } from '../support/world.ts'

const HOUR_MS = 3_600_000
const server = await testServer()
let project: TestProject
/** Days of now, so that results become stale; nothing is captured but in the past. */
const OPEN = { dateRange: { date_from: '-7d' }, interval: 'day' }

beforeAll(async () => {
  project = await newProject()
})
afterEach(async () => {
  server.ahead = 0
  await run('delete from refresh_schedules')
  await run('delete from insight_reads')
  await run('delete from insight_views')
  await run('update dashboards set last_accessed_at = null')
  await run('delete from warm_turns')
})

async function newProject(): Promise<TestProject> {
  const made = await makeProject(server)
  await made.send([event('paid', 'a', new Date(Date.now() - 26 * HOUR_MS).toISOString())])
  return made
}

const run = async (text: string, params: (number | string)[] = []) =>
  (await server.stack.services.engine.run([{ text, params }], { timeoutMs: 5_000 }))[0] ?? []

let unlike = 0
async function makeInsight(of = project, more: object = {}) {
  const query = { kind: 'TrendsQuery', ...counts('paid', { custom_name: `unlike ${unlike++}` }), ...OPEN }
  const made = await server.call('POST', `${of.path}insights/`, { name: 'i', query, ...more })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return { id: made.body.id as number, path: `${of.path}insights/${made.body.id}/` }
}

async function share({ path }: { path: string }): Promise<string> {
  const shared = await server.call('PATCH', `${path}sharing/`, { enabled: true })
  return `/shared/${shared.body.access_token}.json`
}

/** Records live for five minutes. */
const forgetRecord = (link: string) =>
  server.stack.services.redis.del(recordKey.share(link.replace('/shared/', '').replace('.json', '')))

/** As somebody who has the link. */
async function readLink(link: string) {
  const body = await (await fetch(server.url + link)).json()
  await server.settled()
  await server.stack.qstash.idle()
  return (body as { insight: { result: unknown; last_refresh: string } }).insight
}

async function cron(settings: object = {}): Promise<void> {
  const work: Promise<unknown>[] = []
  const now = () => new Date(Date.now() + server.ahead)
  const env = parseEnv({ ...server.stack.bindings, ...settings })
  await scheduled(createServices(env, (promise) => work.push(promise), now))
  await Promise.all(work)
  await server.stack.qstash.idle()
}

/** Turns that were sent, by insight. */
function sent(): number[] {
  return server.stack.qstash.calls.published
    .filter(({ url }) => url.endsWith('/api/qstash/turn'))
    .map(({ body }) => JSON.parse(body).insightId)
}

const lastRefresh = async ({ path }: { path: string }) => (await server.call('GET', path)).body.last_refresh

test('a shared insight that was read is fresh when it would be stale; one that nobody read is not', async () => {
  const [read, unread, unshared] = [await makeInsight(), await makeInsight(), await makeInsight()]
  const link = await share(read)
  await share(unread)
  // whoever shares it has opened it
  await run('delete from insight_reads')
  await server.call('GET', `${unshared.path}?refresh=blocking`)
  await forgetRecord(link)
  await readLink(link)
  const first = await lastRefresh(read)
  expect(first).not.toBeNull()
  await cron()
  expect(await lastRefresh(read)).toBe(first)
  server.ahead = 5 * HOUR_MS
  await cron()
  expect(await lastRefresh(read)).toBe(first)
  // days are stale after six hours
  server.ahead = 6 * HOUR_MS + 60_000
  await cron()
  const second = await lastRefresh(read)
  expect(Date.parse(second) - Date.parse(first)).toBeGreaterThan(6 * HOUR_MS)
  await cron()
  expect(await lastRefresh(read)).toBe(second)
  server.ahead = 12 * HOUR_MS + 180_000
  await cron()
  expect(Date.parse(await lastRefresh(read)) - Date.parse(second)).toBeGreaterThan(6 * HOUR_MS)
  expect(await lastRefresh(unread)).toBeNull()
  expect(sent().filter((id) => id === unshared.id)).toEqual([])
})

test('the insights of a dashboard that was read, each as the dashboard shows it', async () => {
  const { body: dashboard } = await server.call('POST', `${project.path}dashboards/`, {
    name: 'd',
    filters: { date_from: '-14d' },
  })
  const tile = await makeInsight(project, { dashboards: [dashboard.id] })
  await run('update dashboards set last_accessed_at = null')
  await cron()
  expect(sent()).not.toContain(tile.id)
  await server.call('GET', `${project.path}dashboards/${dashboard.id}/`)
  await cron()
  const whole = (await server.call('GET', tile.path)).body
  const shown = (await server.call('GET', `${tile.path}?from_dashboard=${dashboard.id}`)).body
  expect(whole.result[0].data).toHaveLength(8)
  expect(shown.result[0].data).toHaveLength(15)
  await server.call('PATCH', `${project.path}dashboards/${dashboard.id}/`, { deleted: true })
  server.ahead = 7 * HOUR_MS
  await cron()
  expect(sent().filter((id) => id === tile.id)).toHaveLength(1)
})

test('what was read a day ago, is not shared any more or has an interval of its own is not kept warm', async () => {
  const [late, closed, own] = [
    await makeInsight(),
    await makeInsight(),
    await makeInsight(project, { refresh_interval: 86_400 }),
  ]
  for (const insight of [late, closed, own]) await readLink(await share(insight))
  await server.call('PATCH', `${closed.path}sharing/`, { enabled: false })
  await run("update insight_reads set read_at = now() - interval '25 hours' where insight_id = $1", [late.id])
  await cron()
  expect(await run('select insight_id from refresh_schedules order by 1')).toEqual([{ insight_id: own.id }])
})

test('a read from the records costs nothing, and notes nothing; one that asks the database notes it there', async () => {
  const insight = await makeInsight()
  const link = await share(insight)
  await readLink(link)
  const notes = () => run('select read_at from insight_reads where insight_id = $1', [insight.id])
  const first = await notes()
  expect(first).toHaveLength(1)
  server.ahead = 6_000
  expect(await server.counted(() => readLink(link))).toEqual({ redis: 1, postgres: 0, qstash: 0 })
  expect(await notes()).toEqual(first)
})

test('a budget for each project: those that were read most recently come first', async () => {
  const other = await newProject()
  const many = []
  for (let n = 0; n < 4; n++) many.push(await makeInsight())
  const one = await makeInsight(other)
  for (const insight of [...many, one]) await readLink(await share(insight))
  for (const [index, { id }] of many.entries())
    await run("update insight_reads set read_at = now() - $2::int4 * interval '1 minute' where insight_id = $1", [
      id,
      index,
    ])
  const before = sent().length
  await cron({ WARM_PER_HOUR: '2' })
  expect(sent().slice(before).sort()).toEqual([many[0]?.id, many[1]?.id, one.id].sort())
  // more of the project would be due, and the hour has none left
  await run('update refresh_schedules set due_at = now(), sent_at = null')
  await cron({ WARM_PER_HOUR: '2' })
  expect(sent().slice(before)).toHaveLength(4)
  server.ahead = HOUR_MS
  await run('update refresh_schedules set due_at = now(), sent_at = null')
  await cron({ WARM_PER_HOUR: '2' })
  expect(sent().slice(before)).toHaveLength(7)
  await run('update refresh_schedules set due_at = now(), sent_at = null')
  const none = sent().length
  await cron({ WARM_PER_HOUR: '0' })
  expect(sent()).toHaveLength(none)
})
