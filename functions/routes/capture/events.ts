import type { Context } from 'hono'
import { describeError } from '../../../lib/core/describe-error.ts'
import { ApiError } from '../../../lib/core/errors.ts'
import {
  type PreparedCapture,
  prepareCapture,
  requireCaptureProject,
  storeCapture,
} from '../../../lib/ingest/capture.ts'
import { type CountBytes, withinMemory } from '../../../lib/ingest/in-flight.ts'
import { BODY_LIMIT, decodePayload, readLimited } from '../../../lib/ingest/read/body.ts'
import { CaptureError } from '../../../lib/ingest/read/events.ts'
import { readCapture } from '../../../lib/ingest/read/v0.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../context.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders } from './cors.ts'

const PATHS = ['/e', '/i/v0/e', '/i/v0/ai/batch', '/capture', '/track', '/batch', '/engage']

type Input = RouteInput<unknown, unknown>

/** Capture v0: text answers, 200 only after the events are committed. */
async function capture({ c, services }: Input): Promise<Response> {
  const headers = corsHeaders(c)
  try {
    await store(c, services)
  } catch (error) {
    if (error instanceof CaptureError) return c.text(error.message, error.status, headers)
    if (!(error instanceof ApiError)) throw error
    console.error(describeError(error))
    return c.text(error.detail, error.status as 503, { ...headers, ...error.headers })
  }
  if (c.req.query('beacon') === '1') return c.body(null, 204, headers)
  return c.json({ status: 'Ok' }, 200, headers)
}

async function store(c: Context<AppEnv>, services: Services): Promise<void> {
  await withinMemory(services.now(), async (count) => storeCapture(services, await prepare(c, services, count)))
}

async function prepare(c: Context<AppEnv>, services: Services, count: CountBytes): Promise<PreparedCapture> {
  const url = new URL(c.req.url)
  const payload = await decodePayload({
    bytes: await readLimited(c.req.raw.body, BODY_LIMIT, { count }),
    contentType: c.req.header('content-type') ?? '',
    contentEncoding: c.req.header('content-encoding') ?? '',
    query: url.searchParams,
    count,
  })
  const context = { now: services.now(), path: url.pathname, underscore: url.searchParams.get('_') }
  const { token, events } = readCapture(payload, context)
  return prepareCapture(services, await requireCaptureProject(services, token), events)
}

const ok = ({ c }: Input) => c.json({ status: 'Ok' }, 200, corsHeaders(c))

export const captureRoutes: Route[] = [
  ...PATHS.flatMap((path) => [
    ...(['post', 'get'] as const).map((method) =>
      route({ method, path, scope: 'public', rawBody: true, summary: 'Take events', handler: capture }),
    ),
    route({ method: 'options', path, scope: 'public', rawBody: true, handler: ok }),
  ]),
  // session replay is taken and dropped
  ...(['post', 'get', 'options'] as const).map((method) =>
    route({
      method,
      path: '/s',
      scope: 'public',
      rawBody: true,
      summary: 'Take session recordings, and drop them',
      handler: ok,
    }),
  ),
]
