/** Lists, names and ids of keys, roles, dashboards, links and hooks: too much of one is a 400 that names it. */
import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

let insight: number
let dashboard: number

const server = await testServer()
const project = await makeProject(server)
beforeAll(async () => {
  const { path } = project
  dashboard = (await server.call('POST', `${path}dashboards/`, { name: 'board' })).body.id
  insight = (await server.call('POST', `${path}insights/`, { name: 'one', dashboards: [dashboard] })).body.id
})

const many = <T>(count: number, item: T) => Array<T>(count).fill(item)
const long = (count: number) => 'x'.repeat(count)
const text = (body: string) => ({ text: { body } })

const KEYS = '/api/personal_api_keys/'
const ROLES = '/api/organizations/@current/roles/'
const boards = () => `${project.path}dashboards/`
const board = () => `${boards()}${dashboard}/`
const insights = () => `${project.path}insights/`
const one = () => `${insights()}${insight}/`
const key = { label: 'k', scopes: ['insight:read'] }

test.each<[string, string, () => string, object]>([
  ['scopes', 'POST', () => KEYS, { ...key, scopes: many(100_000, 'insight:read') }],
  ['scopes', 'POST', () => KEYS, { ...key, scopes: [long(100_000)] }],
  ['scoped_teams', 'POST', () => KEYS, { ...key, scoped_teams: many(70_000, 1) }],
  ['scoped_organizations', 'POST', () => KEYS, { ...key, scoped_organizations: many(70_000, long(36)) }],
  ['label', 'POST', () => KEYS, { ...key, label: long(41) }],
  ['name', 'POST', () => ROLES, { name: long(201) }],
  ['name', 'PATCH', () => project.path, { name: long(201) }],
  ['test_account_filters', 'PATCH', () => project.path, { test_account_filters: many(10_000, { key: 'a' }) }],
  ['name', 'POST', boards, { name: long(401) }],
  ['description', 'POST', boards, { description: long(100_000) }],
  ['tags', 'POST', boards, { tags: many(200_000, 'a') }],
  ['tags__0', 'POST', boards, { tags: [long(1_000)] }],
  ['breakdown_colors', 'PATCH', board, { breakdown_colors: many(10_000, {}) }],
  ['layouts', 'PATCH', board, { tiles: [{ ...text('a'), layouts: { sm: long(100_000) } }] }],
  ['filters', 'PATCH', board, { filters: { properties: many(20_000, { key: 'a', value: 'b' }) } }],
  ['variables', 'PATCH', board, { variables: { a: long(100_000) } }],
  ['tiles', 'PATCH', board, { tiles: many(20_000, text('a')) }],
  ['tiles', 'PATCH', board, { tiles: many(300, text('a')) }],
  ['tags', 'POST', insights, { tags: many(200_000, 'a') }],
  ['dashboards', 'POST', insights, { dashboards: many(70_000, 1) }],
  ['dashboards', 'PATCH', one, { dashboards: many(70_000, 1) }],
  ['label', 'POST', () => `${one()}refresh_hooks/`, { label: long(201) }],
  ['url', 'POST', () => `${one()}subscribers/`, { url: `https://a.example.com/${long(100_000)}` }],
  [
    'events',
    'POST',
    () => `${one()}subscribers/`,
    { url: 'https://a.example.com/', events: many(70_000, 'insight.refreshed') },
  ],
  [
    'organization_member',
    'PUT',
    () => `${one()}access_controls/`,
    { access_level: 'none', organization_member: long(100_000) },
  ],
])('%s of %s are bounded', async (attr, method, path, body) => {
  const answer = await server.call(method, path(), body)
  expect(answer.status, JSON.stringify(answer.body).slice(0, 300)).toBe(400)
  expect(answer.body.attr).toContain(attr)
  expect(JSON.stringify(answer.body).length).toBeLessThan(2_000)
})

test('a list of as many as may be is taken', async () => {
  const scopes = many(200, 'insight:read')
  expect((await server.call('POST', KEYS, { label: 'k', scopes, scoped_teams: many(200, project.id) })).status).toBe(
    201,
  )
  expect((await server.call('PATCH', board(), { tiles: many(20, text('a')) })).status).toBe(200)
})

test('an id in the address is bounded before anything is asked', async () => {
  for (const path of [one(), board(), `${project.path}query/x/`, `${KEYS}x/`, '/shared/x', '/api/refresh_hooks/x']) {
    const asked = path.replace(/\/(x|\d+)(\/?)$/, `/${long(5_000)}$2`)
    const calls = await server.counted(async () => {
      const method = path.includes('refresh_hooks') ? 'POST' : 'GET'
      expect((await server.call(method, asked)).status, path).toBe(404)
    })
    expect(calls, path).toEqual({ redis: 0, postgres: 0, qstash: 0 })
  }
})

test('an insight has a bounded number of hooks, an organization of roles', async () => {
  const hooks = await Promise.all(Array.from({ length: 53 }, () => server.call('POST', `${one()}refresh_hooks/`, {})))
  expect(hooks.filter(({ status }) => status === 201)).toHaveLength(50)
  expect(hooks.find(({ status }) => status !== 201)?.body.detail).toContain('50 refresh hooks')
  await server.stack.services.db.execute(sql`
    insert into roles (organization_id, name)
    select organization_id, 'role ' || n from projects, generate_series(1, 199) n where id = ${project.id}`)
  for (const status of [201, 400])
    expect((await server.call('POST', ROLES, { name: `answered with ${status}` })).status).toBe(status)
})
