import type { Context } from 'hono'
import * as z from 'zod'
import { type ApiError, authenticationFailed, cannotPass, parseError, unavailable } from '../../../lib/core/errors.ts'
import { FAILED_PATH, RUN_PATH, type RunMessage } from '../../../lib/refresh/queue.ts'
import { failRun, runMessage } from '../../../lib/refresh/run.ts'
import type { Services } from '../../../lib/services.ts'
import { BODY_LIMIT, readBytes } from '../../body.ts'
import type { AppEnv, RenderError } from '../../context.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

type Input = RouteInput<unknown, unknown>

/** An id of a row. */
export const rowId = z.int().min(1).max(2_147_483_647)

const message = z.object({
  projectId: rowId,
  statusId: z.string(),
  runId: z.string(),
  cacheKey: z.string(),
  enqueuedAt: z.int().min(0).max(8_640_000_000_000_000),
  query: z.unknown(),
  insightId: rowId.nullish(),
  insight: z.object({ id: rowId, subscribed: z.boolean() }).optional(),
})

/** The body of a delivery whose signature holds. Throws 401 before the body is looked at. */
export async function verified(c: Context<AppEnv>, { env, receiver }: Services, path: string): Promise<string> {
  // a message holds a query, and a failure holds the message as base64
  const body = new TextDecoder().decode(await readBytes(c, 2 * BODY_LIMIT))
  const signature = c.req.header('upstash-signature') ?? ''
  const valid = await receiver.verify({ signature, body, url: env.PUBLIC_URL + path }).catch(() => false)
  if (!valid) throw authenticationFailed('The signature of the delivery is not valid.')
  return body
}

/** What a delivery carries. Throws `parse_error`, after which QStash does not come back. */
export function parseDelivery<T>(shape: z.ZodType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw parseError('The delivery cannot be read.')
  }
}

const parseMessage = (text: string) => parseDelivery(message, text) as RunMessage

const DO_NOT_RETRY = { 'Upstash-NonRetryable-Error': 'true' }

/**
 * The errors of deliveries are for QStash: it comes again at its own pace, which grows, but not for what it can never
 * deliver.
 */
export const forQstash: RenderError = async ({ envelope, code, status, headers }) => {
  if (code === 'parse_error') return Response.json(envelope, { status: 489, headers: DO_NOT_RETRY })
  const { 'Retry-After': _, ...others } = headers
  return Response.json(envelope, { status, headers: others })
}

/** Carries out a delivery. What cannot pass ends it for good; all else is thrown, so that QStash comes again. */
export async function answerDelivery(
  c: Context<AppEnv>,
  work: () => Promise<string | Response>,
  end: (error: ApiError) => Promise<void>,
): Promise<Response> {
  try {
    const outcome = await work()
    return typeof outcome === 'string' ? c.json({ outcome }) : outcome
  } catch (error) {
    if (!cannotPass(error)) throw error
    await end(error)
    return c.json({ outcome: 'failed', detail: error.detail }, 489 as 400, DO_NOT_RETRY)
  }
}

async function run({ c, services }: Input): Promise<Response> {
  const run = parseMessage(await verified(c, services, RUN_PATH))
  return answerDelivery(
    c,
    async () => {
      const outcome = await runMessage(services, run)
      return typeof outcome === 'object' ? comeBackIn(c, outcome.heldForMs) : outcome
    },
    (error) => failRun(services, run, error.detail),
  )
}

/** The lock of another run lives so long at most. */
function comeBackIn(c: Context<AppEnv>, ms: number): Response {
  const { envelope, headers } = unavailable('Another run computes this result.', Math.max(1, Math.ceil(ms / 1_000)))
  return c.json(envelope, 503, headers)
}

const callback = z.object({ sourceBody: z.string(), body: z.string().nullish() })

/** What a failure callback reports: the message that was given up, and what was answered to its last delivery. */
export function parseFailure(text: string): { source: string; detail: string | undefined } {
  const { sourceBody, body } = parseDelivery(callback, text)
  const source = decoded(sourceBody)
  if (source === undefined) throw parseError('The delivery cannot be read.')
  return { source, detail: detailOf(decoded(body ?? '')) }
}

function decoded(base64: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
  } catch {
    return undefined
  }
}

/** The reason in our envelope. */
function detailOf(text: string | undefined): string | undefined {
  try {
    const { detail } = JSON.parse(text ?? '')
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

/** All retries are used up. */
async function failed({ c, services }: Input): Promise<Response> {
  const { source, detail } = parseFailure(await verified(c, services, FAILED_PATH))
  const reason = `The query could not be computed in the background${detail ? `: ${detail}` : '.'}`
  await failRun(services, parseMessage(source), reason)
  return c.json({ outcome: 'failed' })
}

export const qstashRoutes: Route[] = [
  route({
    method: 'post',
    path: RUN_PATH,
    scope: 'public',
    summary: 'QStash delivers a run',
    rawBody: true,
    renderError: forQstash,
    handler: run,
  }),
  route({
    method: 'post',
    path: FAILED_PATH,
    scope: 'public',
    summary: 'QStash gave up a run',
    rawBody: true,
    renderError: forQstash,
    handler: failed,
  }),
]
