/** Two projects full of look-alike data: nothing of one is ever in an answer of the other. */
import { beforeAll, expect, test } from 'vitest'
import { bootstrap } from '../../lib/resources/bootstrap.ts'
import { makeWorld, pathIn, protectedRoutes, type World } from '../support/every-route.ts'
import { testServer } from '../support/server.ts'
import { bearer, signToken } from '../support/viewer.ts'
import type { TestProject } from '../support/world.ts'

let mine: World
let theirs: World
let theirKey: { Authorization: string }

const server = await testServer()
beforeAll(async () => {
  mine = await makeWorld(server, 'ours-4711')
  const made = await bootstrap(server.stack.services, {
    organization: 'secret-0815 Ltd',
    project: 'secret-0815',
    email: 'secret-0815@them.test',
  })
  theirKey = { Authorization: `Bearer ${made.key}` }
  const project: TestProject = {
    id: made.projectId,
    token: made.token,
    path: `/api/projects/${made.projectId}/`,
    trend: async () => [],
    async send(batch) {
      await server.call('POST', '/batch/', { api_key: made.token, batch })
    },
  }
  theirs = await makeWorld(server, 'secret-0815', theirKey, project)
})

/** What a caller may send that names things: their ids in place of its own. */
const foreignBody = () => ({
  name: 'x',
  dashboards: [Number(theirs.ids.dashboards)],
  use_dashboard: Number(theirs.ids.dashboards),
  insight_ids: [Number(theirs.ids.insights)],
  query: {
    kind: 'TrendsQuery',
    series: [{ kind: 'ActionsNode', id: Number(theirs.ids.actions) }],
    properties: [{ key: 'id', type: 'cohort', value: Number(theirs.ids.cohorts) }],
  },
  client_query_id: theirs.ids.query_id,
  refresh: 'blocking',
})

const names = protectedRoutes.map((route) => [`${route.method} ${route.path}`, route] as const)
const textOf = async (path: string, method: string, body?: object) => {
  const answer = await server.call(method.toUpperCase(), path, body)
  expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(500)
  return `${JSON.stringify(answer.body)}${[...answer.headers].join()}`
}

/** Routes whose answer is about the world, so that its absence says something. */
const telling: string[] = []

test.each(names.filter(([, route]) => route.method === 'get'))('%s', async (_, route) => {
  const own = pathIn(route, mine)
  const foreign = pathIn(route, { project: mine.project, ids: theirs.ids })
  if ((await textOf(own, 'get')).includes('ours-4711')) telling.push(route.path)
  for (const path of [own, `${own}?format=csv`, `${own}?search=secret`, foreign, `${foreign}?refresh=blocking`])
    expect(await textOf(path, 'get'), path).not.toContain('secret-0815')
  const direct = await server.call('GET', pathIn(route, theirs))
  expect(JSON.stringify(direct.body)).not.toContain('secret-0815')
  if (route.path.includes(':project_id')) expect(direct.status).toBe(403)
})

test.each(names.filter(([, { method, path }]) => method !== 'get' && !path.startsWith('/api/personal_api_keys')))(
  '%s',
  async (_, route) => {
    const foreign = pathIn(route, { project: mine.project, ids: theirs.ids })
    const body = route.method === 'delete' ? undefined : foreignBody()
    expect(await textOf(foreign, route.method, body), foreign).not.toContain('secret-0815')
    const direct = await server.call(route.method.toUpperCase(), pathIn(route, theirs), body)
    expect(JSON.stringify(direct.body)).not.toContain('secret-0815')
    if (route.path.includes(':project_id')) expect(direct.status).toBe(403)
  },
)

test.each(names.filter(([, { viewable }]) => viewable))('%s: viewers', async (_, route) => {
  const everything = (of: World, by = of.secret) =>
    bearer(
      signToken(by, { insights: [of.ids.insights, `tag:${of.marker}`], dashboards: [of.ids.dashboards], people: true }),
    )
  const read = async (path: string, headers: Record<string, string>) => {
    const answer = await server.call('GET', path, undefined, headers)
    expect(answer.status, `${path} ${JSON.stringify(answer.body)}`).toBeLessThan(500)
    return { status: answer.status, text: `${JSON.stringify(answer.body)}${[...answer.headers].join()}` }
  }
  const own = pathIn(route, mine)
  const foreign = pathIn(route, { project: mine.project, ids: theirs.ids })
  // who names what is not of the project sees nothing of it
  for (const headers of [everything(mine), everything(theirs, mine.secret)])
    for (const path of [own, `${own}?format=csv`, `${own}?search=secret`, foreign, `${foreign}?refresh=blocking`]) {
      const { text } = await read(path, headers)
      expect(text, path).not.toContain('secret-0815')
    }
  const direct = pathIn(route, theirs)
  for (const headers of [
    everything(mine),
    everything(theirs, mine.secret),
    everything(mine, { ...mine.secret, id: theirs.secret.id }),
  ]) {
    const { status, text } = await read(direct, headers)
    expect([status, text.includes('secret-0815')]).toEqual([401, false])
  }
})

test('most answers tell of their own world', () => {
  expect(telling.length).toBeGreaterThan(15)
})

test('and everything of theirs is still there, for them', async () => {
  const read = await server.call('GET', `${theirs.project.path}insights/${theirs.ids.insights}/`, undefined, theirKey)
  expect(read.body).toMatchObject({ name: 'secret-0815', deleted: false, is_cached: true })
  expect(read.body.dashboards).toEqual([Number(theirs.ids.dashboards)])
  expect(JSON.stringify(read.body)).not.toContain('ours-4711')
  const names = async (path: string) =>
    (await server.call('GET', theirs.project.path + path, undefined, theirKey)).body.results.map(
      ({ name }: { name: string }) => name,
    )
  for (const list of ['dashboards/', 'actions/', 'cohorts/']) expect(await names(list)).toEqual(['secret-0815'])
  const roles = await server.call('GET', '/api/organizations/@current/roles/', undefined, theirKey)
  expect(roles.body.results).toMatchObject([
    { name: 'secret-0815', members: [{ user: { uuid: theirs.ids.user_uuid } }] },
  ])
})
