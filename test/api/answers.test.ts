/** Every route answers once as it does when all is well; the server checks each answer against the schema of its route. */
import { beforeAll, expect, test } from 'vitest'
import type { Route } from '../../functions/route.ts'
import { routes } from '../../functions/routes/index.ts'
import { QSTASH } from '../../local/credentials.ts'
import { sign } from '../../local/qstash/signature.ts'
import { makeWorld, pathIn, type World } from '../support/every-route.ts'
import { addMember } from '../support/member.ts'
import { type Answer, testServer } from '../support/server.ts'
import { counts, THREE_DAYS } from '../support/world.ts'

interface Request {
  /** In place of the path in the world. */
  readonly path?: string
  readonly query?: string
  readonly body?: object
  readonly headers?: Record<string, string>
}

let world: World
/** The answers so far, by the route that gave them. */
const answers = new Map<string, Answer>()

const server = await testServer()
beforeAll(async () => {
  world = await makeWorld(server, 'answers')
  const spare = await server.call('POST', '/api/personal_api_keys/', { label: 'spare', scopes: ['*'] })
  const { userId } = await addMember(server)
  const members = await server.call('GET', '/api/organizations/@current/members/')
  const other = members.body.results.find(({ user }: { user: { id: number } }) => user.id === userId)
  world = {
    ...world,
    ids: { ...world.ids, personal_api_keys: spare.body.id, user_uuid: other.user.uuid, token: world.project.token },
  }
  answers.set('a spare key', spare)
})

const nameOf = ({ method, path }: Route) => `${method} ${path.replace('/api/projects/:project_id/', '')}`
const FUNNEL = { events: [{ id: 'paid' }, { id: 'done answers' }], date_from: '2020-01-01', date_to: '2020-01-03' }
const asQuery = (filters: object) =>
  new URLSearchParams(Object.entries(filters).map(([key, value]) => [key, JSON.stringify(value)])).toString()
const funnelQuery = () => ({
  query: asQuery(FUNNEL)
    .replaceAll('%22', '')
    .replace(/events=[^&]*/, eventsOf()),
})
const eventsOf = () => `events=${encodeURIComponent(JSON.stringify(FUNNEL.events))}`
const funnel = () => ({ body: FUNNEL })
const event = () => ({ api_key: world.project.token, event: 'late', distinct_id: 'a' })
const captured = (): Request => ({ query: `data=${btoa(JSON.stringify(event()))}` })
const shared = (path: string) => ({
  path: `/${path}/${answers.get('post insights/:id/sharing/refresh')?.body.access_token}.json`,
})

/** The failure of the last message that was published to a path. */
function failure(of: string): Request {
  const { body = '' } = server.stack.qstash.calls.published.findLast(({ url }) => url.endsWith(of)) ?? {}
  return signed(`${of === '/run' ? '/api/qstash/failed' : '/api/qstash/cohort_failed'}`, {
    sourceBody: btoa(body),
    status: 503,
  })
}

function signed(path: string, body: object): Request {
  const text = Buffer.from(JSON.stringify(body))
  return { body, headers: { 'Upstash-Signature': sign(QSTASH.currentSigningKey, server.url + path, text, Date.now()) } }
}

const hookOfProject = (rest: string) =>
  `${world.project.path}refresh_hooks/${answers.get('post refresh_hooks')?.body.id}${rest}`
const ENDED_TURN = { projectId: 1, insightId: 1, turn: 1, dueAt: 0 }

