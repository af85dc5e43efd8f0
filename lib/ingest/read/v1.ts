import { DateTime } from 'luxon'
import { isObject, type Json } from '../../core/json.ts'
import { refused } from '../refused.ts'
import { understandEvent } from './event.ts'
import { type CapturedEvent, requireFewEvents } from './events.ts'
import { eventTime, parseInstant } from './time.ts'
import { parseUuid } from './uuid.ts'

export interface CaptureV1Context {
  readonly now: Date
  /** `PostHog-Request-Timestamp`. */
  readonly requestTimestamp: string | null
  /** `PostHog-Sdk-Info`, e.g. `posthog-node/5.70.0`. */
  readonly sdkInfo: string | null
}

export interface EventResult {
  readonly result: 'ok' | 'warning' | 'drop' | 'retry'
  readonly details?: string
}

const LIMIT = 200

/** The JSON of `/i/v1/analytics/events` -> its events, and a result for each uuid. Throws 400 or 413. */
export function readCaptureV1(payload: unknown, context: CaptureV1Context) {
  if (!isObject(payload)) throw malformed('the body must be a JSON object')
  const { batch, created_at: createdAt } = payload
  if (!Array.isArray(batch) || batch.length === 0) throw malformed('batch must hold at least one event')
  requireFewEvents(batch)
  if (typeof createdAt !== 'string' || !isRfc3339(createdAt)) throw malformed('created_at must be an RFC 3339 time')
  const results: Record<string, EventResult> = Object.create(null)
  const events: CapturedEvent[] = []
  for (const item of batch) {
    const uuid = isObject(item) && typeof item.uuid === 'string' ? parseUuid(item.uuid) : undefined
    if (!uuid || !isObject(item)) throw malformed('every event must have a valid uuid')
    if (results[uuid]) throw malformed(`uuid ${uuid} is there twice`)
    const problem = findProblem(item)
    const event = problem ? undefined : readEvent(item, uuid, context)
    if (event) events.push(event)
    results[uuid] = event ? { result: 'ok' } : { result: 'drop', details: problem ?? 'person processing is off' }
  }
  return { events, results }
}

const malformed = (detail: string) => refused(400, detail)

const isRfc3339 = (text: string) =>
  /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[-+]\d{2}:\d{2})$/.test(text) &&
  DateTime.fromISO(text.replace(' ', 'T')).isValid

function findProblem({ event, distinct_id: id, timestamp, properties, options }: Json): string | undefined {
  if (typeof event !== 'string' || event === '') return 'missing event name'
  if (event.length > LIMIT) return 'event name is too long'
  if (typeof id !== 'string' || id === '') return 'missing distinct_id'
  if (id.length > LIMIT) return 'distinct_id is too long'
  if (typeof timestamp !== 'string' || !isRfc3339(timestamp)) return 'timestamp is not RFC 3339'
  if (properties !== undefined && !isObject(properties)) return 'properties is not an object'
  if (options !== undefined && (!isObject(options) || !areOptions(options))) return 'invalid options'
  return undefined
}

function areOptions(options: Json): boolean {
  const types = {
    cookieless_mode: 'boolean',
    disable_skew_correction: 'boolean',
    product_tour_id: 'string',
    process_person_profile: 'boolean',
  }
  return Object.entries(types).every(
    ([key, type]) => options[key] === undefined || options[key] === null || typeof options[key] === type,
  )
}

function readEvent(item: Json, uuid: string, { now, requestTimestamp, sdkInfo }: CaptureV1Context) {
  const options = isObject(item.options) ? item.options : {}
  const [lib, libVersion] = sdkInfo?.split('/') ?? []
  const given = {
    $session_id: item.session_id,
    $window_id: item.window_id,
    $process_person_profile: options.process_person_profile,
  }
  const restored = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && value !== null),
  )
  return understandEvent({
    event: item.event as string,
    distinctId: item.distinct_id as string,
    uuid,
    timestamp: eventTime({
      timestamp: item.timestamp,
      sentAt: requestTimestamp ? (parseInstant(requestTimestamp) ?? null) : null,
      now,
      ignoreSentAt: options.disable_skew_correction === true,
    }),
    properties: {
      ...(lib && libVersion ? { $lib: lib, $lib_version: libVersion } : {}),
      ...(isObject(item.properties) ? item.properties : {}),
      ...restored,
    },
    top: {},
    v1: true,
  })
}
