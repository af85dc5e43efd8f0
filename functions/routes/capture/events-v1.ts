import type { Context } from 'hono'
import { ApiError } from '../../../lib/core/errors.ts'
import type { Project } from '../../../lib/core/project.ts'
import { prepareCapture, requireCaptureProject, storeCapture } from '../../../lib/ingest/capture.ts'
import { type CountBytes, withinMemory } from '../../../lib/ingest/in-flight.ts'
import { decodeV1Payload } from '../../../lib/ingest/read/body.ts'
import { CaptureError } from '../../../lib/ingest/read/events.ts'
import { checkToken } from '../../../lib/ingest/read/v0.ts'
import { CaptureV1Error, readCaptureV1 } from '../../../lib/ingest/read/v1.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../context.ts'
import { type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders } from './cors.ts'

const PATH = '/i/v1/analytics/events'
const CODES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  401: 'invalid_token',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

/** Capture v1: JSON answers, one result for each event. */
async function capture({ c, services }: RouteInput<unknown, unknown>): Promise<Response> {
  try {
    return c.json({ results: await store(c, services) }, 200, corsHeaders(c))
  } catch (error) {
    const refused = asV1Error(error)
    const headers = error instanceof ApiError ? error.headers : {}
    return c.json(refused.body, refused.status as 400, { ...corsHeaders(c), ...headers })
  }
}

async function store(c: Context<AppEnv>, services: Services) {
  const token = checkToken(c.req.header('authorization')?.match(/^\s*Bearer\s+(.*)$/i)?.[1])
  const project = await requireCaptureProject(services, token)
  return withinMemory(services.now(), async (count) => {
    const { prepared, results } = await prepare(c, services, project, count)
    await storeCapture(services, prepared)
    return results
  })
}

async function prepare(c: Context<AppEnv>, services: Services, project: Project, count: CountBytes) {
  const payload = await decodeV1Payload(c.req.raw.body, c.req.header('content-encoding') ?? '', count)
  const { events, results } = readCaptureV1(payload, {
    now: services.now(),
    requestTimestamp: c.req.header('posthog-request-timestamp') ?? null,
    sdkInfo: c.req.header('posthog-sdk-info') ?? null,
  })
  return { prepared: prepareCapture(services, project, events), results }
}

function asV1Error(error: unknown): CaptureV1Error {
  if (error instanceof CaptureV1Error) return error
  if (error instanceof CaptureError) return new CaptureV1Error(error.status, CODES[error.status] ?? '', error.message)
  if (error instanceof ApiError) return new CaptureV1Error(error.status, error.code, error.detail)
  throw error
}

export const captureV1Routes: Route[] = [
  route({ method: 'post', path: PATH, scope: 'public', rawBody: true, summary: 'Take events', handler: capture }),
  route({
    method: 'options',
    path: PATH,
    scope: 'public',
    rawBody: true,
    handler: ({ c }) => c.json({ status: 'Ok' }, 200, corsHeaders(c)),
  }),
]
