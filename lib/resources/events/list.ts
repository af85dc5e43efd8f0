/** `GET events/` and `GET events/:id`: events on the path of every query (docs/events-query.md). */
import * as z from 'zod/mini'
import { invalid, notFound } from '../../core/errors.ts'
import { isUuid, readId } from '../../core/ids.ts'
import { readJson } from '../../core/input.ts'
import type { EventPlace, EventsNode } from '../../nodes/events-query/node.ts'
import { parseEvents } from '../../nodes/events-query/parse.ts'
import { EventsQuery } from '../../nodes/events-query/wire.ts'
import { parseNodePart } from '../../nodes/schema.ts'
import { answerNow } from '../../refresh/compute.ts'
import { limiterOf, requireCapacity } from '../../refresh/limits.ts'
import type { EventsResult } from '../../shape/events-query.ts'
import { forcedOf, type KeyCtx } from '../ctx.ts'
import type { Page } from '../page.ts'
import { findPerson } from '../persons/list.ts'
import { elementsOf } from './elements.ts'

const text = z.optional(z.string().check(z.maxLength(10_000)))

export const eventParameters = z.object({
  event: text,
  events: text,
  after: text,
  before: text,
  distinct_id: text,
  person_id: text,
  action_id: text,
  properties: text,
  select: text,
  where: text,
  orderBy: text,
  cursor: text,
})
export type EventParameters = z.infer<typeof eventParameters>

/** An event as lists show it. */
const COLUMNS = ['*', 'person', 'person.is_identified']
const NEWEST_FIRST = 'timestamp DESC'

/**
 * One page of events, the newest first, or of rows of what `select` asks for. `cursor`: what `next` has for the page after
 * it; null for the last one. Counts as a computation. Throws 400 naming a parameter that cannot be read, 429, and what
 * computing throws.
 */
export async function listEvents(ctx: KeyCtx, { parameters, page }: { parameters: EventParameters; page: Page }) {
  const select = readTexts('select', parameters.select)
  const orderBy = readOrder(parameters.orderBy, select !== undefined)
  const start = select ? null : readCursor(parameters.cursor, orderBy[0] === NEWEST_FIRST)
  const node = await nodeOf(ctx, parameters, {
    select: select ?? COLUMNS,
    ...(orderBy.length > 0 ? { orderBy } : {}),
    limit: page.limit,
    offset: start ? 0 : page.offset,
  })
  await requireCapacity(ctx.services, limiterOf(ctx))
  const { results, hasMore } = await compute(ctx, { ...node, start })
  if (select) return { results, hasMore, cursor: null }
  const events = results.map(presentEvent)
  const last = events.at(-1)
  return { results: events, hasMore, cursor: hasMore && last ? `${last.timestamp},${last.id}` : null }
}

/** One event by its uuid. Throws 404 if there is none, and as `listEvents`. */
export async function showEvent(ctx: KeyCtx, { id }: { readonly id: string }) {
  if (!isUuid(id)) throw notFound()
  await requireCapacity(ctx.services, limiterOf(ctx))
  const node = await nodeOf(ctx, {}, { select: COLUMNS, where: [`uuid = '${id.toLowerCase()}'`], limit: 1 })
  const [row] = (await compute(ctx, node)).results
  if (!row) throw notFound()
  return presentEvent(row)
}

const compute = (ctx: KeyCtx, node: EventsNode) =>
  answerNow(ctx.services, ctx.project, node, forcedOf(ctx)) as Promise<EventsResult>

async function nodeOf(ctx: KeyCtx, parameters: EventParameters, query: object): Promise<EventsNode> {
  const { event, after, before, distinct_id: distinctId, person_id: person } = parameters
  const own = { key: 'distinct_id', type: 'event_metadata', operator: 'exact', value: [distinctId] }
  const wire = {
    kind: 'EventsQuery',
    after: after || 'all',
    ...(before ? { before } : {}),
    ...(event ? { event } : {}),
    ...(parameters.events ? { events: readTexts('events', parameters.events) } : {}),
    ...(parameters.action_id ? { actionId: readNumber('action_id', parameters.action_id) } : {}),
    ...(parameters.properties ? { properties: readFilters(parameters.properties) } : {}),
    ...(parameters.where ? { where: readTexts('where', parameters.where) } : {}),
    ...(distinctId ? { fixedProperties: [own] } : {}),
    ...(person ? { personId: await uuidOf(ctx, person) } : {}),
    ...query,
  }
  return parseEvents(parseNodePart(EventsQuery, wire, []), [])
}

/** A person is named by uuid or number; a number that nobody has matches nobody. */
async function uuidOf(ctx: KeyCtx, ref: string): Promise<string> {
  if (readId(ref) === undefined) return ref
  return (await findPerson(ctx, ref))?.cell.id ?? 'nobody'
}

function readTexts(attr: 'select' | 'where' | 'events' | 'orderBy', json: string | undefined): string[] | undefined {
  if (!json) return undefined
  const refusal = () => invalid(attr, 'This must be a JSON list of texts.')
  const list = readJson(attr, json, refusal)
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) throw refusal()
  return list
}

/** `["-timestamp"]`; for what `select` asks for, expressions. */
function readOrder(json: string | undefined, isSelect: boolean): string[] {
  const asked = json?.startsWith('[') ? readTexts('orderBy', json) : json ? [json] : undefined
  if (isSelect) return (asked ?? []).map((item) => item.replace(/^-(\w+)$/, '$1 DESC'))
  if (!asked || asked[0] === '-timestamp') return [NEWEST_FIRST]
  if (asked.length === 1 && asked[0] === 'timestamp') return ['timestamp']
  throw invalid('orderBy', 'Events are ordered by timestamp or -timestamp.')
}

function readCursor(cursor: string | undefined, descending: boolean): EventPlace | null {
  if (!cursor) return null
  const [at = '', uuid = '', ...more] = cursor.split(',')
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(at) ? Date.parse(at) : Number.NaN
  if (!Number.isFinite(instant) || !isUuid(uuid) || more.length > 0)
    throw invalid('cursor', 'This is no place in a list of events.')
  return { at, uuid: uuid.toLowerCase(), descending }
}

function readNumber(attr: string, word: string): number {
  const id = readId(word)
  if (id === undefined) throw invalid(attr, 'A valid number is required.')
  return id
}

/** A list of filters, or an object of keys and values, as older clients send it. */
function readFilters(json: string): unknown {
  const value = readJson('properties', json, () => invalid('properties', 'This must be JSON.'))
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'values' in value) return value
  return Object.entries(value).map(([key, of]) => ({ key, value: of, operator: 'exact', type: 'event' }))
}

interface WholeEvent {
  readonly uuid: string
  readonly event: string
  readonly distinct_id: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly timestamp: string
  readonly elements_chain: string
}
interface WholePerson {
  readonly uuid?: string
  readonly created_at?: string
  readonly properties?: Readonly<Record<string, unknown>>
}

function presentEvent([whole, of, isIdentified]: readonly unknown[]) {
  const { uuid, event, distinct_id, properties, timestamp, elements_chain } = whole as WholeEvent
  const person = of as WholePerson
  return {
    id: uuid,
    distinct_id,
    properties,
    event,
    timestamp,
    person: person.uuid
      ? {
          uuid: person.uuid,
          is_identified: isIdentified === true || isIdentified === 1,
          distinct_ids: [distinct_id],
          properties: person.properties ?? {},
          created_at: person.created_at ?? null,
        }
      : null,
    elements: elementsOf(elements_chain),
    elements_chain,
  }
}
