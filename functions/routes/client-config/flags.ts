import { isObject } from '../../../lib/core/json.ts'
import { decodePayload, readLimited } from '../../../lib/ingest/read/body.ts'
import { NO_FLAG_DEFINITIONS, noFlags } from '../../../lib/resources/client-config/feature-flags.ts'
import { envelope, readPage } from '../../paging.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders, ok, renderText } from '../capture/answers.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

/** Reads the token of the project, which clients send in a body as for capture, or in the query string. */
async function flags({ c, ctx }: Input): Promise<Response> {
  const url = new URL(c.req.url)
  const version = url.searchParams.get('v')
  const request = {
    token: await readToken(c, url),
    isDecide: url.pathname.startsWith('/decide'),
    version: version === null ? null : Number(version),
    withConfig: url.searchParams.get('config') === 'true',
  }
  return c.json(noFlags(request, ctx.services.now()), 200, corsHeaders(c))
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

const definitions = ({ c }: Input) => c.json(NO_FLAG_DEFINITIONS, 200, corsHeaders(c))
const emptyList = ({ c }: Pick<Input, 'c'>) => envelope(c, readPage(c), 0, [])
/** The path of old clients, which has the token of the project, and the path of new clients. */
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
      handler: emptyList,
    }),
    route({
      method: 'get',
      path: `${path}/local_evaluation`,
      scope: 'feature_flag:read',
      summary: 'Read feature flags for local evaluation: there are none',
      answer: 'FeatureFlagDefinitions',
      handler: () => NO_FLAG_DEFINITIONS,
    }),
  ]),
]
