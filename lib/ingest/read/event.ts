import { isObject, type Json } from '../../core/json.ts'
import { refused } from '../refused.ts'
import { elementsChain } from './elements.ts'
import type { CapturedEvent } from './events.ts'
import { isIllegalId, isIllegalIdV1 } from './illegal-ids.ts'
import { cleanJson, cleanText, clip } from './text.ts'

const NAME_LENGTH = 200
const ID_LENGTH = 200
const GROUPS = 10
const UNSET_KEYS = 1_000
const MERGES = ['$identify', '$create_alias', '$merge_dangerously']
/** Events that never change a person. */
const IMPERSONAL = ['$exception', '$$heatmap']

export interface RawEvent {
  readonly event: string
  readonly distinctId: string
  readonly uuid: string
  readonly timestamp: Date
  readonly properties: Json
  /** `$set`, `$set_once`, `$unset` from the top of the event. */
  readonly top: Json
  readonly v1?: boolean
}

/**
 * An event as it was sent -> what it does to persons and groups (docs/ingestion-and-entities.md (b)). Undefined for an
 * event that is dropped: it asks for a merge, and for no person processing. Throws 400 if it is too deep.
 */
export function understandEvent(raw: RawEvent): CapturedEvent | undefined {
  const { $set, $set_once, $unset } = raw.top
  const own = cleanJson(raw.properties) as Json
  const top = cleanJson({ $set, $set_once, $unset }) as Json
  const properties = withTopLevel(own, top)
  const event = clip(cleanText(raw.event), NAME_LENGTH)
  const distinctId = cleanText(raw.distinctId)
  const personless = isFalse(properties.$process_person_profile)
  if (personless && MERGES.includes(event)) return undefined
  const illegal = raw.v1 ? isIllegalIdV1 : isIllegalId
  const changesPerson = !personless && !IMPERSONAL.includes(event) && !(raw.v1 && illegal(distinctId))
  const source = changesPerson ? mergeSource(event, properties) : undefined
  const merges = source !== undefined && source !== distinctId && !illegal(source) && !illegal(distinctId)
  return {
    event,
    distinctId,
    uuid: raw.uuid,
    timestamp: raw.timestamp,
    properties,
    changesPerson,
    set: object(properties.$set),
    setOnce: object(properties.$set_once),
    unset: unsetKeys(properties.$unset),
    merge: merges ? { from: source, force: event === '$merge_dangerously' } : null,
    groups: groupKeys(properties.$groups),
    groupIdentify: event === '$groupidentify' ? identifiedGroup(properties) : null,
    sessionId: sessionId(properties.$session_id),
  }
}

/** An id as text: numbers in digits, lists and objects as JSON; undefined if there is none. */
export function idText(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined
  const text =
    typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(cleanJson(value)) : String(value)
  return clip(text, ID_LENGTH)
}

function withTopLevel(properties: Json, top: Json): Json {
  const hasTop = isObject(top.$set) || isObject(top.$set_once) || top.$unset !== undefined
  if (!hasTop && !Array.isArray(properties.$elements)) return properties
  const merged: Record<string, unknown> = Object.assign(Object.create(null), properties)
  for (const key of ['$set', '$set_once'])
    if (isObject(top[key])) merged[key] = Object.assign(Object.create(null), object(properties[key]), top[key])
  if (top.$unset !== undefined) merged.$unset = top.$unset
  if (Array.isArray(merged.$elements) && merged.$elements_chain === undefined) {
    merged.$elements_chain = elementsChain(merged.$elements)
    delete merged.$elements
  }
  return merged
}

function mergeSource(event: string, properties: Json): string | undefined {
  const id = event === '$identify' ? properties.$anon_distinct_id : properties.alias
  if (!MERGES.includes(event)) return undefined
  const text = idText(id)
  return text === undefined ? undefined : cleanText(text)
}

const object = (value: unknown): Json => (isObject(value) ? value : {})

const isFalse = (value: unknown) => value === false || value === 'false'

function unsetKeys(value: unknown): string[] {
  const keys = Array.isArray(value)
    ? value.filter((key) => typeof key === 'string')
    : isObject(value)
      ? Object.keys(value)
      : []
  if (keys.length > UNSET_KEYS) throw refused(400, `event submitted with more than ${UNSET_KEYS} keys to unset`)
  return keys
}

/** Group type -> key, ten at most: a project has five types, and the database takes those. */
function groupKeys(value: unknown): Record<string, string> {
  const groups: Record<string, string> = Object.create(null)
  for (const [type, key] of Object.entries(object(value))) {
    const text = typeof key === 'string' || typeof key === 'number' ? String(key) : ''
    if (Object.keys(groups).length === GROUPS) break
    if (type !== '' && text !== '') groups[clip(type, NAME_LENGTH)] = clip(text, 400)
  }
  return groups
}

function identifiedGroup(properties: Json): CapturedEvent['groupIdentify'] {
  const { $group_type: type, $group_key: key, $group_set: set } = properties
  const text = typeof key === 'string' || typeof key === 'number' ? String(key) : ''
  if (typeof type !== 'string' || type === '' || text === '') return null
  return { type: clip(type, NAME_LENGTH), key: clip(text, 400), set: object(set) }
}

const sessionId = (value: unknown) =>
  (typeof value === 'string' || typeof value === 'number') && value !== '' ? clip(String(value), NAME_LENGTH) : null
