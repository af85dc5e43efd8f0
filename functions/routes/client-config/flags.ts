import { isObject } from '../../../lib/core/json.ts'
import { decodePayload, readLimited } from '../../../lib/ingest/read/body.ts'
import { envelope, readPage } from '../../paging.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders, ok, renderText } from '../capture/answers.ts'
import { remoteConfig } from './remote-config.ts'

type Input = RouteInput<unknown, unknown>

/** There are no feature flags: an empty set, in the form that each version of the protocol expects. */
async function flags({ c, services }: Input): Promise<Response> {
  const url = new URL(c.req.url)
  const token = await readToken(c, url)
  const isDecide = url.pathname.startsWith('/decide')
  const version = Number(url.searchParams.get('v') ?? (isDecide ? 3 : 2))
  const withConfig = isDecide || url.searchParams.get('config') === 'true'
  return c.json(
    { ...(withConfig ? remoteConfig(token) : {}), ...emptySet(version, isDecide, services.now()) },
    200,
    corsHeaders(c),
  )
}

function emptySet(version: number, isDecide: boolean, now: Date) {
  const known = { errorsWhileComputingFlags: false, requestId: crypto.randomUUID(), evaluatedAt: now.getTime() }
  if (isDecide && version <= 1) return { ...known, featureFlags: [] }
  if (isDecide && version <= 3) return { ...known, featureFlags: {}, featureFlagPayloads: {} }
  return { ...known, flags: {}, featureFlags: {}, featureFlagPayloads: {} }
}

async function readToken(c: Input['c'], url: URL): Promise<string> {
  const bytes = await readLimited(c.req.raw.body)
  if (bytes.length === 0 && !url.searchParams.has('data')) return url.searchParams.get('token') ?? ''
  const payload = await decodePayload({
    bytes,
    contentType: c.req.header('content-type') ?? '',
    contentEncoding: c.req.header('content-encoding') ?? '',
    query: url.searchParams,
  })
  const token = isObject(payload) ? (payload.token ?? payload.api_key) : undefined
  return typeof token === 'string' ? token : ''
}

/** Local evaluation: no flags, no groups, no cohorts. */
const NO_DEFINITIONS = { flags: [], group_type_mapping: {}, cohorts: {} }
const definitions = ({ c }: Input) => c.json(NO_DEFINITIONS, 200, corsHeaders(c))
const noFlags = ({ c }: Input) => envelope(c, readPage(c), 0, [])
/** Of old clients, which name the project by its token, and of new ones. */
const LISTS = ['/api/feature_flag', '/api/projects/:project_id/feature_flags']

export const flagRoutes: Route[] = [
  ...['/flags', '/decide'].flatMap((path) =>
    (['post', 'get', 'options'] as const).map((method) =>
      route({
        method,
        path,
        scope: 'public',
        rawBody: true,
        renderError: renderText,
        summary: method === 'options' ? 'Preflight of feature flags' : 'Evaluate feature flags: there are none',
        answer: method === 'options' ? 'Captured' : 'FeatureFlags',
        handler: method === 'options' ? ok : flags,
      }),
    ),
  ),
  route({
    method: 'get',
    path: '/flags/definitions',
    scope: 'public',
    summary: 'Read feature flags for local evaluation: there are none',
    answer: 'FeatureFlagDefinitions',
    handler: definitions,
  }),
  ...LISTS.flatMap((path) => [
    route({
      method: 'get',
      path,
      scope: 'feature_flag:read',
      paged: true,
      summary: 'List feature flags: there are none',
      answer: 'FeatureFlagList',
      handler: noFlags,
    }),
    route({
      method: 'get',
      path: `${path}/local_evaluation`,
      scope: 'feature_flag:read',
      summary: 'Read feature flags for local evaluation: there are none',
      answer: 'FeatureFlagDefinitions',
      handler: () => NO_DEFINITIONS,
    }),
  ]),
]
