import { isObject, type Json } from '../../core/json.ts'
import { refused } from '../refused.ts'
import { idText, understandEvent } from './event.ts'
import { type CapturedBatch, type CapturedEvent, requireFewEvents } from './events.ts'
import { eventTime, sentTime } from './time.ts'
import { parseUuid, uuidv7 } from './uuid.ts'

export interface CaptureContext {
  readonly now: Date
  /** Path of the request: on `/engage`, events without a name are `$identify`. */
  readonly path: string
  /** Query parameter `_`: when the request was sent, in milliseconds. */
  readonly underscore: string | null
}

/**
 * The JSON of a capture request -> its events (docs/ingestion-and-entities.md (a)).
 * Throws 400 or 401 for the whole request when one event is not acceptable.
 */
export function readCapture(payload: unknown, { now, path, underscore }: CaptureContext): CapturedBatch {
  const { items, top } = shape(payload)
  if (items.length === 0) throw refused(400, 'request holds no event')
  const token = findToken(items, top)
  const sentAt = sentTime(top.sent_at, underscore)
  const events = items.map((item) => readEvent(item, { now, sentAt, isEngage: path.startsWith('/engage') }))
  return { token, events: events.filter((event) => event !== undefined) }
}

function shape(payload: unknown): { items: Json[]; top: Json } {
  const single = isObject(payload) && !Array.isArray(payload.batch)
  const list = Array.isArray(payload) ? payload : single ? [payload] : isObject(payload) ? payload.batch : undefined
  if (Array.isArray(list)) requireFewEvents(list)
  if (!Array.isArray(list) || !list.every(isObject)) throw refused(400, 'request holds no event')
  // only a batch has a token and a `sent_at` of its own
  return { items: list, top: isObject(payload) && !single ? payload : {} }
}

function findToken(items: readonly Json[], top: Json): string {
  const own = top.api_key ?? top.token
  const found = own === undefined || own === null ? items.map(eventToken) : [own]
  const given = found.filter((token) => token !== undefined && token !== null)
  const tokens = new Set(given.map((token) => (typeof token === 'string' ? token.trim() : token)))
  if (tokens.size > 1) throw refused(401, 'events submitted with different api_keys')
  const [token] = tokens
  if (token === undefined) throw refused(401, 'event submitted without an api_key')
  return checkToken(token)
}

/** Returns the token without blanks. Throws 401 if it cannot be the token of a project. */
export function checkToken(value: unknown): string {
  const token = typeof value === 'string' ? value.trim() : ''
  if (token === '') throw refused(401, 'API key is not valid: it is empty')
  if (token.startsWith('phx_')) throw refused(401, 'API key is not valid: personal_api_key')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a token is printable ASCII
  if (token.length > 64 || /[^\x01-\x7f]/.test(token)) throw refused(401, 'API key is not valid')
  return token
}

const eventToken = (event: Json): unknown =>
  event.api_key ?? event.token ?? event.$token ?? (isObject(event.properties) ? event.properties.token : undefined)

interface EventContext {
  readonly now: Date
  readonly sentAt: Date | null
  readonly isEngage: boolean
}

function readEvent(item: Json, { now, sentAt, isEngage }: EventContext): CapturedEvent | undefined {
  const properties = isObject(item.properties) ? item.properties : {}
  const event = item.event ?? (isEngage ? '$identify' : undefined)
  if (typeof event !== 'string') throw refused(400, 'event submitted without an event name')
  if (event === '') throw refused(400, 'event submitted with an empty event name')
  const distinctId = idText(item.distinct_id ?? item.$distinct_id ?? properties.distinct_id)
  if (distinctId === undefined) throw refused(400, 'event submitted without a distinct_id')
  return understandEvent({
    event,
    distinctId,
    uuid: eventUuid(item.uuid, now),
    timestamp: eventTime({
      timestamp: item.timestamp,
      offset: item.offset,
      sentAt,
      now,
      ignoreSentAt: properties.$ignore_sent_at === true,
    }),
    properties,
    top: item,
  })
}

function eventUuid(value: unknown, now: Date): string {
  if (value === undefined || value === null || value === '') return uuidv7(now)
  const uuid = typeof value === 'string' ? parseUuid(value) : undefined
  if (!uuid) throw refused(400, 'event submitted with an invalid uuid')
  return uuid
}
