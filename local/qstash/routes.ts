import type { Broker, DeadLetter } from './broker.ts'
import { readPins } from './flow.ts'
import { type Headers, type MessageSource, presentMessage, QstashError, readable, readMessage } from './message.ts'
import type { Schedules } from './schedules.ts'
import { select } from './select.ts'

export interface Published {
  readonly url: string
  readonly body: string
  readonly deduplicationId: string | null
  readonly headers: Headers
}

export interface Context {
  readonly broker: Broker
  readonly schedules: Schedules
  readonly keys: { current: string; next: string }
  readonly topics: Map<string, { name?: string; url: string }[]>
  now(): number
  published(item: Published): void
}

export interface ApiRequest {
  readonly method: string
  readonly target: string
  readonly headers: Headers
  readonly body: Buffer
}

interface Answer {
  readonly status?: number
  readonly json: unknown
}

interface Call extends ApiRequest {
  readonly params: readonly string[]
  readonly query: URLSearchParams
}

type Handler = (context: Context, call: Call) => Answer

const json = (body: unknown, status = 200): Answer => ({ status, json: body })

/** Publishes to a URL, or to every endpoint of a group. */
function publish(context: Context, source: MessageSource): Answer {
  const endpoints = context.topics.get(source.url)
  const targets = endpoints?.map(({ url }) => ({ ...source, url, topic: source.url })) ?? [source]
  const answers = targets.map((target) => {
    const message = readMessage(target, context.now())
    const { deduplicationId } = message
    context.published({ url: target.url, body: source.body.toString(), deduplicationId, headers: source.headers })
    const answer = context.broker.publish(message)
    return { ...answer, ...(endpoints ? { url: target.url } : {}) }
  })
  return json(endpoints ? answers : answers[0], answers[0]?.deduplicated ? 202 : 200)
}

function batch(context: Context, { body }: Call): Answer {
  const items: { destination: string; headers?: Headers; body?: string; queue?: string }[] = parse(body)
  const answers = items.map((item) => {
    const headers = Object.fromEntries(
      Object.entries(item.headers ?? {}).map(([key, value]) => [key.toLowerCase(), String(value)]),
    )
    try {
      return publish(context, {
        url: item.destination,
        headers,
        body: Buffer.from(item.body ?? ''),
        queue: item.queue ?? null,
      }).json
    } catch (error) {
      if (error instanceof QstashError) return { error: error.message }
      throw error
    }
  })
  return json(answers)
}

function presentQueue({ broker }: Context, name: string) {
  const queue = broker.queues.get(name)
  if (!queue) throw new QstashError(404, `queue ${name} not found`)
  const lag = [...broker.messages.values()].filter((message) => message.queue === name).length
  return { name, lag, ...queue }
}

const presentDead = ({ dlqId, message, response }: DeadLetter) => ({
  ...presentMessage(message),
  dlqId,
  responseStatus: response.status,
  responseHeader: response.header,
  responseBody: response.body.toString(),
})

function cancelMany({ broker }: Context, { query }: Call): Answer {
  const chosen = select(
    [...broker.messages.values()],
    query,
    'messageIds',
    (message) => message.messageId,
    (m) => m,
  )
  return json({ cancelled: chosen.filter(({ messageId }) => broker.cancel(messageId)).length })
}

const chooseDead = ({ broker }: Context, query: URLSearchParams): DeadLetter[] =>
  select(
    [...broker.dead.values()],
    query,
    'dlqIds',
    ({ dlqId }) => dlqId,
    ({ message }) => message,
  )

function reviveMany(context: Context, { query }: Call): Answer {
  const revived = chooseDead(context, query).map(({ dlqId }) => context.broker.revive(dlqId))
  return json({ responses: revived.filter(Boolean).map((messageId) => ({ messageId })) })
}

function found<T>(item: T | undefined | false, what: string): T {
  if (!item) throw new QstashError(404, `${what} not found`)
  return item
}

function parse(body: Buffer) {
  try {
    return JSON.parse(body.toString() || '{}')
  } catch (error) {
    throw new QstashError(400, `the body is not JSON: ${(error as Error).message}`)
  }
}

/** Pause, resume, pin, unpin or reset of a key of flow control. A key is known as soon as it is named. */
function changeFlow({ broker }: Context, { params: [key = '', action], query }: Call): Answer {
  if (action === 'resetRate') broker.resetRate(key)
  else if (action === 'pin') broker.changeFlow(key, { pinned: readable(() => readPins(query)) })
  else if (action === 'unpin') broker.changeFlow(key, { pinned: {} })
  else broker.changeFlow(key, { paused: action === 'pause' })
  return json({})
}

