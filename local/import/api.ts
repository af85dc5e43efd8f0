/** A client of the API that PostHog and Edgehog share: pages, retries, limits. */
import { isObject, type Json } from '../../lib/core/json.ts'

export interface ApiOptions {
  /** `https://us.posthog.com`, with or without a slash. */
  readonly host: string
  /** A personal API key. */
  readonly key: string
  /** An id, or `@current`. */
  readonly project: string
  /** The first wait after a failure, in milliseconds; it doubles each time. */
  readonly retryDelayMs?: number
}

/** What the server answered, in a sentence. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const TRIES = 8
const LONGEST_WAIT_MS = 120_000
const TIMEOUT_MS = 180_000
const PAGE = 100

export class Api {
  readonly host: string
  readonly project: string
  readonly #key: string
  readonly #retryDelayMs: number

  constructor({ host, key, project, retryDelayMs = 1_000 }: ApiOptions) {
    this.host = new URL(host).origin
    this.project = project
    this.#key = key
    this.#retryDelayMs = retryDelayMs
  }

  /** JSON of the project at `path`, as `insights/1/`. Throws `RequestFailed`. */
  get = (path: string): Promise<Json> => this.#send('GET', this.#path(path))
  patch = (path: string, body: Json): Promise<Json> => this.#send('PATCH', this.#path(path), body)
  /** Sends again only what the server did not take, so that nothing is made twice. */
  create = (path: string, body: Json): Promise<Json> => this.#send('POST', this.#path(path), body, isNotTaken)
  /** For a POST that may be sent twice. */
  post = (path: string, body: Json): Promise<Json> => this.#send('POST', this.#path(path), body)
  /** To a path outside of the project: capture. */
  send = (path: string, body: Json): Promise<Json> => this.#send('POST', path, body)

  /** All items of a list, page by page. */
  async *items(path: string): AsyncGenerator<Json> {
    const separator = path.includes('?') ? '&' : '?'
    let next: string | null = `${this.#path(path)}${separator}limit=${PAGE}`
    while (next !== null) {
      const page: Json = await this.#send('GET', next)
      for (const item of Array.isArray(page.results) ? page.results : []) if (isObject(item)) yield item
      next = this.#own(page.next)
    }
  }

  #path = (path: string) => `/api/projects/${this.project}/${path}`

  /** The path of a link to the next page. The key goes to no host but the given one, whatever the link says. */
  #own(link: unknown): string | null {
    if (typeof link !== 'string' || link === '') return null
    const { pathname, search } = new URL(link, this.host)
    return pathname + search
  }

  async #send(method: string, path: string, body?: Json, mayRepeat = isPassing): Promise<Json> {
    for (let failures = 1; ; failures++) {
      const result = await this.#try(method, path, body)
      if (!(result instanceof Failure)) return result
      if (failures >= TRIES || !mayRepeat(result)) throw new RequestFailed(result.status, result.text)
      const doubled = this.#retryDelayMs * 2 ** (failures - 1)
      const wait = Math.min(result.retryAfterMs ?? doubled, LONGEST_WAIT_MS)
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }

  async #try(method: string, path: string, body: Json | undefined): Promise<Json | Failure> {
    const where = `${method} ${path.replace(/\?.*/, '')}`
    try {
      const response = await fetch(this.host + path, {
        method,
        headers: { Authorization: `Bearer ${this.#key}`, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        // a redirect could lead to another host
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const text = await response.text()
      const json = parse(text)
      if (response.ok && json) return json
      const detail = String(json?.detail ?? json?.error ?? text.slice(0, 200))
      const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
      return new Failure(response.status, `${where}: ${response.status} ${detail}`, seconds * 1_000)
    } catch (error) {
      const { message, cause } = error as Error & { cause?: { message?: string; code?: string } }
      return new Failure(0, `${where}: ${cause?.code ?? cause?.message ?? message}`, Number.NaN)
    }
  }
}

class Failure {
  /** 0: there was no answer. */
  readonly status: number
  readonly text: string
  readonly retryAfterMs: number | null
  constructor(status: number, text: string, retryAfterMs: number) {
    this.status = status
    this.text = text
    this.retryAfterMs = Number.isFinite(retryAfterMs) ? retryAfterMs : null
  }
}

const isNotTaken = ({ status }: Failure) => status === 429 || status === 503
const isPassing = ({ status }: Failure) => status === 0 || status === 429 || status >= 500

function parse(text: string): Json | null {
  if (text.trim() === '') return {}
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : { results: json }
  } catch {
    return null
  }
}
