/**
 * One request for each operation that works in the demo project as `npm start` makes it; `/docs/` fills them in, and a test
 * sends them in this order. The worker holds none of them.
 */
import type { Route } from './route.ts'

/** Of the demo project (local/credentials.ts). */
const TOKEN = 'phc_local_development_token'

/** A value of an earlier answer: `of` names the operation, `at` the place in its answer; of a URL, its last part. */
export interface Earlier {
  readonly of: string
  readonly at: string
}

export interface Example {
  readonly params?: Readonly<Record<string, string | Earlier>>
  readonly query?: Readonly<Record<string, string | Earlier>>
  /** Values of earlier answers may stand in it. */
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** `get insights/:id`: the method, and the path without what all paths of projects begin with. */
export const operationName = ({ method, path }: Pick<Route, 'method' | 'path'>): string =>
  `${method} ${path.replace('/api/projects/:project_id/', '')}`

/** Parameters that mean the same everywhere. */
export const USUAL_PARAMS: Readonly<Record<string, string>> = {
  project_id: '@current',
  organization_id: '@current',
}

const EVENT = { event: 'signed up', distinct_id: 'a visitor', properties: { plan: 'team' } }
const CAPTURED = { body: { api_key: TOKEN, ...EVENT } }
const BATCH = {
  body: {
    api_key: TOKEN,
    batch: [
      EVENT,
      {
        event: '$groupidentify',
        distinct_id: 'a visitor',
        properties: { $group_type: 'company', $group_key: 'acme', $group_set: { name: 'Acme' } },
      },
    ],
  },
}
const IN_URL = { query: { data: btoa(JSON.stringify({ api_key: TOKEN, ...EVENT })) } }
const PREFLIGHT = { headers: { Origin: 'https://example.com' } }
const CAPTURE_PATHS = ['/capture', '/batch', '/e', '/i/v0/e', '/i/v0/ai/batch', '/track', '/engage', '/s']
const FLAG_PATHS = ['/flags', '/decide']

const series = (event: string, more: object = {}) => ({ kind: 'EventsNode', event, ...more })
const LAST_WEEK = { date_from: '-7d' }
const TREND = {
  kind: 'TrendsQuery',
  series: [series('$pageview', { math: 'dau' })],
  dateRange: LAST_WEEK,
  breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' },
}
const STEPS = [{ id: '$pageview' }, { id: 'signed up' }]
const LEGACY_STEPS = { events: JSON.stringify(STEPS), date_from: '-30d' }
const FUNNEL = { events: STEPS, date_from: '-30d' }
const FIRST = { params: { id: '1' } }
const one = (of: string, at = 'id', name = 'id'): Example => ({ params: { [name]: { of, at } } })
const having = (example: Example, body: object): Example => ({ ...example, body })

const ROLES = '/api/organizations/:organization_id/roles'
const MEMBERS = '/api/organizations/:organization_id/members'
const KEYS = '/api/personal_api_keys'
const role = one(`post ${ROLES}`, 'id', 'role_id')
const roleMember: Example = {
  params: { ...role.params, id: { of: `post ${ROLES}/:role_id/role_memberships`, at: 'id' } },
}
const MEMBER = { of: `get ${MEMBERS}`, at: 'results.0.user.uuid' }
const member = { params: { user_uuid: MEMBER } }
const key = one(`post ${KEYS}`)
const SECRETS = 'viewer_secrets'
const secret = one(`post ${SECRETS}`, 'id', 'secret_id')
const action = one('post actions')
const cohort = one('post cohorts')
const variable = one('post insight_variables')
const EVERYONE = {
  properties: {
    type: 'OR',
    values: [
      {
        type: 'AND',
        values: [{ type: 'person', key: 'email', operator: 'is_set', value: 'is_set' }],
      },
    ],
  },
}
const hook = (name: string): Example => ({ params: { id: '1', hook_id: { of: name, at: 'id' } } })
const shared = one('post insights/:id/sharing/refresh', 'access_token', 'token')
const run = one('post insights', 'query_status.id', 'query_id')

const EXAMPLES: readonly (readonly [operation: string, example: Example])[] = [
  ...CAPTURE_PATHS.flatMap((path): (readonly [string, Example])[] => [
    [`post ${path}`, path === '/batch' ? BATCH : CAPTURED],
    [`get ${path}`, IN_URL],
    [`options ${path}`, PREFLIGHT],
  ]),
  [
    'post /i/v1/analytics/events',
    {
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: {
        created_at: '2026-01-31T12:00:00Z',
        batch: [{ ...EVENT, uuid: '0190f3a0-0000-7000-8000-000000000001', timestamp: '2026-01-31T12:00:00Z' }],
      },
    },
  ],
  ['options /i/v1/analytics/events', PREFLIGHT],
  ['post query', { body: { query: TREND } }],
  ['get insights', { query: { limit: '5' } }],
  [
    'post insights',
    {
      query: { refresh: 'force_async' },
      body: { name: 'Visitors by browser', query: { kind: 'InsightVizNode', source: TREND } },
    },
  ],
  ['get query/:query_id', run],
  ['delete query/:query_id', run],
  ['get insights/:id', { ...FIRST, query: { refresh: 'blocking' } }],
  ['get insights/:id/svg', FIRST],
  ['get insights/:id/txt', FIRST],
  ['patch insights/:id', having(FIRST, { description: 'All page views of the last 30 days.' })],
  ['put insights/:id', having(FIRST, { tags: ['traffic'] })],
  ['get insights/my_last_viewed', {}],
  ['post insights/viewed', { body: { insight_ids: [1, 2] } }],
  ['post insights/:id/viewed', FIRST],
  ['get insights/activity', {}],
  ['get insights/:id/activity', FIRST],
  ['get insights/:id/access_controls', FIRST],
  ['put insights/:id/access_controls', having(FIRST, { access_level: 'editor' })],
  ['post insights/cancel', { body: { client_query_id: 'an id of yours' } }],
  ['post insights/timing', { body: { insight_id: 1, time_to_see_data_ms: 120 } }],
  ['get insights/trend', { query: { events: JSON.stringify([{ id: '$pageview' }]), date_from: '-7d' } }],
  ['post insights/trend', { body: { events: [{ id: '$pageview' }], date_from: '-7d' } }],
  ['get insights/funnel', { query: LEGACY_STEPS }],
  ['post insights/funnel', { body: FUNNEL }],
  ['get insights/funnel/correlation', { query: LEGACY_STEPS }],
  ['post insights/funnel/correlation', { body: FUNNEL }],
  ['get insights/retention', { query: { date_from: '-7d' } }],
  ['post insights/retention', { body: { date_from: '-7d' } }],
  ['get insights/path', { query: { date_from: '-7d' } }],
  ['post insights/path', { body: { date_from: '-7d' } }],
  ['get dashboards', {}],
  ['post dashboards', { body: { name: 'A dashboard of mine' } }],
  ['get dashboards/:id', FIRST],
  ['patch dashboards/:id', having(FIRST, { description: 'What matters.' })],
  ['put dashboards/:id', having(FIRST, { pinned: true })],
  ['get insights/:id/sharing', FIRST],
  ['patch insights/:id/sharing', having(FIRST, { enabled: true })],
  ['post insights/:id/sharing/refresh', FIRST],
  ['get dashboards/:id/sharing', FIRST],
  ['patch dashboards/:id/sharing', having(FIRST, { enabled: true })],
  ['post dashboards/:id/sharing/refresh', FIRST],
  ['get /shared/:token', shared],
  ['get /embedded/:token', shared],
  ['post insights/:id/refresh_hooks', having(FIRST, { label: 'nightly import' })],
  ['get insights/:id/refresh_hooks', FIRST],
  ['post /api/refresh_hooks/:token', one('post insights/:id/refresh_hooks', 'url', 'token')],
  ['post insights/:id/refresh_hooks/:hook_id/roll', hook('post insights/:id/refresh_hooks')],
  ['delete insights/:id/refresh_hooks/:hook_id', hook('post insights/:id/refresh_hooks')],
  ['post refresh_hooks', { body: { label: 'nightly import' } }],
  ['get refresh_hooks', {}],
  ['post refresh_hooks/:hook_id/roll', one('post refresh_hooks', 'id', 'hook_id')],
  ['delete refresh_hooks/:hook_id', one('post refresh_hooks', 'id', 'hook_id')],
  ['post insights/:id/subscribers', having(FIRST, { url: 'https://example.com/refreshed' })],
  ['get insights/:id/subscribers', FIRST],
  [
    'delete insights/:id/subscribers/:subscriber_id',
    { params: { id: '1', subscriber_id: { of: 'post insights/:id/subscribers', at: 'id' } } },
  ],
  ['get /api/users/@me', {}],
  ['get /api/projects', {}],
  ['post /api/projects', { body: { name: 'Development' } }],
  ['get /api/projects/:project_id', {}],
  ['patch /api/projects/:project_id', { body: { timezone: 'UTC' } }],
  [`get ${KEYS}`, {}],
  [`post ${KEYS}`, { body: { label: 'nightly report', scopes: ['insight:read'] } }],
  [`get ${KEYS}/@current`, {}],
  [`patch ${KEYS}/@current`, { body: { label: 'development' } }],
  [`put ${KEYS}/@current`, { body: { label: 'development', scopes: ['*'] } }],
  [`get ${KEYS}/:id`, key],
  [`patch ${KEYS}/:id`, having(key, { label: 'weekly report' })],
  [`put ${KEYS}/:id`, having(key, { label: 'weekly report', scopes: ['insight:read', 'query:read'] })],
  [`post ${KEYS}/:id/roll`, key],
  [`delete ${KEYS}/:id`, key],
  ['get event_definitions', {}],
  ['get property_definitions', {}],
  ['get events', { query: { limit: '5' } }],
  ['get events/values', { query: { key: '$browser' } }],
  ['get events/:id', one('get events', 'results.0.id')],
  ['get persons', { query: { limit: '5' } }],
  ['get persons/:id', one('get persons', 'results.0.id')],
  [
    'get persons/insight/:cache_key',
    {
      params: { cache_key: { of: 'get insights/:id', at: 'filters_hash' } },
      query: { series: '0', bucket: { of: 'get insights/:id', at: 'result.0.action.days.0' } },
    },
  ],
  ['get groups_types', {}],
  ['get groups', { query: { group_type_index: '0' } }],
  ['get groups/find', { query: { group_type_index: '0', group_key: 'acme' } }],
  ['get actions', {}],
  [
    'post actions',
    {
      body: {
        name: 'Bought the team plan',
        steps: [{ event: 'purchase', properties: [{ key: 'plan', value: 'team' }] }],
      },
    },
  ],
  ['get actions/:id', action],
  ['patch actions/:id', having(action, { description: 'Whoever bought the team plan.' })],
  ['put actions/:id', having(action, { name: 'Bought the team plan' })],
  ['get cohorts', {}],
  ['post cohorts', { body: { name: 'With an address', filters: EVERYONE } }],
  ['get cohorts/:id', cohort],
  ['patch cohorts/:id', having(cohort, { description: 'Whoever has left an address.' })],
  ['put cohorts/:id', having(cohort, { name: 'With an address', filters: EVERYONE })],
  ['get cohorts/:id/persons', cohort],
  ['get insight_variables', {}],
  ['post insight_variables', { body: { name: 'Plan', type: 'String', default_value: 'team' } }],
  ['get insight_variables/:id', variable],
  ['patch insight_variables/:id', having(variable, { default_value: 'free' })],
  ['put insight_variables/:id', having(variable, { name: 'Plan', type: 'String' })],
  ['delete insight_variables/:id', variable],
  [`get ${SECRETS}`, {}],
  [`post ${SECRETS}`, { body: { label: 'our backend' } }],
  [`get ${SECRETS}/:secret_id`, secret],
  [`patch ${SECRETS}/:secret_id`, having(secret, { label: 'the backend' })],
  [`post ${SECRETS}/:secret_id/roll`, secret],
  [`delete ${SECRETS}/:secret_id`, secret],
  ['get /api/organizations', {}],
  ['get /api/organizations/:organization_id', {}],
  ['get /api/organizations/:organization_id/projects', {}],
  ['post /api/organizations/:organization_id/projects', { body: { name: 'Staging' } }],
  [`get ${MEMBERS}`, {}],
  [`get ${MEMBERS}/:user_uuid`, member],
  [`get ${ROLES}`, {}],
  [`post ${ROLES}`, { body: { name: 'Analysts' } }],
  [`get ${ROLES}/:role_id`, role],
  [`patch ${ROLES}/:role_id`, having(role, { name: 'All analysts' })],
  [`get ${ROLES}/:role_id/role_memberships`, role],
  [`post ${ROLES}/:role_id/role_memberships`, having(role, { user_uuid: MEMBER })],
  [`get ${ROLES}/:role_id/role_memberships/:id`, roleMember],
  [`delete ${ROLES}/:role_id/role_memberships/:id`, roleMember],
  [`delete ${ROLES}/:role_id`, role],
  ...FLAG_PATHS.flatMap((path): (readonly [string, Example])[] => [
    [`post ${path}`, { body: { token: TOKEN, distinct_id: 'a visitor' } }],
    [`get ${path}`, { query: { token: TOKEN } }],
    [`options ${path}`, PREFLIGHT],
  ]),
  ['get /flags/definitions', { query: { token: TOKEN } }],
  ['get /api/feature_flag', {}],
  ['get /api/feature_flag/local_evaluation', {}],
  ['get feature_flags', {}],
  ['get feature_flags/local_evaluation', {}],
  ['get /array/:token/config', { params: { token: TOKEN } }],
  ['get /array/:token/config.js', { params: { token: TOKEN } }],
  ['get /array/:token/array.js', { params: { token: TOKEN } }],
  ['get /api/schema', {}],
  ['get /_health', {}],
  ['get /', {}],
  ['post persons/bulk_delete', { body: { distinct_ids: ['a visitor'] } }],
  ['delete persons/:id', one('get persons', 'results.1.id')],
  // these need another member, which lists have first, and another key
  [`patch ${MEMBERS}/:user_uuid`, having(member, { level: 8 })],
  [`delete ${MEMBERS}/:user_uuid`, member],
  [`delete ${KEYS}/@current`, {}],
]

export const examples: ReadonlyMap<string, Example> = new Map(EXAMPLES)
