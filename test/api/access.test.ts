import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { makeProject, type TestProject } from '../support/world.ts'

let server: TestServer
let project: TestProject

beforeAll(async () => {
  server = await startServer()
  project = await makeProject(server)
})
afterAll(() => server.close())

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` })

async function makeKey(scopes: string[], more: object = {}): Promise<{ id: string; value: string }> {
  const made = await server.call('POST', '/api/personal_api_keys/', { label: 'test', scopes, ...more })
  expect(made.status).toBe(201)
  return made.body
}

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
