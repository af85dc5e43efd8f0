/** A server that speaks PostHog's API: lists in pages, details, limits, failures. What it does not have, another one answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Item = Readonly<Record<string, unknown>>

interface Failure {
  /** `GET insights/`: the method and the end of the path. */
  readonly of: string
  /** 'lost': it is done, and the connection ends before the answer. */
  readonly answer: number | 'lost'
  readonly headers?: Record<string, string>
  times: number
}

interface Options {
  /** Lists and details by their paths in the project: `insights/`, `dashboards/5/`. */
  readonly answers?: Readonly<Record<string, readonly Item[] | Item>>
  /** Where other requests go: the URL of a server, and the path of its project. */
  readonly upstream: { readonly url: string; readonly path: string; readonly key: string }
}

export interface PosthogServer {
  readonly url: string
  readonly asked: string[]
  /** From now on, so many requests fail. */
  fail(of: string, answer: number | 'lost', times?: number, headers?: Record<string, string>): void
  close(): Promise<void>
}

const PROJECT = /^\/api\/projects\/[^/]+\//
/** PostHog's limit of a page is larger; small pages show that the links are followed. */
const PAGE = 2

export async function startPosthogServer({ answers = {}, upstream }: Options): Promise<PosthogServer> {
  const failures: Failure[] = []
  const asked: string[] = []

  async function forward(request: IncomingMessage, body: Buffer, response: ServerResponse | null) {
    const path = (request.url ?? '').replace(PROJECT, upstream.path)
    const method = request.method ?? 'GET'
    const answer = await fetch(upstream.url + path, {
      method,
      headers: { Authorization: `Bearer ${upstream.key}`, 'Content-Type': 'application/json' },
      ...(method !== 'GET' && { body: Uint8Array.from(body) }),
    })
    const text = await answer.text()
    response?.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(text)
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '', 'http://source')
    const path = url.pathname.replace(PROJECT, '')
    asked.push(`${request.method} ${path}`)
    const failure = failures.find(({ of, times }) => times > 0 && `${request.method} ${path}` === of)
    if (failure) failure.times--
    if (failure?.answer === 'lost') {
      await forward(request, Buffer.concat(chunks), null)
      return response.destroy()
    }
    if (failure) return response.writeHead(failure.answer, failure.headers).end('{"detail":"planned"}')
    const own = request.method === 'GET' && Object.hasOwn(answers, path) ? answers[path] : undefined
    if (own === undefined) return forward(request, Buffer.concat(chunks), response)
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify(isList(own) ? page(own, url) : own))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fail: (of, answer, times = 1, headers = {}) => void failures.push({ of, answer, times, headers }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const isList = (own: readonly Item[] | Item): own is readonly Item[] => Array.isArray(own)

/** A page, with the link to the next one as PostHog writes it: the host that it believes to have. */
function page(items: readonly Item[], url: URL) {
  const offset = Number(url.searchParams.get('offset') ?? 0)
  const next = new URL(url.pathname + url.search, 'https://us.posthog.example')
  next.searchParams.set('limit', String(PAGE))
  next.searchParams.set('offset', String(offset + PAGE))
  const hasNext = offset + PAGE < items.length
  return {
    count: items.length,
    next: hasNext ? next.href : null,
    previous: null,
    results: items.slice(offset, offset + PAGE),
  }
}
