/** Every route with everything that can be wrong with a request: the status and the envelope are right, never a 500. */
import { beforeAll, expect, test } from 'vitest'
import type * as z from 'zod/mini'
import type { Route } from '../../functions/route.ts'
import { bootstrap } from '../../lib/resources/bootstrap.ts'
import { KEY } from '../../local/credentials.ts'
import { makeWorld, pathIn, protectedRoutes, type World } from '../support/every-route.ts'
import { someOf } from '../support/seeds.ts'
import { type Answer, testServer } from '../support/server.ts'
import { bearer, type MadeSecret, makeSecret, signToken } from '../support/viewer.ts'

let world: World
/** One that no request of the tests rolls or revokes. */
let secret: MadeSecret
let foreignKey: string
let narrowKey: string
/** For what a key does to itself. */
let spareKey: string

const server = await testServer()
beforeAll(async () => {
  world = await makeWorld(server, 'matrix')
  secret = await makeSecret(server, world.project)
  const other = { organization: 'Other', project: 'Theirs', email: 'them@other.test' }
  foreignKey = (await bootstrap(server.stack.services, other)).key
  const narrow = { label: 'narrow', scopes: ['plugin:read'] }
  narrowKey = (await server.call('POST', '/api/personal_api_keys/', narrow)).body.value
  const spare = { label: 'spare', scopes: ['*'] }
  spareKey = (await server.call('POST', '/api/personal_api_keys/', spare)).body.value
})

const hasBody = ({ method }: Route) => method !== 'get' && method !== 'delete'
const bodyOf = (route: Route) => (hasBody(route) ? {} : undefined)

function expectError(answer: Answer, status: number | readonly number[], code?: string): void {
  const said = JSON.stringify([answer.status, answer.body])
  expect([status].flat(), said).toContain(answer.status)
  expect(Object.keys(answer.body).sort(), said).toEqual(['attr', 'code', 'detail', 'type'])
  expect(answer.body.detail, said).toEqual(expect.stringMatching(/./))
  if (code) expect(answer.body.code, said).toBe(code)
}

async function send(route: Route, path: string, body: string, type = 'application/json'): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method: route.method.toUpperCase(),
    headers: { ...bearer(path.includes('_keys/@current') ? spareKey : KEY), 'Content-Type': type },
    body,
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : '' }
}

const names = protectedRoutes.map((route) => [`${route.method} ${route.path}`, route] as const)

test.each(names)('%s: keys', async (_, route) => {
  const method = route.method.toUpperCase()
  const path = pathIn(route, world)
  const call = (key: Record<string, string>, at = path) => server.call(method, at, bodyOf(route), key)
  const none = await call({ Authorization: '' })
  expectError(none, 401, 'not_authenticated')
  expect(none.headers.get('www-authenticate')).toBe('Bearer')
  expectError(await call(bearer('phx_wrong')), 401, 'authentication_failed')
  if (route.scope !== 'any') {
    const refused = await call(bearer(narrowKey))
    expectError(refused, 403, 'permission_denied')
    expect(refused.body.detail).toBe(`API key missing required scope '${route.scope}'`)
    const made = { label: 'just enough', scopes: [route.scope] }
    const enough = (await server.call('POST', '/api/personal_api_keys/', made)).body.value
    expect((await call(bearer(enough))).body?.detail ?? '').not.toContain(`missing required scope '${route.scope}'`)
  }
  if (!route.path.includes(':project_id')) return
  expectError(await call(bearer(foreignKey)), 403, 'permission_denied')
  for (const id of ['99999999', 'abc', '0', '-1', '99999999999999', '%00'])
    expectError(await call(bearer(KEY), path.replace(/projects\/\d+/, `projects/${id}`)), 404, 'not_found')
})

/** Of a viewer who may see all that the world has. */
const viewerToken = (claims: object = {}) => {
  const { insights, dashboards } = world.ids
  return signToken(secret, { insights: [insights], dashboards: [dashboards], people: true, ...claims })
}

test.each(names)('%s: viewers', async (_, route) => {
  const path = pathIn(route, world)
  const call = (token: string, at = path) => server.call(route.method.toUpperCase(), at, bodyOf(route), bearer(token))
  const answer = await call(viewerToken())
  // the run of the world was started by a key
  if (route.viewable && route.path.endsWith('/query/:query_id')) expectError(answer, 404)
  else if (route.viewable) expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  else expectError(answer, 403, 'permission_denied')
  expectError(await call(`${viewerToken()}.x`), 401, 'authentication_failed')
  expectError(await call(viewerToken({ exp: 1 })), route.path.includes(':project_id') ? 401 : 403)
  if (!route.path.includes(':project_id')) return
  const stranger = signToken({ ...secret, secret: 'guessed' }, { insights: [world.ids.insights] })
  expectError(await call(stranger), 401, 'authentication_failed')
  expectError(await call(viewerToken(), path.replace(/projects\/\d+/, 'projects/1')), 401, 'authentication_failed')
  for (const id of ['@current', 'abc'])
    expectError(await call(viewerToken(), path.replace(/projects\/\d+/, `projects/${id}`)), 404, 'not_found')
})

test.each(names.filter(([, { viewable }]) => viewable))('%s: parameters of viewers', async (_, route) => {
  const path = pathIn(route, world)
  const token = viewerToken({ allowed_filters: [{ key: 'plan' }], allowed_dates: true })
  for (const name of fieldsOf(route.query))
    for (const value of someOf(['', '[', '{"toString":1,"valueOf":1}', '["x"]', "'--"], AT_ONCE)) {
      const url = `${path}?${name}=${encodeURIComponent(value)}`
      const answer = await server.call('GET', url, undefined, bearer(token))
      const said = `${url} -> ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`
      expect(answer.status, said).toBeLessThan(500)
      if (answer.status >= 400) expectError(answer, [400, 403, 404])
    }
})