const ROUTES: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['POST', /^publish\/(.+)$/s, (c, { params: [url = ''], headers, body }) => publish(c, { url, headers, body })],
  [
    'POST',
    /^enqueue\/([^/]+)\/(.+)$/s,
    (c, { params: [queue = '', url = ''], headers, body }) => publish(c, { url, headers, body, queue }),
  ],
  ['POST', /^batch$/, batch],
  [
    'GET',
    /^messages\/([^/]+)$/,
    (c, { params: [id = ''] }) => json(presentMessage(found(c.broker.messages.get(id), `message ${id}`))),
  ],
  [
    'DELETE',
    /^messages\/([^/]+)$/,
    (c, { params: [id = ''] }) => json({ cancelled: Number(found(c.broker.cancel(id), `message ${id}`)) }),
  ],
  ['DELETE', /^messages$/, cancelMany],
  ['GET', /^dlq$/, (c, { query }) => json({ messages: chooseDead(c, query).map(presentDead) })],
  [
    'GET',
    /^dlq\/([^/]+)$/,
    (c, { params: [id = ''] }) => json(presentDead(found(c.broker.dead.get(id), `message ${id}`))),
  ],
  [
    'DELETE',
    /^dlq\/([^/]+)$/,
    (c, { params: [id = ''] }) => json({ deleted: Number(found(c.broker.dead.delete(id), `message ${id}`)) }),
  ],
  [
    'DELETE',
    /^dlq$/,
    (c, { query }) => json({ deleted: chooseDead(c, query).filter(({ dlqId }) => c.broker.dead.delete(dlqId)).length }),
  ],
  ['POST', /^dlq\/retry$/, reviveMany],
  [
    'POST',
    /^dlq\/retry\/([^/]+)$/,
    (c, { params: [id = ''] }) => json({ messageId: found(c.broker.revive(id), `message ${id}`) }),
  ],
  ['GET', /^(?:events|logs)$/, (c) => json({ events: c.broker.events.toReversed() })],
  [
    'POST',
    /^queues$/,
    (c, { body }) => {
      const { queueName, parallelism = 1, paused } = parse(body)
      c.broker.changeQueue(String(queueName), { parallelism, ...(paused === undefined ? {} : { paused }) })
      return json(presentQueue(c, String(queueName)))
    },
  ],
  ['GET', /^queues$/, (c) => json([...c.broker.queues.keys()].map((name) => presentQueue(c, name)))],
  ['GET', /^queues\/([^/]+)$/, (c, { params: [name = ''] }) => json(presentQueue(c, name))],
  [
    'DELETE',
    /^queues\/([^/]+)$/,
    (c, { params: [name = ''] }) => json({ deleted: found(c.broker.queues.delete(name), `queue ${name}`) }),
  ],
  [
    'POST',
    /^queues\/([^/]+)\/(pause|resume)$/,
    (c, { params: [name = '', action] }) => {
      c.broker.changeQueue(name, { paused: action === 'pause' })
      return json(presentQueue(c, name))
    },
  ],
  [
    'POST',
    /^schedules\/(.+)$/s,
    (c, { params: [url = ''], headers, body }) => {
      const control = url.match(/^([^/]+)\/(pause|resume)$/)
      if (!control) return json({ scheduleId: c.schedules.create(url, headers, body) }, 201)
      c.schedules.pause(control[1] ?? '', control[2] === 'pause')
      return json({})
    },
  ],
  [
    'PATCH',
    /^schedules\/([^/]+)\/(pause|resume)$/,
    (c, { params: [id = '', action] }) => {
      c.schedules.pause(id, action === 'pause')
      return json({})
    },
  ],
  ['GET', /^schedules$/, (c) => json(c.schedules.list())],
  ['GET', /^schedules\/([^/]+)$/, (c, { params: [id = ''] }) => json(c.schedules.show(id))],
  [
    'DELETE',
    /^schedules\/([^/]+)$/,
    (c, { params: [id = ''] }) => json({ deleted: found(c.schedules.delete(id), `schedule ${id}`) }),
  ],
  [
    'POST',
    /^topics\/([^/]+)\/endpoints$/,
    (c, { params: [name = ''], body }) => {
      const { endpoints = [] } = parse(body)
      c.topics.set(name, [...(c.topics.get(name) ?? []), ...endpoints])
      return json({})
    },
  ],
  [
    'DELETE',
    /^topics\/([^/]+)\/endpoints$/,
    (c, { params: [name = ''], body }) => {
      const gone: { url: string }[] = parse(body).endpoints ?? []
      const rest = (c.topics.get(name) ?? []).filter(({ url }) => !gone.some((endpoint) => endpoint.url === url))
      c.topics.set(name, rest)
      return json({})
    },
  ],
  ['GET', /^topics$/, (c) => json([...c.topics].map(([name, endpoints]) => ({ name, endpoints })))],
  [
    'GET',
    /^topics\/([^/]+)$/,
    (c, { params: [name = ''] }) => json({ name, endpoints: found(c.topics.get(name), `group ${name}`) }),
  ],
  [
    'DELETE',
    /^topics\/([^/]+)$/,
    (c, { params: [name = ''] }) => json({ deleted: found(c.topics.delete(name), `group ${name}`) }),
  ],
  ['GET', /^flowControl\/([^/]+)$/, (c, { params: [key = ''] }) => json(c.broker.presentFlow(key))],
  ['POST', /^flowControl\/([^/]+)\/(pause|resume|pin|unpin|resetRate)$/, changeFlow],
  ['GET', /^globalParallelism$/, (c) => json({ parallelismMax: 0, parallelismCount: c.broker.flows.running() })],
  ['GET', /^keys$/, (c) => json(c.keys)],
  [
    'POST',
    /^keys\/rotate$/,
    (c) => {
      Object.assign(c.keys, { current: c.keys.next, next: `sig_${crypto.randomUUID().replaceAll('-', '')}` })
      return json(c.keys)
    },
  ],
]

/** One API request. Throws `QstashError`; a route that is not there is named. */
export function handle(context: Context, request: ApiRequest): Answer {
  const target = request.target.replace(/^\/v2\//, '')
  const raw = /^(publish|enqueue|schedules)\//.test(target) && request.method === 'POST'
  const [path = '', search = ''] = raw ? [target] : target.split('?')
  for (const [method, pattern, handler] of ROUTES) {
    const match = method === request.method ? pattern.exec(path) : null
    if (match) return handler(context, { ...request, params: match.slice(1), query: new URLSearchParams(search) })
  }
  throw new QstashError(404, `the QStash shim does not serve ${request.method} ${request.target}`)
}
