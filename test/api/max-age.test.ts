/** `max_age`: whoever asks says how old a result may be. */
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { ageing } from '../support/ageing.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

const server = await testServer()
const { nextDay, later, soon, week } = ageing(server)

let project: TestProject
beforeAll(async () => {
  project = await makeProject(server)
  await project.send([soon('paid')])
})
beforeEach(nextDay)

const ask = (query: object, refresh = 'blocking', more: object = {}) =>
  server.call('POST', `${project.path}query/`, { query, refresh, ...more })

test('max_age: how many seconds old a result may be, on every surface and with every mode', async () => {
  const query = week()
  const made = (await server.call('POST', `${project.path}insights/?refresh=blocking`, { query })).body
  const dashboard = (await server.call('POST', `${project.path}dashboards/`, { name: 'few' })).body
  await server.call('PATCH', `${project.path}insights/${made.id}/`, { dashboards: [dashboard.id] })
  const { access_token: token } = (
    await server.call('PATCH', `${project.path}insights/${made.id}/sharing/`, { enabled: true })
  ).body
  type Result = { is_cached: boolean }
  const reads: Record<string, (more: string) => Promise<Result>> = {
    insight: async (more) => (await server.call('GET', `${project.path}insights/${made.id}/?${more}`)).body,
    list: async (more) =>
      (await server.call('GET', `${project.path}insights/?short_id=${made.short_id}&${more}`)).body.results[0],
    dashboard: async (more) =>
      (await server.call('GET', `${project.path}dashboards/${dashboard.id}/?${more}`)).body.tiles[0].insight,
    link: async (more) => (await server.call('GET', `/shared/${token}.json?${more}`)).body.insight,
    'query string': async (more) => (await server.call('POST', `${project.path}query/?${more}`, { query })).body,
    'query body': async (more) => (await ask(query, undefined, Object.fromEntries(new URLSearchParams(more)))).body,
  }
  for (const [surface, read] of Object.entries(reads)) {
    await ask(query, 'force_blocking')
    await server.settled()
    server.ahead += 60_000
    await project.send([soon('paid')])
    expect((await read('refresh=blocking')).is_cached, surface).toBe(true)
    expect((await read('refresh=blocking&max_age=600')).is_cached, surface).toBe(true)
    if (!surface.startsWith('query'))
      expect((await read('refresh=force_cache&max_age=5')).is_cached, surface).toBe(true)
    expect((await read('refresh=async&max_age=5')).is_cached, surface).toBe(true)
    await server.stack.qstash.idle()
    server.ahead += 60_000
    await project.send([soon('paid')])
    expect((await read('refresh=blocking&max_age=5')).is_cached, surface).toBe(false)
  }
  for (const [bad, code] of [
    ['4', 'min_value'],
    ['-5', 'min_value'],
    ['soon', 'invalid_input'],
    ['', 'invalid_input'],
    ['5.5', 'invalid_input'],
  ]) {
    for (const path of [`insights/${made.id}/`, 'insights/', `dashboards/${dashboard.id}/`])
      expect(await server.call('GET', `${project.path}${path}?max_age=${bad}`), `${path} ${bad}`).toMatchObject({
        status: 400,
        body: { attr: 'max_age', code },
      })
    expect(await ask(query, 'blocking', { max_age: bad })).toMatchObject({
      status: 400,
      body: { attr: 'max_age', code },
    })
    expect((await server.call('GET', `/shared/${token}.json?max_age=${bad}`)).status).toBe(400)
  }
})

test('a closed range is never stale, but for whoever says how old it may be', async () => {
  const query = { ...week(), dateRange: { date_from: '2020-01-01', date_to: '2020-01-31' } }
  await ask(query)
  await later(100)
  await project.send([event('paid', 'x', '2020-01-05T10:00:00Z')])
  expect((await ask(query)).body.is_cached).toBe(true)
  expect((await ask(query, 'blocking', { max_age: 3_600 })).body.is_cached).toBe(false)
})
