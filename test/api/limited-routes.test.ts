/** What a key has computed counts for the key and its user, on every route that computes. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { protectedRoutes } from '../support/every-route.ts'
import { addMember } from '../support/member.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { counts, event, makeProject, type TestProject, THREE_DAYS } from '../support/world.ts'

const HOUR_MS = 3_600_000

let server: TestServer
let project: TestProject
let serial = 0

beforeAll(async () => {
  server = await startServer({ rateLimits: { perMinute: 0, perHour: 1 } })
  project = await makeProject(server)
  await project.send([event('paid', 'a', '2020-01-01T10:00:00Z')])
  // the test does not begin in one hour and end in the next
  const left = HOUR_MS - (Date.now() % HOUR_MS)
  if (left < 20_000) await new Promise((resolve) => setTimeout(resolve, left))
})
afterAll(() => server.close())

/** A query that nobody has asked for. */
const fresh = () => ({ kind: 'TrendsQuery', ...counts('paid', { custom_name: `number ${++serial}` }), ...THREE_DAYS })

/** Requests of routes that may compute, each of something that is not cached, by method and path of the route. */
function computingRequests(ids: { insight: number; dashboard: number; cohort: number; cacheKey: string }) {
  const query = { kind: 'InsightVizNode', source: fresh() }
  const legacy = { ...fresh(), events: [{ id: 'paid' }], date_from: '2020-01-01', date_to: '2020-01-02' }
  const funnel = { ...legacy, insight: 'FUNNELS', events: [{ id: 'paid' }, { id: 'paid', order: 1 }] }
  const texts = new URLSearchParams({ events: JSON.stringify(legacy.events), date_from: legacy.date_from })
  const steps = new URLSearchParams({ events: JSON.stringify(funnel.events), date_from: legacy.date_from })
  const refused = {
    'get insights/trend': [`insights/trend/?${texts}`],
    'post insights/trend': ['insights/trend/', legacy],
    'get insights/funnel': [`insights/funnel/?${steps}`],
    'post insights/funnel': ['insights/funnel/', funnel],
    'get insights/funnel/correlation': [`insights/funnel/correlation/?${steps}`],
    'post insights/funnel/correlation': ['insights/funnel/correlation/', funnel],
    'get insights/:id': [`insights/${ids.insight}/?refresh=blocking`],
    'post query': ['query/', { query: fresh(), refresh: 'blocking' }],
    'get persons': ['persons/?search=x'],
    'get cohorts/:id/persons': [`cohorts/${ids.cohort}/persons/?search=x`],
    'get persons/insight/:cache_key': [`persons/insight/${ids.cacheKey}/`],
    'get groups': ['groups/?group_type_index=0&search=x'],
    'get event_definitions': ['event_definitions/?search=x'],
    'get property_definitions': ['property_definitions/?search=x'],
  } as const satisfies Record<string, readonly [path: string, body?: object]>
  const withoutResult = {
    'get insights': [`insights/?refresh=blocking&short_id=${ids.insight}`],
    'post insights': ['insights/?refresh=blocking', { query }],
    'patch insights/:id': [`insights/${ids.insight}/?refresh=blocking`, { name: 'n' }],
    'put insights/:id': [`insights/${ids.insight}/?refresh=blocking`, { name: 'n' }],
    'post dashboards': ['dashboards/?refresh=blocking', { name: 'd', use_dashboard: ids.dashboard }],
    'get dashboards/:id': [`dashboards/${ids.dashboard}/?refresh=blocking`],
    'patch dashboards/:id': [`dashboards/${ids.dashboard}/?refresh=blocking`, { name: 'd' }],
    'put dashboards/:id': [`dashboards/${ids.dashboard}/?refresh=blocking`, { name: 'd' }],
  } as const satisfies Record<string, readonly [path: string, body?: object]>
  return { refused, withoutResult }
}

test('what a key has computed counts for the key, on every route that computes', async () => {
  const made = await server.call('POST', `${project.path}dashboards/`, { name: 'd' })
  const query = { kind: 'InsightVizNode', source: fresh() }
  const insight = await server.call('POST', `${project.path}insights/`, { query, dashboards: [made.body.id] })
  const cohort = await server.call('POST', `${project.path}cohorts/`, { name: 'c', is_static: true })
  const { auth } = await addMember(server)
  const cached = await server.call('POST', `${project.path}query/`, { query: fresh(), refresh: 'blocking' }, auth)
  const ids = {
    insight: insight.body.id,
    dashboard: made.body.id,
    cohort: cohort.body.id,
    cacheKey: cached.body.cache_key,
  }
  const { refused, withoutResult } = computingRequests(ids)
  const computing = protectedRoutes.filter(({ computes }) => computes)
  const names = computing.map(({ method, path }) => `${method} ${path.replace('/api/projects/:project_id/', '')}`)
  expect([...Object.keys(refused), ...Object.keys(withoutResult)].sort()).toEqual(names.sort())
  const send = (name: string, [path, body]: readonly [path: string, body?: object]) =>
    server.call(name.split(' ')[0]?.toUpperCase() ?? '', project.path + path, body, auth)
  for (const [name, request] of Object.entries(refused))
    expect([name, (await send(name, request)).status]).toEqual([name, 429])
  for (const [name, request] of Object.entries(withoutResult)) {
    const { status, body } = await send(name, request)
    const shown = body.results ?? body.tiles?.map((tile: { insight: object }) => tile.insight) ?? [body]
    expect([name, status < 300, shown.filter(({ result }: { result: unknown }) => result !== null)]).toEqual([
      name,
      true,
      [],
    ])
  }
})
