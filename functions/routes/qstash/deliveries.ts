import type { Context } from 'hono'
import * as z from 'zod'
import { FAILED_PATH, RUN_PATH, type RunMessage } from '../../../lib/cache/queue.ts'
import { failRun, mayPass, runMessage } from '../../../lib/cache/run.ts'
import { ApiError, authenticationFailed, parseError } from '../../../lib/core/errors.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../context.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

type Input = RouteInput<unknown, unknown>

const message = z.object({
  projectId: z.number(),
  statusId: z.string(),
  runId: z.string(),
  cacheKey: z.string(),
  enqueuedAt: z.number(),
  query: z.unknown(),
  insight: z.object({ id: z.number(), subscribed: z.boolean() }).optional(),
})

/** The body of a delivery whose signature holds. Throws 401 before the body is looked at. */
export async function verified(c: Context<AppEnv>, { env, receiver }: Services, path: string): Promise<string> {
  const body = await c.req.text()
  const signature = c.req.header('upstash-signature') ?? ''
  const valid = await receiver.verify({ signature, body, url: env.PUBLIC_URL + path }).catch(() => false)
  if (!valid) throw authenticationFailed('The signature of the delivery is not valid.')
  return body
}

function parseMessage(text: string): RunMessage {
  try {
    return message.parse(JSON.parse(text)) as RunMessage
  } catch {
    throw parseError('The delivery holds no run.')
  }
}

async function run({ c, services }: Input): Promise<Response> {
  const run = parseMessage(await verified(c, services, RUN_PATH))
  try {
    return c.json({ outcome: await runMessage(services, run) })
  } catch (error) {
    if (!(error instanceof ApiError)) console.error(error)
    if (mayPass(error)) throw error
    // it would fail again: the status says why, and QStash is told not to come back
    const reason = error instanceof ApiError && error.status < 500 ? error.detail : null
    await failRun(services, run, reason)
    return c.json({ outcome: 'failed', detail: reason }, 489 as 400, { 'Upstash-NonRetryable-Error': 'true' })
  }
}

/** The body of the message whose failure a callback reports. */
export function sourceOf(callback: string): string {
  const { sourceBody } = z.object({ sourceBody: z.string() }).parse(JSON.parse(callback))
  return new TextDecoder().decode(Uint8Array.from(atob(sourceBody), (character) => character.charCodeAt(0)))
}

/** All retries are used up. */
async function failed({ c, services }: Input): Promise<Response> {
  const text = await verified(c, services, FAILED_PATH)
  await failRun(services, parseMessage(sourceOf(text)), 'The query could not be computed in the background.')
  return c.json({ outcome: 'failed' })
}

export const qstashRoutes: Route[] = [
  route({ method: 'post', path: RUN_PATH, scope: 'public', rawBody: true, handler: run }),
  route({ method: 'post', path: FAILED_PATH, scope: 'public', rawBody: true, handler: failed }),
]
