import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../functions/routes/index.ts'
import { bootstrap } from '../../lib/resources/bootstrap.ts'
import { type Answer, startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

let server: TestServer
let project: TestProject
let foreign: { projectId: number; token: string; key: string }

beforeAll(async () => {
  server = await startServer()
  project = await makeProject(server)
  foreign = await bootstrap(server.stack.services, {
    organization: 'Other',
    project: 'Theirs',
    email: 'them@other.test',
  })
})
afterAll(() => server.close())

const protectedRoutes = routes.filter((route) => route.scope !== 'public')
const pathOf = (path: string, projectId: number | string) =>
  path.replace(':project_id', String(projectId)).replace(':organization_id', '@current').replace(/:\w+/g, '999999')
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

async function makeKey(scopes: string[], more: object = {}): Promise<{ id: string; value: string }> {
  const made = await server.call('POST', '/api/personal_api_keys/', { label: 'test', scopes, ...more })
  expect(made.status).toBe(201)
  return made.body
}

function expectEnvelope(answer: Answer): void {
  expect(Object.keys(answer.body).sort()).toEqual(['attr', 'code', 'detail', 'type'])
}

test.each(protectedRoutes.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  async (_name, route) => {
    const method = route.method.toUpperCase()
    const path = pathOf(route.path, project.id)
    const body = method === 'GET' || method === 'DELETE' ? undefined : {}
    const without = await server.call(method, path, body, { Authorization: '' })
    expect(without.status).toBe(401)
    expect(without.headers.get('www-authenticate')).toBe('Bearer')
    expectEnvelope(without)
    expect((await server.call(method, path, body, bearer('phx_wrong'))).body.code).toBe('authentication_failed')
    if (route.scope !== 'any') {
      const { value } = await makeKey(['survey:read'])
      const refused = await server.call(method, path, body, bearer(value))
      expect(refused).toMatchObject({
        status: 403,
        body: { detail: `API key missing required scope '${route.scope}'` },
      })
      const sufficient = await makeKey([route.scope])
      const answer = await server.call(method, path, body, bearer(sufficient.value))
      expect(answer.body?.detail ?? '').not.toContain('missing required scope')
    }
    if (route.path.includes(':project_id')) {
      expect((await server.call(method, path, body, bearer(foreign.key))).status).toBe(403)
      expect((await server.call(method, pathOf(route.path, 99_999_999), body)).status).toBe(404)
      expect((await server.call(method, pathOf(route.path, 'abc'), body)).status).toBe(404)
    }
    // one of the routes revokes the key that it is called with
    const { value } = await makeKey(['*'])
    const sent = await fetch(server.url + path, {
      method,
      headers: { ...bearer(value), 'Content-Type': 'application/json' },
      ...(body ? { body: '{"broken' } : {}),
    })
    expect(sent.status).toBeLessThan(500)
    if (body) expect(sent.status).toBe(400)
  },
)

test('the OpenAPI document is for everybody', async () => {
  for (const path of ['/api/schema/', '/api/schema', '/api/schema.json']) {
    const answer = await server.call('GET', path, undefined, { Authorization: '' })
    expect(answer).toMatchObject({ status: 200, body: { openapi: '3.1.0' } })
    expect(answer.headers.get('content-type')).toContain('application/json')
  }
})

test('another method is 405 and says which there are', async () => {
  const answer = await server.call('PATCH', `${project.path}insights/`, {})
  expect(answer).toMatchObject({ status: 405, body: { detail: 'Method "PATCH" not allowed.' } })
  expect(answer.headers.get('allow')).toBe('GET, POST')
})

test('a revoked key stops working, a key for one project reaches no other', async () => {
  const scoped = await makeKey(['insight:read'], { scoped_teams: [project.id] })
  const list = (id: number) => server.call('GET', `/api/projects/${id}/insights/`, undefined, bearer(scoped.value))
  expect((await list(project.id)).status).toBe(200)
  const other = await makeProject(server)
  expect((await list(other.id)).body.detail).toBe(
    `API key does not have access to the requested project: ID ${other.id}.`,
  )
  await server.settled()
  expect((await server.call('DELETE', `/api/personal_api_keys/${scoped.id}/`)).status).toBe(204)
  expect((await list(project.id)).status).toBe(401)
})

test('write includes read, and a key cannot make a stronger one', async () => {
  const { value } = await makeKey(['insight:write', 'personal_api_key:write'])
  expect((await server.call('GET', `${project.path}insights/`, undefined, bearer(value))).status).toBe(200)
  const wish = { label: 'more', scopes: ['*'] }
  expect((await server.call('POST', '/api/personal_api_keys/', wish, bearer(value))).status).toBe(403)
})

test('look-alike projects of two organizations never see a byte of each other', async () => {
  const theirs = `/api/projects/${foreign.projectId}/`
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z', { properties: { secret: 'mine' } })])
  const batch = [1, 2].map((day) =>
    event('paid', 'a', `2020-01-0${day}T10:00:00Z`, { properties: { secret: 'theirs' } }),
  )
  expect((await server.call('POST', '/batch/', { api_key: foreign.token, batch })).status).toBe(200)
  const query = {
    kind: 'TrendsQuery',
    ...counts('paid'),
    ...THREE_DAYS,
    breakdownFilter: { breakdown: 'secret', breakdown_type: 'event' },
  }
  const ask = async (path: string, key?: string) => {
    const answer = await server.call('POST', `${path}query/`, { query }, key ? bearer(key) : {})
    return answer.body.results.map((row: { label: string; data: number[] }) => [row.label, row.data])
  }
  expect(await ask(project.path)).toEqual([['mine', [1, 0, 0]]])
  expect(await ask(theirs, foreign.key)).toEqual([['theirs', [1, 1, 0]]])
  const made = await server.call('POST', `${project.path}insights/`, { name: 'mine', query })
  const id = made.body.id
  expect((await server.call('GET', `${theirs}insights/${id}/`, undefined, bearer(foreign.key))).status).toBe(404)
  expect((await server.call('PATCH', `${theirs}insights/${id}/`, { name: 'x' }, bearer(foreign.key))).status).toBe(404)
  const key = (await server.call('GET', `${project.path}insights/${id}/?refresh=async`)).body.filters_hash
  expect((await server.call('GET', `${theirs}query/${key}/`, undefined, bearer(foreign.key))).status).toBe(404)
  for (const list of ['insights/', 'persons/', 'event_definitions/', 'property_definitions/']) {
    const answer = await server.call('GET', theirs + list, undefined, bearer(foreign.key))
    expect(JSON.stringify(answer.body)).not.toContain('mine')
  }
})

test('text that cannot be stored is a 400 that names its field, wherever it stands', async () => {
  const insights = `${project.path}insights/`
  const name = await server.call('POST', insights, { name: 'a\u0000b' })
  expect(name).toMatchObject({ status: 400, body: { code: 'null_characters_not_allowed', attr: 'name' } })
  const query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'a\ud800' }] }
  expect(await server.call('POST', insights, { query })).toMatchObject({
    status: 400,
    body: { attr: 'query__series__0__event' },
  })
  expect((await server.call('GET', `${insights}?search=%00`)).status).toBe(400)
  expect((await server.call('GET', `${insights}%00/`)).status).toBe(404)
})

