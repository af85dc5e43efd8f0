import { GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/query.ts'

export interface FieldColumn {
  readonly kind: 'column'
  readonly table: string
  readonly name: string
  /** `id`: a number inside, that is a text outside. */
  readonly type: 'text' | 'instant' | 'id' | 'boolean' | 'float'
}
/** What a name stands for: a property of somebody, or a column. */
export type Field = { readonly kind: 'property'; readonly of: PropertyOwner; readonly key: string } | FieldColumn
/** The field of a chain of names; undefined for one that is not there. */
export type Fields = (chain: readonly string[]) => Field | undefined

const columns = (table: string, types: Readonly<Record<string, FieldColumn['type']>>) =>
  new Map(
    Object.entries(types).map(([name, type]): [string, FieldColumn] => [name, { kind: 'column', table, name, type }]),
  )

const EVENT_COLUMNS = columns('events', {
  event: 'text',
  timestamp: 'instant',
  distinct_id: 'text',
  person_id: 'id',
  $session_id: 'id',
  ...Object.fromEntries(GROUP_OWNERS.map((group) => [`$${group}`, 'id' as const])),
})

/** Fields of an event, its person, its session and its groups. */
export const eventFields: Fields = (chain) => {
  const names = chain[0] === 'events' ? chain.slice(1) : chain
  const [first = '', second, third] = names
  if (names.length === 1) return EVENT_COLUMNS.get(first)
  if (first === 'properties' && names.length === 2 && second) return { kind: 'property', of: 'event', key: second }
  if (first === 'person' && names.length === 2 && second === 'id') return EVENT_COLUMNS.get('person_id')
  if (first === 'session' && names.length === 2 && second) return sessionField(second)
  if (names.length !== 3 || second !== 'properties' || !third) return undefined
  if (first === 'person') return { kind: 'property', of: 'person', key: third }
  const group = GROUP_OWNERS.find((owner) => owner === first)
  return group && { kind: 'property', of: group, key: third }
}

/** A session's id, or what it has of its own. */
const sessionField = (name: string): Field | undefined =>
  name === 'id' || name === 'session_id'
    ? EVENT_COLUMNS.get('$session_id')
    : { kind: 'property', of: 'session', key: name }

const PERSON_COLUMNS = columns('persons', { id: 'id', created_at: 'instant', is_identified: 'boolean' })
const GROUP_COLUMNS = Object.fromEntries(
  GROUP_OWNERS.map((group) => [group, columns(group, { id: 'id', key: 'text', created_at: 'instant' })]),
)
const SOURCE_COLUMNS = columns('source', { event_count: 'float' })

/** Fields of the persons or groups that a listing shows, and of the events that led to them. */
export const actorFields =
  (of: 'person' | GroupOwner, hasEvents: boolean): Fields =>
  (chain) => {
    const table = of === 'person' ? 'person' : 'group'
    const names = chain[0] === table || chain[0] === `${table}s` ? chain.slice(1) : chain
    const [first = '', second] = names
    if (names.length === 2 && first === 'properties' && second) return { kind: 'property', of, key: second }
    if (names.length !== 1) return undefined
    if (hasEvents && SOURCE_COLUMNS.has(first)) return SOURCE_COLUMNS.get(first)
    const own = of === 'person' ? PERSON_COLUMNS : GROUP_COLUMNS[of]
    return own?.get(first === 'actor_id' || first === `${table}_id` ? 'id' : first)
  }
