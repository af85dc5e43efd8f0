import type { IncomingMessage } from 'node:http'
import { type LocalServer, sendJson, serveLocal } from '../http.ts'
import { Broker, type Delivered } from './broker.ts'
import { type Clock, systemClock } from './clock.ts'
import { type Headers, QstashError } from './message.ts'
import type { OwnPace } from './retry.ts'
import { type Context, handle, type Published } from './routes.ts'
import { Schedules } from './schedules.ts'
import { senderOf } from './send.ts'

export interface QstashOptions {
  readonly port: number
  readonly token: string
  readonly currentSigningKey: string
  readonly nextSigningKey: string
  /** Where the worker is; its deliveries may go nowhere private but there. */
  readonly publicUrl?: string
  readonly clock?: Clock
  readonly retryDelayMs?: OwnPace
  readonly log?: (line: string) => void
}

export interface QstashShim extends LocalServer {
  /** Since the last reset: API requests, what they published, what was delivered. */
  readonly calls: { requests: number; published: Published[]; delivered: readonly Delivered[] }
  resetCalls(): void
  /** Holds deliveries; publishing goes on. */
  pause(): void
  resume(): void
  /** Messages that are under way or are to be tried again later. */
  readonly waiting: number
  /** Resolves when nothing is under way and nothing is due. */
  idle(): Promise<void>
}

/** QStash v2 (docs/protocols.md 3). Nothing taken is lost while it is paused or down. */
export async function startQstash(options: QstashOptions): Promise<QstashShim> {
  const { clock = systemClock, log = () => {} } = options
  const keys = { current: options.currentSigningKey, next: options.nextSigningKey }
  const send = senderOf(options.publicUrl)
  const broker = new Broker({ signingKey: () => keys.current, clock, retryDelayMs: options.retryDelayMs, send, log })
  const calls = { requests: 0, published: [] as Published[], delivered: broker.delivered }
  const topics = new Map<string, { name?: string; url: string }[]>()
  const schedules = new Schedules(broker, clock, (name) => topics.get(name)?.map(({ url }) => url))
  const context: Context = {
    broker,
    schedules,
    keys,
    topics,
    now: clock.now,
    published: (item) => calls.published.push(item),
  }

  const server = await serveLocal('the QStash shim', options.port, async (request, body, response) => {
    if (!isAuthorized(request, options.token)) return sendJson(response, 401, { error: 'unauthorized' })
    calls.requests++
    try {
      const { status = 200, json } = handle(context, {
        method: request.method ?? 'GET',
        // raw: a destination is part of the path, its `//` and query string too
        target: request.url ?? '/',
        headers: flatten(request),
        body,
      })
      sendJson(response, status, json)
    } catch (error) {
      if (!(error instanceof QstashError)) throw error
      sendJson(response, error.status, { error: error.message })
    }
  })
  return {
    ...server,
    calls,
    resetCalls() {
      calls.requests = 0
      calls.published.length = 0
      broker.delivered.length = 0
    },
    pause: () => broker.pause(),
    resume: () => broker.resume(),
    get waiting() {
      return broker.messages.size
    },
    idle: () => broker.idle(),
    down() {
      broker.pause()
      server.down()
    },
    up() {
      server.up()
      broker.resume()
    },
    async close() {
      broker.close()
      schedules.close()
      await server.close()
    },
  }
}

const isAuthorized = (request: IncomingMessage, token: string) =>
  request.headers.authorization === `Bearer ${token}` ||
  new URL(request.url ?? '/', 'http://x').searchParams.get('qstash_token') === token

const flatten = (request: IncomingMessage): Headers =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
