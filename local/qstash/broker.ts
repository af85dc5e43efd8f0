/** Messages that wait, are delivered, retried, end well or in the dead-letter queue. */
import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'
import { Flows } from './flow.ts'
import { type Message, presentMessage, readMessage } from './message.ts'
import { type OwnPace, retryWait } from './retry.ts'
import type { Received, Send } from './send.ts'
import { sign } from './signature.ts'

export interface BrokerOptions {
  readonly signingKey: () => string
  readonly clock: Clock
  readonly retryDelayMs?: OwnPace | undefined
  readonly send: Send
  readonly log: (line: string) => void
}

export interface Delivered {
  readonly messageId: string
  readonly url: string
  readonly retried: number
  /** Null: no answer. */
  readonly status: number | null
}

export interface DeadLetter {
  readonly dlqId: string
  readonly message: Message
  readonly response: Received
}

interface Queue {
  parallelism: number
  paused: boolean
  readonly createdAt: number
  updatedAt: number
}

const DEDUPLICATION_MS = 10 * 60_000
/** Longest wait of one timer; a longer one is set again. */
const MAX_TIMER_MS = 86_400_000
const NO_ANSWER: Received = { status: 0, header: {}, body: Buffer.alloc(0) }

export class Broker {
  readonly messages = new Map<string, Message>()
  readonly dead = new Map<string, DeadLetter>()
  readonly queues = new Map<string, Queue>()
  readonly flows = new Flows()
  readonly events: Record<string, unknown>[] = []
  readonly delivered: Delivered[] = []
  readonly #active = new Set<string>()
  readonly #seen = new Map<string, { readonly messageId: string; readonly at: number }>()
  readonly #options: BrokerOptions
  #stopWaiting = () => {}
  #paused = false
  #closed = false

  constructor(options: BrokerOptions) {
    this.#options = options
  }

  /** Takes a message; one whose deduplication id was seen within ten minutes is not taken again. */
  publish(message: Message): { messageId: string; deduplicated?: true } {
    const { now } = this.#options.clock
    if (message.deduplicationId) {
      // a group's endpoints are messages of their own under one id
      const seenAs = JSON.stringify(message.topic ? [message.deduplicationId, message.url] : [message.deduplicationId])
      const seen = this.#seen.get(seenAs)
      if (seen && now() - seen.at < DEDUPLICATION_MS) return { messageId: seen.messageId, deduplicated: true }
      this.#seen.set(seenAs, { messageId: message.messageId, at: now() })
    }
    if (message.queue) this.openQueue(message.queue)
    if (message.flow) this.flows.configure(message.flow.key, message.flow.limits)
    this.messages.set(message.messageId, message)
    this.#note(message, 'CREATED')
    this.#wake()
    return { messageId: message.messageId }
  }

  cancel(messageId: string): boolean {
    const message = this.messages.get(messageId)
    if (!message) return false
    this.messages.delete(messageId)
    this.#note(message, 'CANCELED')
    return true
  }

  openQueue(name: string): Queue {
    const now = this.#options.clock.now()
    const queue = this.queues.get(name) ?? { parallelism: 1, paused: false, createdAt: now, updatedAt: now }
    this.queues.set(name, queue)
    return queue
  }

