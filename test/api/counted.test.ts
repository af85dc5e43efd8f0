/** Whatever a route computes counts for the key and its user: asked of every route of the table that says it computes. */
import { beforeAll, expect, test } from 'vitest'
import type { Route } from '../../functions/route.ts'
import { makeWorld, pathIn, protectedRoutes, type World } from '../support/every-route.ts'
import { addMember } from '../support/member.ts'
import { testServer } from '../support/server.ts'
import { withinOneWindow } from '../support/windows.ts'
import { counts, THREE_DAYS } from '../support/world.ts'

const HOUR_MS = 3_600_000
/** Computations of a user an hour: as many as it takes to make the world. */
const PER_HOUR = 2

let world: World
let serial = 0

const server = await testServer({ rateLimits: { perMinute: 0, perHour: PER_HOUR } })
beforeAll(async () => {
  world = await makeWorld(server, 'counted')
  await withinOneWindow(HOUR_MS, 60_000)
})

/** A query that nobody has asked for. */
const fresh = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `number ${++serial}` }), ...THREE_DAYS })
const FUNNEL = { events: [{ id: 'paid' }, { id: 'done' }], date_from: '2020-01-01', date_to: '2020-01-03' }
const stored = () => ({ query: { kind: 'InsightVizNode', source: fresh() } })
const RANGE = { date_from: '2020-01-01', date_to: '2020-01-03' }
const anew = (filters: object) => ({ ...filters, refresh: true })
const legacy = (filters: object) => ({ ...anew(filters), funnel_window_interval: ++serial })
const asQuery = (filters: object) =>
  new URLSearchParams(
    Object.entries(filters).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  ).toString()

/** The query string and the body with which each route computes. */
const COMPUTING: Readonly<Record<string, () => { readonly query?: string; readonly body?: object }>> = {
  'get event_definitions': () => ({ query: 'search=a' }),
  'get property_definitions': () => ({ query: 'search=a' }),
  'get events': () => ({}),
  'get events/:id': () => ({}),
  'get events/values': () => ({ query: 'key=plan' }),
  'get groups': () => ({ query: 'group_type_index=0&search=a' }),
  'get persons': () => ({ query: 'search=a' }),
  'get persons/insight/:cache_key': () => ({ query: 'series=0&bucket=2020-01-01T00:00:00.000Z' }),
  'get cohorts/:id/persons': () => ({ query: 'search=a' }),
  'get insights/trend': () => ({ query: asQuery(legacy(FUNNEL)) }),
  'post insights/trend': () => ({ body: legacy(FUNNEL) }),
  'get insights/funnel': () => ({ query: asQuery(legacy(FUNNEL)) }),
  'post insights/funnel': () => ({ body: legacy(FUNNEL) }),
  'get insights/funnel/correlation': () => ({ query: asQuery(legacy(FUNNEL)) }),
  'post insights/funnel/correlation': () => ({ body: legacy(FUNNEL) }),
  'get insights/retention': () => ({ query: asQuery(anew(RANGE)) }),
  'post insights/retention': () => ({ body: anew(RANGE) }),
  'get insights/path': () => ({ query: asQuery(anew(RANGE)) }),
  'post insights/path': () => ({ body: anew(RANGE) }),
  'get insights': () => ({ query: 'refresh=force_blocking&limit=1' }),
  'post insights': () => ({ query: 'refresh=force_blocking', body: stored() }),
  'get insights/:id': () => ({ query: 'refresh=force_blocking' }),
  'get insights/:id/svg': () => ({ query: 'refresh=force_blocking' }),
  'get insights/:id/txt': () => ({ query: 'refresh=force_blocking' }),
  'patch insights/:id': () => ({ query: 'refresh=force_blocking', body: { name: 'counted' } }),
  'put insights/:id': () => ({ query: 'refresh=force_blocking', body: { name: 'counted' } }),
  'post dashboards': () => ({
    query: 'refresh=force_blocking',
    body: { use_dashboard: Number(world.ids.dashboards) },
  }),
  'get dashboards/:id': () => ({ query: 'refresh=force_blocking' }),
  'patch dashboards/:id': () => ({ query: 'refresh=force_blocking', body: { name: 'counted' } }),
  'put dashboards/:id': () => ({ query: 'refresh=force_blocking', body: { name: 'counted' } }),
  'post query': () => ({ body: { query: fresh(), refresh: 'blocking' } }),
}

const nameOf = ({ method, path }: Route) => `${method} ${path.replace('/api/projects/:project_id/', '')}`
const routes = protectedRoutes.filter(({ computes }) => computes).map((route) => [nameOf(route), route] as const)

test('every route that computes is asked', () => {
  expect(routes.map(([name]) => name).sort()).toEqual(Object.keys(COMPUTING).sort())
})

test.each(routes)('%s', async (name, route) => {
  const { auth } = await addMember(server)
  const { query = '', body } = COMPUTING[name]?.() ?? {}
  const path = `${pathIn(route, world)}?${query}`
  const answer = await server.call(route.method.toUpperCase(), path, body, auth)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  // it counted once: one more is left, and no other
  const ask = () => server.call('POST', `${world.project.path}query/`, { query: fresh(), refresh: 'blocking' }, auth)
  expect([(await ask()).status, (await ask()).status]).toEqual([200, 429])
})
