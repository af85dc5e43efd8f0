import type { Context } from 'hono'
import {
  type PreparedCapture,
  prepareCapture,
  requireCaptureProject,
  storeCapture,
} from '../../../lib/ingest/capture.ts'
import { type CountBytes, withinMemory } from '../../../lib/ingest/in-flight.ts'
import { BODY_LIMIT, decodePayload, readLimited } from '../../../lib/ingest/read/body.ts'
import { readCapture } from '../../../lib/ingest/read/v0.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../app-env.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders, ok, renderText } from './answers.ts'

const PATHS = ['/e', '/i/v0/e', '/i/v0/ai/batch', '/capture', '/track', '/batch', '/engage']

/** Capture v0: answers are texts, and 200 means that the events are committed. */
async function capture(input: RouteInput<unknown, unknown, PublicCtx>): Promise<Response> {
  const { c, ctx } = input
  const { services } = ctx
  await withinMemory(services.now(), async (count) => storeCapture(services, await prepare(c, services, count)))
  return c.req.query('beacon') === '1' ? c.body(null, 204, corsHeaders(c)) : ok(input)
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

const open = { scope: 'public', rawBody: true, renderError: renderText } as const

export const captureRoutes: Route[] = [
  ...PATHS.flatMap((path) => [
    ...(['post', 'get'] as const).map((method) =>
      route({
        ...open,
        method,
        path,
        summary: 'Capture events',
        answer: { 200: 'Captured', 204: null },
        handler: capture,
      }),
    ),
    route({ ...open, method: 'options', path, summary: 'Preflight of capture', answer: 'Captured', handler: ok }),
  ]),
  // session recordings are accepted and not stored
  ...(['post', 'get', 'options'] as const).map((method) =>
    route({
      ...open,
      method,
      path: '/s',
      summary: method === 'options' ? 'Preflight of session recordings' : 'Take session recordings, and drop them',
      answer: 'Captured',
      handler: ok,
    }),
  ),
]