test('filters and queries of the wrong shape are kept or refused, and never break what is read', async () => {
  const insights = `${project.path}insights/`
  for (const filters of ['', 'x', [], [1], null, 5, { a: 1 }]) {
    const made = await server.call('POST', insights, { filters })
    expect(made.status, JSON.stringify(filters)).toBe(201)
    const again = await server.call('PATCH', `${insights}${made.body.id}/`, { name: 'still here' })
    expect(again, JSON.stringify(filters)).toMatchObject({ status: 200, body: { name: 'still here' } })
  }
  for (const query of [
    'x',
    5,
    [1],
    { kind: 5 },
    { kind: 'InsightVizNode', source: null },
    { kind: 'TrendsQuery', series: 'x' },
  ])
    expect(await server.call('POST', insights, { query }), JSON.stringify(query)).toMatchObject({
      status: 400,
      body: { code: 'parse_error' },
    })
  expect((await server.call('GET', insights)).status).toBe(200)
})

test('an override that cannot be read or says more than is known is refused, not passed over', async () => {
  for (const override of ['{', '[]', '{"date":"-1d"}'])
    expect(
      await server.call('GET', `${project.path}insights/?filters_override=${encodeURIComponent(override)}`),
    ).toMatchObject({ status: 400, body: { attr: 'filters_override' } })
})