/** What a route needs beside its path. */
const REQUESTS: Readonly<Record<string, () => Request>> = {
  ...Object.fromEntries(
    ['/e', '/i/v0/e', '/i/v0/ai/batch', '/capture', '/track', '/batch', '/engage'].flatMap((path) => [
      [`post ${path}`, () => ({ body: event() })],
      [`get ${path}`, captured],
    ]),
  ),
  'post /i/v1/analytics/events': () => ({
    headers: { Authorization: `Bearer ${world.project.token}` },
    body: {
      created_at: '2020-01-01T00:00:00Z',
      batch: [
        { uuid: crypto.randomUUID(), event: 'late', distinct_id: 'a', timestamp: '2020-01-01T00:00:00Z' },
        { uuid: crypto.randomUUID(), event: '', distinct_id: 'a', timestamp: '2020-01-01T00:00:00Z' },
      ],
    },
  }),
  'post /api/organizations/:organization_id/projects': () => ({ body: { name: 'new' } }),
  'patch /api/organizations/:organization_id/members/:user_uuid': () => ({ body: { level: 1 } }),
  'post /api/organizations/:organization_id/roles': () => ({ body: { name: 'new' } }),
  'patch /api/organizations/:organization_id/roles/:role_id': () => ({ body: { name: 'other' } }),
  'post /api/organizations/:organization_id/roles/:role_id/role_memberships': () => ({
    body: { user_uuid: world.ids.user_uuid },
  }),
  'post /api/personal_api_keys': () => ({ body: { label: 'new', scopes: ['*'] } }),
  'put /api/personal_api_keys/@current': () => ({ body: { label: 'put', scopes: ['*'] } }),
  'put /api/personal_api_keys/:id': () => ({ body: { label: 'put', scopes: ['*'] } }),
  'delete /api/personal_api_keys/:id': () => ({
    path: `/api/personal_api_keys/${answers.get('post /api/personal_api_keys')?.body.id}/`,
  }),
  // the spare key was given another value
  'delete /api/personal_api_keys/@current': () => {
    const rolled = answers.get('post /api/personal_api_keys/:id/roll')?.body.value
    return { headers: { Authorization: `Bearer ${rolled}` } }
  },
  'get persons/insight/:cache_key': () => ({
    query: `series=0&bucket=2020-01-01T00:00:00.000Z&breakdown=${encodeURIComponent('"answers"')}`,
  }),
  'get events/values': () => ({ query: 'key=plan' }),
  'get groups': () => ({ query: 'group_type_index=0' }),
  'get groups/find': () => ({ query: 'group_type_index=0&group_key=answers-group' }),
  'post insight_variables': () => ({ body: { name: 'new', type: 'String' } }),
  'post insights/cancel': () => ({ body: { client_query_id: 'nobody' } }),
  'get insights/trend': funnelQuery,
  'post insights/trend': funnel,
  'get insights/funnel': funnelQuery,
  'post insights/funnel': funnel,
  'get insights/funnel/correlation': funnelQuery,
  'post insights/funnel/correlation': funnel,
  'get insights/retention': () => ({ query: 'date_from=2020-01-01&date_to=2020-01-03' }),
  'get insights/path': () => ({ query: 'date_from=2020-01-01&date_to=2020-01-03' }),
  'post persons/bulk_delete': () => ({ body: { distinct_ids: ['nobody'] } }),
  'post actions': () => ({ body: { name: 'new' } }),
  'post cohorts': () => ({ body: { is_static: true, name: 'new' } }),
  'post insights/viewed': () => ({ body: { insight_ids: [Number(world.ids.insights)] } }),
  'put insights/:id/access_controls': () => ({ body: { access_level: 'editor' } }),
  'patch insights/:id/sharing': () => ({ body: { enabled: true } }),
  'get /shared/:token': () => shared('shared'),
  'get /embedded/:token': () => shared('embedded'),
  'post refresh_hooks/:hook_id/roll': () => ({ path: hookOfProject('/roll/') }),
  'delete refresh_hooks/:hook_id': () => ({ path: hookOfProject('/') }),
  'post /api/refresh_hooks/:token': () => ({
    path: new URL(answers.get('post insights/:id/refresh_hooks')?.body.url).pathname,
  }),
  'post insights/:id/subscribers': () => ({ body: { url: 'https://answers.example.com/other' } }),
  'post query': () => ({ body: { query: { kind: 'TrendsQuery', ...counts('paid'), ...THREE_DAYS } } }),
  'post /api/qstash/failed': () => failure('/run'),
  'post /api/qstash/cohort_failed': () => failure('/cohort'),
  'post /api/qstash/turn': () => signed('/api/qstash/turn', ENDED_TURN),
  'post /api/qstash/turn_failed': () =>
    signed('/api/qstash/turn_failed', { sourceBody: btoa(JSON.stringify(ENDED_TURN)), status: 503 }),
}

/** QStash has delivered them when the world was made. */
const DELIVERED = ['post /api/qstash/run', 'post /api/qstash/cohort']
/** It leads to a file beside the worker, which is not served here. */
const ELSEWHERE = 'get /array/:token/array.js'
const isRefused = ({ status }: Route) => status === 405
const asked = routes.filter((route) => ![...DELIVERED, ELSEWHERE].includes(nameOf(route)) && !isRefused(route))
const isDelete = ({ method }: Route) => method === 'delete'
// whoever deletes a thing comes when all others are done, and what is inside of it goes first
const inOrder = [
  ...asked.filter((route) => !isDelete(route)),
  ...asked.filter(isDelete).toSorted((one, other) => other.path.length - one.path.length),
]

test.each(inOrder.map((route) => [nameOf(route), route] as const))('%s', async (name, route) => {
  const { path = pathIn(route, world), query, body, headers } = REQUESTS[name]?.() ?? {}
  const hasBody = route.method !== 'get' && !isDelete(route)
  const url = query === undefined ? path : `${path}?${query}`
  const answer = await server.call(route.method.toUpperCase(), url, hasBody ? (body ?? {}) : undefined, headers)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(400)
  answers.set(name, answer)
})

test(ELSEWHERE, async () => {
  const answer = await fetch(`${server.url}/array/${world.project.token}/array.js`, { redirect: 'manual' })
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/static/array.js'])
})

test('the groups of a number that counts groups', async () => {
  const { project } = world
  const $groups = { company: 'answers-group' }
  await project.send([{ event: 'met', distinct_id: 'a', timestamp: '2020-01-01T10:00:00Z', properties: { $groups } }])
  const events = [{ id: 'met', math: 'unique_group', math_group_type_index: 0 }]
  const body = { events, date_from: '2020-01-01', date_to: '2020-01-01' }
  const trend = await server.call('POST', `${project.path}insights/trend/`, body)
  const listed = await server.call('GET', trend.body.result[0].persons_urls[0].url)
  expect(listed.body.results).toMatchObject([{ group_key: 'answers-group' }])
})

test('no route is left whose answer nobody has checked', () => {
  const unchecked = routes.filter((route) => !isRefused(route) && !server.answered.has(route))
  expect(unchecked.map(nameOf)).toEqual([])
})
