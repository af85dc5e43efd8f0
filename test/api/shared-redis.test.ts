/** Two deployments on one Redis, whose projects, insights, keys and tokens have the same ids. */
import { expect, test } from 'vitest'
import { parseEnv } from '../../lib/core/env.ts'
import { REDIS_TOKEN } from '../../local/credentials.ts'
import { deploymentBeside } from '../support/isolates.ts'
import { type TestServer, testServer } from '../support/server.ts'
import { counts, event, makeProject, THREE_DAYS } from '../support/world.ts'

const one = await testServer({ rateLimits: { perMinute: 100, perHour: 100 } })
const other = await deploymentBeside(one)
const prefixes = [one, other].map(({ stack }) => `${parseEnv(stack.bindings).EDGEHOG_PREFIX}:`)

const keys = async (): Promise<string[]> => {
  const headers = { Authorization: `Bearer ${REDIS_TOKEN}` }
  const answer = await fetch(one.stack.redis.url, { method: 'POST', headers, body: JSON.stringify(['KEYS', '*']) })
  return ((await answer.json()) as { result: string[] }).result
}

const query = { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS }

/** A project with one insight and so many events on its one day. */
async function filled(server: TestServer, name: string, events: number) {
  const project = await makeProject(server, { name })
  const rows = Array.from({ length: events }, (_, index) => event('paid', `p${index}`, '2020-01-01T10:00:00Z'))
  await project.send(rows)
  const made = await server.call('POST', `${project.path}insights/`, { name, query })
  const path = `${project.path}insights/${made.body.id}/`
  const link = (await server.call('PATCH', `${path}sharing/`, { enabled: true })).body.access_token
  const run = await server.call('GET', `${path}?refresh=force_async`)
  await server.stack.qstash.idle()
  const status = await server.call('GET', `${project.path}query/${run.body.query_status.id}/`)
  expect(status.body.query_status.complete).toBe(true)
  return { path, id: made.body.id, projectId: project.id, link: `/shared/${link}.json` }
}

test('each reads its own, from the cache', async () => {
  const first = await filled(one, 'first', 2)
  const second = await filled(other, 'second', 5)
  expect([second.projectId, second.id, second.path]).toEqual([first.projectId, first.id, first.path])
  for (const [server, { path, link }, name, count] of [
    [one, first, 'first', 2],
    [other, second, 'second', 5],
  ] as const) {
    await server.call('GET', path)
    const calls = await server.counted(async () => {
      const { body } = await server.call('GET', path)
      expect([body.name, body.is_cached, body.result[0].data]).toEqual([name, true, [count, 0, 0]])
    })
    expect(calls).toMatchObject({ redis: 1, postgres: 0 })
    expect((await server.call('GET', link)).body).toMatchObject({
      insight: { name, result: [{ data: [count, 0, 0] }] },
    })
  }
  // a change of the one is none of the other
  await one.call('PATCH', first.path, { name: 'renamed' })
  expect((await other.call('GET', second.path)).body.name).toBe('second')
})

test('every key begins with the deployment that wrote it, locks, runs and limits included', async () => {
  await one.call('POST', '/api/projects/1/query/', { query, refresh: 'force_blocking' })
  await one.settled()
  const found = await keys()
  expect(prefixes[0]).not.toBe(prefixes[1])
  expect(found.filter((key) => !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([])
  // records have the number of their form behind their name
  const kinds = new Set(found.map((key) => key.split(':')[1]?.replace(/\d+$/, '')))
  expect([...kinds]).toEqual(
    expect.arrayContaining(['result', 'status', 'limit', 'key', 'project', 'insight', 'share']),
  )
})

test('a run of the one that got lost is ended by it alone', async () => {
  const { endLostRuns } = await import('../../lib/resources/insights/run.ts')
  const { asSystem } = await import('../../lib/resources/ctx.ts')
  const { path, projectId } = await filled(one, 'lost', 1)
  one.stack.qstash.pause()
  const { body } = await one.call('GET', `${path}?refresh=force_async`)
  const run = `/api/projects/${projectId}/query/${body.query_status.id}/`
  const late = (server: TestServer) =>
    asSystem({ ...server.stack.services, now: () => new Date(Date.now() + 3_600_000) })
  await endLostRuns(late(other))
  expect((await one.call('GET', run)).body.query_status.complete).toBe(false)
  await endLostRuns(late(one))
  expect((await one.call('GET', run)).body.query_status).toMatchObject({ complete: true, error: true })
})
