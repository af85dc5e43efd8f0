import type { Context } from 'hono'
import type { Project } from '../../../lib/core/project.ts'
import { prepareCapture, requireCaptureProject, storeCapture } from '../../../lib/ingest/capture.ts'
import { type CountBytes, withinMemory } from '../../../lib/ingest/in-flight.ts'
import { decodeV1Payload } from '../../../lib/ingest/read/body.ts'
import { checkToken } from '../../../lib/ingest/read/v0.ts'
import { readCaptureV1 } from '../../../lib/ingest/read/v1.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../app-env.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'
import { corsHeaders, ok, renderJson } from './answers.ts'

/** Capture v1: answers are JSON, with one result for each event. */
async function capture({ c, ctx: { services } }: RouteInput<unknown, unknown, PublicCtx>): Promise<Response> {
  const token = checkToken(c.req.header('authorization')?.match(/^\s*Bearer\s+(.*)$/i)?.[1])
  const project = await requireCaptureProject(services, token)
  const results = await withinMemory(services.now(), async (count) => {
    const { prepared, results } = await prepare(c, services, project, count)
    await storeCapture(services, prepared)
    return results
  })
  return c.json({ results }, 200, corsHeaders(c))
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

const events = {
  path: '/i/v1/analytics/events',
  scope: 'public',
  rawBody: true,
  renderError: renderJson,
} as const

export const captureV1Routes: Route[] = [
  route({
    ...events,
    method: 'post',
    summary: 'Capture events, with an answer for each',
    answer: 'CapturedV1',
    errors: 'CaptureV1Error',
    handler: capture,
  }),
  route({ ...events, method: 'options', summary: 'Preflight of capture', answer: 'Captured', handler: ok }),
]
