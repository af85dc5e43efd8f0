import { GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/types.ts'

export interface FieldColumn {
  readonly kind: 'column'
  readonly table: string
  readonly name: string
  /** `id`: a number inside, that is a text outside. */
  readonly type: 'text' | 'instant' | 'id' | 'boolean' | 'float'
}
/** What a name stands for: a property of somebody, or a column. */
export type Field =
  | FieldColumn
  | {
      readonly kind: 'property'
      readonly of: PropertyOwner
      readonly key: string
      /** Keys inside its JSON. */
      readonly path?: readonly string[]
    }
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
  uuid: 'id',
  person_id: 'id',
  $session_id: 'id',
  ...Object.fromEntries(GROUP_OWNERS.map((group) => [`$${group}`, 'id' as const])),
})

/** Fields of an event, its person, its session and its groups. */
export const eventFields: Fields = (chain) => {
  const names = chain[0] === 'events' ? chain.slice(1) : chain
  const [first = '', second] = names
  if (names.length === 1) return EVENT_COLUMNS.get(first)
  if (first === 'properties') return propertyField('event', names.slice(1))
  if (first === 'person' && names.length === 2 && second === 'id') return EVENT_COLUMNS.get('person_id')
  if (first === 'session' && names.length === 2 && second) return sessionField(second)
  const owner = first === 'person' ? first : GROUP_OWNERS.find((group) => group === first)
  return owner && second === 'properties' ? propertyField(owner, names.slice(2)) : undefined
}

function propertyField(of: PropertyOwner, [key, ...path]: readonly string[]): Field | undefined {
  if (!key) return undefined
  return path.length > 0 ? { kind: 'property', of, key, path } : { kind: 'property', of, key }
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
    const [first = ''] = names
    if (first === 'properties') return propertyField(of, names.slice(1))
    if (names.length !== 1) return undefined
    if (hasEvents && SOURCE_COLUMNS.has(first)) return SOURCE_COLUMNS.get(first)
    const own = of === 'person' ? PERSON_COLUMNS : GROUP_COLUMNS[of]
    return own?.get(first === 'actor_id' || first === `${table}_id` ? 'id' : first)
  }
