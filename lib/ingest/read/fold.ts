import type { Json } from '../../core/json.ts'
import { ALLOWANCE, type Allowance, type Definitions, defineNames } from './definitions.ts'
import type { CapturedEvent } from './events.ts'
import { byteLength } from './text.ts'

/**
 * The argument of the database function `capture`. Every distinct name stands in it once; everything else refers to names
 * by their position in the lists (from 0). Times are ISO text in UTC.
 */
export interface CaptureCall {
  /** Texts that get a number in the dictionary: ['$event', name], ['$session', id], ['p:' + property, text]. */
  readonly dict: (readonly [key: string, value: string])[]
  /** For each id the time of its first event, and position and time of its first event that makes a profile. */
  readonly ids: [distinctId: string, firstProfile: number | null, firstTime: string, firstProfileTime: string | null][]
  readonly groupTypes: string[]
  readonly groupKeys: [type: number, key: string, firstTime: string][]
  readonly merges: [event: number, from: number, into: number, force: boolean, time: string][]
  readonly props: [event: number, id: number, set: Json, setOnce: Json, unset: readonly string[]][]
  readonly groupSets: [event: number, groupKey: number, set: Json][]
  /** uuid, time, id, event, session, groups, six slots (-1 = a value that is not coded), properties, three more slots */
  readonly events: unknown[][]
  readonly definitions: Definitions
}

const SLOTS = 9
/** Those that stand before the properties, as a database that knows no others expects them. */
const FIRST_SLOTS = 6
/** A project has five types, but only the database knows which: a request may name more. */
const GROUP_TYPES = 100
const CODED_BYTES = 200
const NOT_CODED = -1

/** The work of a call grows with the square of its merges. */
const MERGES_OF_A_CALL = 200

/** Folds the events of a request into calls, which are made in this order and in one transaction. */
export function foldRequest(
  events: readonly CapturedEvent[],
  slotKeys: readonly (string | null)[],
  now: Date,
): CaptureCall[] {
  const left = { ...ALLOWANCE }
  const calls: CaptureCall[] = []
  let [start, merges] = [0, 0]
  for (const [at, { merge }] of events.entries()) {
    if (merge) merges++
    if (merges < MERGES_OF_A_CALL && at < events.length - 1) continue
    calls.push(foldBatch(events.slice(start, at + 1), slotKeys, now, left))
    start = at + 1
    merges = 0
  }
  return calls
}

/**
 * Folds events into one call; an event that comes twice, by uuid, name and distinct id, counts once. `slotKeys`: the
 * project's hot properties by slot.
 */
export function foldBatch(
  batch: readonly CapturedEvent[],
  slotKeys: readonly (string | null)[],
  now: Date,
  left: Allowance = { ...ALLOWANCE },
): CaptureCall {
  const seen = new Set<string>()
  const events = batch.filter(({ uuid, event, distinctId }) => {
    const identity = `${uuid}\u0000${event}\u0000${distinctId}`
    return !seen.has(identity) && seen.add(identity)
  })
  const dict = new Positions<readonly [string, string]>()
  const ids = new Positions<CaptureCall['ids'][number]>()
  const groupTypes = new Positions<string>()
  const groupKeys = new Positions<CaptureCall['groupKeys'][number]>()
  const call: Pick<CaptureCall, 'merges' | 'props' | 'groupSets' | 'events'> = {
    merges: [],
    props: [],
    groupSets: [],
    events: [],
  }
  const code = (key: string, value: string) => dict.of(`${key}\u0000${value}`, () => [key, value])
  const person = (id: string, time: string) => ids.of(id, () => [id, null, time, null])
  const group = (type: string, key: string, time: string) => {
    if (groupTypes.list.length === GROUP_TYPES && !groupTypes.has(type)) return undefined
    const index = groupTypes.of(type, () => type)
    return groupKeys.of(`${index}\n${key}`, () => [index, key, time])
  }

  events.forEach((event, position) => {
    const time = event.timestamp.toISOString()
    const id = person(event.distinctId, time)
    if (event.merge) {
      call.merges.push([position, person(event.merge.from, time), id, event.merge.force, time])
    }
    const known = ids.list[id]
    if (event.changesPerson && known && known[1] === null) {
      known[1] = position
      known[3] = time
    }
    if (event.changesPerson && changesAnything(event))
      call.props.push([position, id, event.set, event.setOnce, event.unset])
    if (event.groupIdentify) {
      const { type, key, set } = event.groupIdentify
      const found = group(type, key, time)
      if (found !== undefined) call.groupSets.push([position, found, set])
    }
    const groups = Object.entries(event.groups)
      .map(([type, key]) => group(type, key, time))
      .filter((index) => index !== undefined)
    const slots = Array.from({ length: SLOTS }, (_, slot) => {
      const key = slotKeys[slot]
      if (!key || !Object.hasOwn(event.properties, key)) return null
      const text = valueText(event.properties[key])
      return typeof text === 'string' ? code(`p:${key}`, text) : text
    })
    call.events.push([
      event.uuid,
      time,
      id,
      code('$event', event.event),
      event.sessionId === null ? null : code('$session', event.sessionId),
      groups.length > 0 ? groups : null,
      ...slots.slice(0, FIRST_SLOTS),
      event.properties,
      ...slots.slice(FIRST_SLOTS),
    ])
  })
  return {
    dict: dict.list,
    ids: ids.list,
    groupTypes: groupTypes.list,
    groupKeys: groupKeys.list,
    ...call,
    definitions: defineNames(events, now, left),
  }
}

const changesAnything = ({ set, setOnce, unset }: CapturedEvent) =>
  Object.keys(set).length > 0 || Object.keys(setOnce).length > 0 || unset.length > 0

/** The text that Postgres reads out of the JSON for a hot property; null: no value, -1: a value that is not coded. */
function valueText(value: unknown): string | null | typeof NOT_CODED {
  if (value === null || value === undefined) return null
  if (typeof value === 'object') return NOT_CODED
  const text = String(value)
  // Postgres prints large and small numbers without an exponent
  if (typeof value === 'number' && text.includes('e')) return NOT_CODED
  return byteLength(text) <= CODED_BYTES ? text : NOT_CODED
}

/** Distinct items in the order in which they were first seen, each with its position. */
class Positions<T> {
  readonly list: T[] = []
  readonly #known = new Map<string, number>()

  has(key: string): boolean {
    return this.#known.has(key)
  }

  of(key: string, make: () => T): number {
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.list.length)
    return this.list.push(make()) - 1
  }
}
