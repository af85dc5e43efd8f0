/** The worker in this process, over HTTP, against a stack of its own: what the api tests talk to. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll } from 'vitest'
import { createApp } from '../../functions/app.ts'
import { openApiDocument } from '../../functions/openapi.ts'
import type { Route } from '../../functions/route.ts'
import { routes } from '../../functions/routes/index.ts'
import { parseEnv } from '../../lib/core/env.ts'
import { createServices } from '../../lib/services.ts'
import { KEY } from '../../local/credentials.ts'
import { readMigrations } from '../../local/migrations.ts'
import type { OwnPace } from '../../local/qstash/retry.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { answerCheck } from './answer-check.ts'
import { migratedDatabase } from './image.ts'

export interface TestServer {
  readonly url: string
  readonly stack: Stack
  /** The worker's clock stands this far ahead, in milliseconds. */
  ahead: number
  /** JSON of an answer, and its status. `body` is sent as JSON. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Outgoing calls of one request, the work after it included. */
  counted(work: () => Promise<unknown>): Promise<{ redis: number; postgres: number; qstash: number }>
  /** The routes that have answered without an error, each answer as its schema says. */
  readonly answered: ReadonlySet<Route>
  /** Work after responses that is still going on. */
  settled(): Promise<void>
  close(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

interface Options {
  readonly statementTimeoutMs?: number
  /** 50 ms unless given. */
  readonly retryDelayMs?: OwnPace
  /** How late reads from Redis are; `stack.redis.setLag` changes it. */
  readonly redisLagMs?: number
  readonly runs?: { readonly parallelism: number; readonly perMinute: number }
  /** Partial results are kept for queries that read so many events at least. */
  readonly partialsFromRows?: number
  readonly rateLimits?: { readonly perMinute: number; readonly perHour: number }
  /** The Redis of another server, which closes it. */
  readonly redis?: Stack['redis']
  /** Another isolate of the same worker, over its services. */
  readonly beside?: TestServer
}

/** A server for the tests of a file, at the top of it; it is closed after the last of them. */
export async function testServer(options: Options = {}): Promise<TestServer> {
  const server = await startServer(options)
  afterAll(() => server.close())
  return server
}

/** Starts PGlite (or a database on the server of `DATABASE_URL_TCP`), Redis, QStash and the worker. */
export async function startServer(options: Options = {}): Promise<TestServer> {
  const { beside, ...stackOptions } = options
  const database = beside ? undefined : await migratedDatabase()
  // it listens before the stack is there, which must know where: no other program can be given the port in between
  const http = createServer(async (request, response) => {
    const answer = await app.fetch(await toRequest(request, url), { ASSETS: documents })
    const bytes = Buffer.from(await answer.arrayBuffer())
    const said = answer.headers.get('content-encoding') === 'gzip' ? gunzipSync(bytes) : bytes
    const drift = check.check(request.method ?? '', request.url ?? '', answer, said)
    response.writeHead(drift ? DRIFTED : answer.status, Object.fromEntries(answer.headers))
    response.end(drift ?? bytes)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const stack =
    beside?.stack ??
    (await startStack({
      ...(database as NonNullable<typeof database>),
      publicUrl: url,
      retryDelayMs: () => 50,
      ...stackOptions,
    }))
  const check = answerCheck()
  const pending = new Set<Promise<unknown>>()
  const env = parseEnv(stack.bindings)
  const app = createApp(routes, () =>
    createServices(
      env,
      (work) => {
        const tracked = work.catch(() => {}).finally(() => pending.delete(tracked))
        pending.add(tracked)
      },
      () => new Date(Date.now() + server.ahead),
    ),
  )
  const settled = async () => {
    while (pending.size > 0) await Promise.all(pending)
  }
  const server: TestServer = {
    url,
    stack,
    ahead: 0,
    answered: check.answered,
    settled,
    async call(method, path, body, headers = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          Authorization: `Bearer ${KEY}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (response.status === DRIFTED) throw new Error(text)
      return { status: response.status, headers: response.headers, body: parse(text) }
    },
    async counted(work) {
      await settled()
      const { neon, redis, qstash } = stack
      const before = [redis.calls.requests, neon.calls.requests, qstash.calls.requests] as const
      await work()
      await settled()
      const after = [redis.calls.requests, neon.calls.requests, qstash.calls.requests] as const
      return { redis: after[0] - before[0], postgres: after[1] - before[1], qstash: after[2] - before[2] }
    },
    async close() {
      await settled()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
      if (database) {
        await stack.close()
        await database.remove()
      }
      if (check.drifts.length > 0) throw new Error(check.drifts.join('\n'))
    },
  }
  return server
}

/** The status in place of that of an answer which is not as its route says. */
const DRIFTED = 599

/** The files of public/: each is made when a test asks for it. */
const documents = {
  fetch: async ({ pathname }: URL) =>
    Response.json(
      pathname === '/migrations.json' ? (await readMigrations()).map(({ name }) => name) : openApiDocument(routes),
    ),
}

async function toRequest(request: IncomingMessage, base: string): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)])
  const method = request.method ?? 'GET'
  const hasBody = method !== 'GET' && method !== 'HEAD' && chunks.length > 0
  return new Request(base + request.url, { method, headers, ...(hasBody ? { body: Buffer.concat(chunks) } : {}) })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