  changeQueue(name: string, change: Partial<Pick<Queue, 'parallelism' | 'paused'>>): void {
    Object.assign(this.openQueue(name), change, { updatedAt: this.#options.clock.now() })
    this.#wake()
  }

  changeFlow(key: string, change: Parameters<Flows['change']>[1]): void {
    this.flows.change(key, change)
    this.#wake()
  }

  resetRate(key: string): void {
    this.flows.resetRate(key, this.#options.clock.now())
    this.#wake()
  }

  /** A key of flow control as the API shows it. */
  presentFlow(key: string) {
    const now = this.#options.clock.now()
    const isWaiting = ({ flow, notBefore, messageId }: Message) =>
      flow?.key === key && notBefore <= now && !this.#active.has(messageId)
    return this.flows.present(key, [...this.messages.values()].filter(isWaiting).length, now)
  }

  /** Sends a dead letter once more, as a new message. */
  revive(dlqId: string): string | undefined {
    const letter = this.dead.get(dlqId)
    if (!letter) return undefined
    this.dead.delete(dlqId)
    const messageId = `msg_${randomUUID().replaceAll('-', '')}`
    this.publish({
      ...letter.message,
      messageId,
      deduplicationId: null,
      retried: 0,
      notBefore: this.#options.clock.now(),
    })
    return messageId
  }

  /** Holds deliveries; messages are still taken. */
  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#wake()
  }

  /** When nothing is under way and nothing is due. */
  async idle(): Promise<void> {
    while (!this.#closed && (this.#active.size > 0 || (!this.#paused && this.#due().length > 0))) {
      // an injected clock moves without the timer
      this.#wake()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  close(): void {
    this.#closed = true
    this.#stopWaiting()
  }

  #due(now = this.#options.clock.now()): Message[] {
    const running = new Map<string, number>()
    for (const id of this.#active) {
      const queue = this.messages.get(id)?.queue
      if (queue) running.set(queue, (running.get(queue) ?? 0) + 1)
    }
    const mayFlow = this.flows.gate(now)
    return [...this.messages.values()].filter((message) => {
      if (this.#active.has(message.messageId)) return false
      const queue = message.queue ? this.queues.get(message.queue) : undefined
      if (message.queue && queue) {
        // first in, first out: who waits for a retry holds up those behind it
        const started = running.get(message.queue) ?? 0
        running.set(message.queue, started + 1)
        if (queue.paused || started >= queue.parallelism) return false
      }
      return message.notBefore <= now && mayFlow(message.flow?.key ?? null)
    })
  }

  #wake(): void {
    this.#stopWaiting()
    if (this.#closed || this.#paused) return
    // one reading of the clock: a message that falls due between two would neither be sent nor waited for
    const now = this.#options.clock.now()
    for (const message of this.#due(now)) void this.#deliver(message)
    const waiting = [...this.messages.values()].filter(({ messageId }) => !this.#active.has(messageId))
    const startsAt = ({ notBefore, flow }: Message) =>
      notBefore > now ? notBefore : this.flows.opensAt(flow?.key ?? null, now)
    const next = Math.min(...waiting.map(startsAt).filter((at) => at > now))
    if (Number.isFinite(next))
      this.#stopWaiting = this.#options.clock.after(Math.min(next - now, MAX_TIMER_MS), () => this.#wake())
  }

  async #deliver(message: Message): Promise<void> {
    const flowKey = message.flow?.key ?? null
    this.#active.add(message.messageId)
    this.flows.start(flowKey, this.#options.clock.now())
    this.#note(message, 'ACTIVE')
    const response = await this.#send(message)
    const { messageId, url, retried } = message
    this.delivered.push({ messageId, url, retried, status: response.status || null })
    this.#options.log(
      `${message.method} ${url} -> ${response.status || 'no answer'}${retried ? ` (retry ${retried})` : ''}`,
    )
    this.#active.delete(messageId)
    this.flows.end(flowKey)
    if (this.#closed) return
    if (!this.messages.has(messageId)) return this.#wake()
    const isDelivered = response.status >= 200 && response.status < 300
    const ends = isDelivered || isNonRetryable(response) || retried >= message.maxRetries
    if (message.callback) this.#call(message.callback, message, response, message.callbackHeaders)
    if (!ends) {
      const { clock, retryDelayMs } = this.#options
      const now = clock.now()
      message.notBefore = now + retryWait(message, response.header['retry-after']?.[0], now, retryDelayMs)
      message.retried++
      this.#note(message, 'RETRY')
    } else {
      this.messages.delete(messageId)
      this.#note(message, isDelivered ? 'DELIVERED' : 'FAILED')
      if (!isDelivered) this.#bury(message, response)
    }
    this.#wake()
  }

  #bury(message: Message, response: Received): void {
    const dlqId = `dlq_${randomUUID().replaceAll('-', '')}`
    this.dead.set(dlqId, { dlqId, message, response })
    if (message.failureCallback)
      this.#call(message.failureCallback, message, response, message.failureCallbackHeaders, { dlqId })
  }

  /** What came of a message, as a message of its own. */
  #call(
    url: string,
    message: Message,
    response: Received,
    headers: Readonly<Record<string, string>>,
    more: object = {},
  ) {
    const shown = presentMessage(message)
    const body = {
      status: response.status,
      header: response.header,
      body: response.body.toString('base64'),
      retried: message.retried,
      maxRetries: message.maxRetries,
      sourceMessageId: message.messageId,
      url: message.url,
      method: message.method,
      sourceHeader: shown.header,
      sourceBody: message.body.toString('base64'),
      notBefore: message.notBefore,
      createdAt: message.createdAt,
      topicName: message.topic,
      scheduleId: message.scheduleId,
      ...more,
    }
    const source = {
      url,
      headers: { 'content-type': 'application/json', ...headers },
      body: Buffer.from(JSON.stringify(body)),
    }
    this.publish(readMessage(source, this.#options.clock.now()))
  }

  async #send(message: Message): Promise<Received> {
    const { clock, signingKey, send } = this.#options
    const { method, url, body, timeoutMs, messageId, scheduleId, topic } = message
    const headers = {
      ...message.header,
      'user-agent': 'Upstash-QStash',
      'upstash-message-id': messageId,
      'upstash-retried': String(message.retried),
      'upstash-signature': sign(signingKey(), url, body, clock.now()),
      ...(scheduleId ? { 'upstash-schedule-id': scheduleId } : {}),
      ...(topic ? { 'upstash-topic-name': topic } : {}),
    }
    const hasBody = !['GET', 'HEAD'].includes(method)
    return send(url, { method, headers, body: hasBody ? body : null, timeoutMs }).catch(() => NO_ANSWER)
  }

  #note(message: Message, state: string): void {
    const { messageId, url, queue } = message
    this.events.push({ time: this.#options.clock.now(), state, messageId, url, ...(queue ? { queueName: queue } : {}) })
    if (this.events.length > 1_000) this.events.splice(0, 500)
  }
}

const isNonRetryable = ({ status, header }: Received) =>
  status === 489 && header['upstash-nonretryable-error']?.[0] === 'true'
