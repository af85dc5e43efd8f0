import { createHash, randomUUID } from 'node:crypto'
import { duration, evaluate } from './expression.ts'
import { type FlowLimits, readLimits } from './flow.ts'

/** Headers in lower case. */
export type Headers = Readonly<Record<string, string>>

export interface Message {
  readonly messageId: string
  readonly url: string
  readonly method: string
  /** Headers that the receiver gets. */
  readonly header: Headers
  readonly body: Buffer
  readonly createdAt: number
  readonly maxRetries: number
  readonly retryDelay: string | null
  readonly timeoutMs: number
  readonly callback: string | null
  readonly failureCallback: string | null
  /** The headers of the callbacks' own messages. */
  readonly callbackHeaders: Headers
  readonly failureCallbackHeaders: Headers
  readonly queue: string | null
  readonly scheduleId: string | null
  readonly topic: string | null
  readonly deduplicationId: string | null
  readonly label: string | null
  readonly flow: { readonly key: string; readonly limits: FlowLimits } | null
  /** Milliseconds. */
  notBefore: number
  retried: number
}

/** A request that QStash would refuse. */
export class QstashError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const PREFIX = 'upstash-'
const KNOWN = new Set(
  `method delay not-before retries retry-delay timeout callback failure-callback deduplication-id
   content-based-deduplication label queue-name schedule-id cron
   flow-control-key flow-control-value`.split(/\s+/),
)
/** Prefixes of headers for others: the receiver, the callbacks' messages, the vendor's telemetry. */
const FAMILIES = ['forward-', 'callback-', 'failure-callback-', 'telemetry-']
const DEFAULT_TIMEOUT_MS = 60_000

export interface MessageSource {
  readonly url: string
  readonly headers: Headers
  readonly body: Buffer
  readonly queue?: string | null
  readonly topic?: string | null
  readonly scheduleId?: string | null
}

/** A publish request -> its message. Throws `QstashError` 400 that names what is not supported or cannot be read. */
export function readMessage({ url, headers, body, queue, topic, scheduleId }: MessageSource, now: number): Message {
  if (!/^https?:\/\/[^/]+/.test(url)) throw new QstashError(400, `invalid destination url: ${url}`)
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(PREFIX)) continue
    const own = name.slice(PREFIX.length)
    if (!KNOWN.has(own) && !FAMILIES.some((family) => own.startsWith(family)))
      throw new QstashError(400, `the header ${name} is not supported`)
  }
  const option = (name: string): string | null => headers[PREFIX + name] || null
  // a callback is a message too: refused now, not when it is due
  for (const name of ['callback', 'failure-callback']) {
    const address = option(name)
    if (address) readMessage({ url: address, headers: subHeaders(headers, `${name}-`), body: Buffer.alloc(0) }, now)
  }
  const retryDelay = option('retry-delay')
  return {
    messageId: `msg_${randomUUID().replaceAll('-', '')}`,
    url,
    method: option('method') ?? 'POST',
    header: {
      ...(headers['content-type'] ? { 'content-type': headers['content-type'] } : {}),
      ...family(headers, 'forward-'),
    },
    body,
    createdAt: now,
    maxRetries: wholeNumber('retries', option('retries') ?? '3'),
    retryDelay: retryDelay && readExpression(retryDelay),
    timeoutMs: readTime(option('timeout')) ?? DEFAULT_TIMEOUT_MS,
    callback: option('callback'),
    failureCallback: option('failure-callback'),
    callbackHeaders: subHeaders(headers, 'callback-'),
    failureCallbackHeaders: subHeaders(headers, 'failure-callback-'),
    queue: queue ?? option('queue-name'),
    scheduleId: scheduleId ?? null,
    topic: topic ?? null,
    deduplicationId: deduplicationId(url, headers, body),
    label: option('label'),
    flow: readFlow(option('flow-control-key'), option('flow-control-value')),
    notBefore: option('not-before')
      ? wholeNumber('not-before', option('not-before') ?? '') * 1000
      : now + (readTime(option('delay')) ?? 0),
    retried: 0,
  }
}

function readFlow(key: string | null, value: string | null): Message['flow'] {
  if (key === null && value === null) return null
  if (key === null || value === null) throw new QstashError(400, 'flow control wants its key and its value')
  if (!/^[\w.-]+$/.test(key)) throw new QstashError(400, `invalid flow control key: ${key}`)
  return { key, limits: readable(() => readLimits(value)) }
}

function deduplicationId(url: string, headers: Headers, body: Buffer): string | null {
  if (headers['upstash-deduplication-id']) return headers['upstash-deduplication-id']
  if (headers['upstash-content-based-deduplication'] !== 'true') return null
  const content = JSON.stringify([url, headers['content-type'] ?? '', family(headers, 'forward-')])
  return createHash('sha256').update(content).update(body).digest('hex')
}

const family = (headers: Headers, name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([key]) => key.startsWith(PREFIX + name))
      .map(([key, value]) => [key.slice(PREFIX.length + name.length), value]),
  )

const subHeaders = (headers: Headers, name: string) =>
  Object.fromEntries(Object.entries(family(headers, name)).map(([key, value]) => [PREFIX + key, value]))

/** What `read` gives; its Error as a 400. */
export function readable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new QstashError(400, (error as Error).message)
  }
}

function readExpression(text: string): string {
  readable(() => evaluate(text, 0))
  return text
}

const readTime = (text: string | null): number | null => (text === null ? null : readable(() => duration(text)))

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new QstashError(400, `${name} must be a whole number, not ${text}`)
  return Number(text)
}

/** As the API shows a message. */
export const presentMessage = (message: Message) => ({
  messageId: message.messageId,
  url: message.url,
  method: message.method,
  header: Object.fromEntries(Object.entries(message.header).map(([key, value]) => [key, [value]])),
  body: message.body.toString(),
  createdAt: message.createdAt,
  notBefore: message.notBefore,
  maxRetries: message.maxRetries,
  retried: message.retried,
  ...(message.callback ? { callback: message.callback } : {}),
  ...(message.failureCallback ? { failureCallback: message.failureCallback } : {}),
  ...(message.queue ? { queueName: message.queue } : {}),
  ...(message.scheduleId ? { scheduleId: message.scheduleId } : {}),
  ...(message.topic ? { topicName: message.topic } : {}),
  ...(message.label ? { label: message.label } : {}),
  ...(message.flow ? { flowControlKey: message.flow.key, ...presentLimits(message.flow.limits) } : {}),
})

const presentLimits = ({ parallelism, rate, periodMs }: FlowLimits) => ({
  ...(parallelism === null ? {} : { parallelism }),
  ...(rate === null ? {} : { rate, period: periodMs / 1_000 }),
})