test.each(names.filter(([, { path }]) => /:(?!project_id|organization_id)\w+/.test(path)))(
  '%s: ids that are not there',
  async (_, route) => {
    const path = (id: string) =>
      route.path
        .replace(':project_id', String(world.project.id))
        .replace(':organization_id', '@current')
        .replace(/:\w+/g, id)
    for (const id of someOf(
      ['2147483647', '99999999999999999999', 'no-such-thing', '%20', "'--", '%00', '1e3'],
      AT_ONCE,
    )) {
      const answer = await server.call(route.method.toUpperCase(), path(id), bodyOf(route))
      // insights and dashboards are deleted by PATCH: DELETE says so, whatever the id
      if (answer.status === 405) expect(route.method).toBe('delete')
      else expectError(answer, [400, 404])
    }
  },
)

test.each(names.filter(([, route]) => hasBody(route) && !route.rawBody && !route.anyBody))(
  '%s: bodies',
  async (_, route) => {
    const path = pathIn(route, world)
    expectError(await send(route, path, '{"broken'), 400, 'parse_error')
    expectError(await send(route, path, '<xml/>', 'application/xml'), 415, 'unsupported_media_type')
    for (const body of ['[]', '"text"', '5', 'true', 'null']) expectError(await send(route, path, body), 400)
    expectError(await send(route, path, JSON.stringify({ name: 'x\u0000y' })), 400, 'null_characters_not_allowed')
    // two megabytes of keys that nobody knows, and of depth
    const large = JSON.stringify({ unknown: Array.from({ length: 60_000 }, (_, index) => `${'x'.repeat(30)}${index}`) })
    expect(large.length).toBeGreaterThan(1_900_000)
    expect((await send(route, path, large)).status).toBeLessThan(500)
    expectError(await send(route, path, `{"unknown":${'['.repeat(3_000)}${']'.repeat(3_000)}}`), 400, 'too_deep')
    expectError(await send(route, path, `{"x":"${'x'.repeat(5_000_000)}"}`), 413)
  },
)

const WRONG: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e300,
  '',
  'x',
  "'); drop table insights --",
  [],
  [null],
  [[]],
  {},
  { a: { b: [] } },
  // these have no text at all
  { toString: 1, valueOf: 1 },
  [{ toString: 1, valueOf: 1 }],
]

const WRONG_TEXTS = [
  '',
  '-1',
  '1.5',
  '99999999999999999999',
  '[',
  '{}',
  '[[]]',
  '["x"]',
  '[1e400]',
  '{"toString":1,"valueOf":1}',
  '[{"toString":1,"valueOf":1}]',
  '["a\\u0000"]',
  '[{"key":"a\\u0000","value":"\\ud800"}]',
  '{"a\\u0000":1}',
  `${'['.repeat(1_500)}1${']'.repeat(1_500)}`,
  "'--",
  '%',
  'x',
]

/** Of the wrong values of a field, unless there is much to try. */
const AT_ONCE = 2

const fieldsOf = (schema: unknown): string[] => Object.keys((schema as z.ZodMiniObject | undefined)?.shape ?? {})

test.each(names.filter(([, route]) => fieldsOf(route.body).length > 0))('%s: fields', async (_, route) => {
  const path = pathIn(route, world)
  for (const field of fieldsOf(route.body))
    for (const value of someOf(WRONG, AT_ONCE)) {
      const answer = await send(route, path, JSON.stringify({ [field]: value }))
      const said = `${field}: ${JSON.stringify(value)} -> ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`
      expect(answer.status, said).toBeLessThan(500)
      if (answer.status >= 400 && answer.status !== 405) expectError(answer, [400, 403, 404])
    }
})

test.each(names.filter(([, route]) => fieldsOf(route.query).length > 0))('%s: parameters', async (_, route) => {
  const path = pathIn(route, world)
  for (const name of fieldsOf(route.query))
    for (const value of someOf(WRONG_TEXTS, AT_ONCE)) {
      const url = `${path}?${name}=${encodeURIComponent(value)}`
      const answer = await server.call(route.method.toUpperCase(), url, bodyOf(route))
      const said = `${url} -> ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`
      expect(answer.status, said).toBeLessThan(500)
      if (answer.status >= 400) expectError(answer, [400, 403, 404])
    }
})

const paths = [...new Set(protectedRoutes.map(({ path }) => path))]

test.each(paths)('%s: methods that it has not', async (path) => {
  const own = protectedRoutes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase())
  const [route] = protectedRoutes.filter((item) => item.path === path)
  if (!route) return
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter((name) => !own.includes(name))) {
    const answer = await server.call(method, pathIn(route, world), method === 'GET' ? undefined : {})
    expectError(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe(
      own.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : name)).join(', '),
    )
  }
})

test('HEAD is answered wherever GET is, as GET and without a body', async () => {
  for (const route of protectedRoutes.filter(({ method }) => method === 'get')) {
    const path = pathIn(route, world)
    const [get, head] = [await server.call('GET', path), await server.call('HEAD', path)]
    expect([path, head.status, head.body]).toEqual([path, get.status, ''])
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'))
  }
})

test('an unknown format is not found, on every list and item', async () => {
  for (const route of protectedRoutes.filter(({ method }) => method === 'get'))
    expectError(await server.call('GET', `${pathIn(route, world)}?format=xml`), 404, 'not_found')
})

test('the world is still there', async () => {
  const read = await server.call('GET', `${world.project.path}insights/`)
  expect(read.status).toBe(200)
})
