/** Verifies deliveries of QStash and answers them. */
import type { Context } from 'hono'
import { type ApiError, authenticationFailed, cannotPass, unavailable } from '../../../lib/core/errors.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv, RenderError } from '../../app-env.ts'
import { BODY_LIMIT, readBytes } from '../../body.ts'
import { type PublicCtx, type Route, type RouteInput, route } from '../../route.ts'

type Input = RouteInput<unknown, unknown, PublicCtx>

/** The body of a delivery, after its signature has been verified. Throws 401 if the signature is not valid. */
export async function verified(c: Context<AppEnv>, { env, receiver }: Services, path: string): Promise<string> {
  // a message holds a query, and a failure holds the message as base64
  const body = new TextDecoder().decode(await readBytes(c, 2 * BODY_LIMIT))
  const signature = c.req.header('upstash-signature') ?? ''
  const valid = await receiver.verify({ signature, body, url: env.PUBLIC_URL + path }).catch(() => false)
  if (!valid) throw authenticationFailed('The signature of the delivery is not valid.')
  return body
}

const DO_NOT_RETRY = { 'Upstash-NonRetryable-Error': 'true' }

/**
 * Errors as QStash understands them. It retries with growing waits of its own, so `Retry-After` is left out; it does
 * not retry a delivery that cannot be parsed (489).
 */
const renderError: RenderError = async ({ envelope, code, status, headers }) => {
  if (code === 'parse_error') return Response.json(envelope, { status: 489, headers: DO_NOT_RETRY })
  const { 'Retry-After': _, ...others } = headers
  return Response.json(envelope, { status, headers: others })
}

/** The outcome of a delivery: a word for the answer, or the time after which QStash shall deliver again. */
export type DeliveryOutcome = string | { readonly againInMs: number }

/**
 * Handles a delivery with `work`. If the error would occur again, calls `end` and tells QStash not to retry. Throws all
 * other errors, so that QStash retries.
 */
export async function answerDelivery(
  c: Context<AppEnv>,
  work: () => Promise<DeliveryOutcome>,
  end: (error: ApiError) => Promise<void>,
): Promise<Response> {
  try {
    const outcome = await work()
    if (typeof outcome === 'string') return c.json({ outcome })
    const seconds = Math.max(1, Math.ceil(outcome.againInMs / 1_000))
    const { envelope, headers } = unavailable('Another run computes this result.', seconds)
    return c.json(envelope, 503, headers)
  } catch (error) {
    if (!cannotPass(error)) throw error
    await end(error)
    return c.json({ outcome: 'failed', detail: error.detail }, 489 as 400, DO_NOT_RETRY)
  }
}

/** The route of a path that QStash delivers to. */
export const deliveryRoute = (path: string, summary: string, handler: (input: Input) => Promise<Response>): Route =>
  route({
    method: 'post',
    path,
    scope: 'public',
    summary,
    answer: 'Delivery',
    errors: 'Delivery',
    rawBody: true,
    renderError,
    handler,
  })
