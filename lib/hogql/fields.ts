/** The names that rows of a relation have: columns, and properties of the event, its person, session and groups. */
import { column } from '../tree/build.ts'
import { GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/types.ts'
import type { Typed, ValueType } from './rules.ts'

/** What a name stands for. */
export type Field =
  | { readonly kind: 'column'; readonly typed: Typed }
  | {
      readonly kind: 'property'
      /** Alias of the table whose rows lead to it. */
      readonly table: string
      readonly of: PropertyOwner
      readonly key: string
      /** Keys inside its JSON. */
      readonly path?: readonly string[]
    }
/** The field of a chain of names; undefined for one that is not there. */
export type Fields = (chain: readonly string[]) => Field | undefined

/** Columns of a table or a sub-query by name. `id person`: the number of a person. */
type ColumnType = ValueType | `id ${string}`

const columns = (table: string, types: Readonly<Record<string, ColumnType>>): ReadonlyMap<string, Field> =>
  new Map(Object.entries(types).map(([name, type]) => [name, columnField(table, name, type)] as const))

function columnField(table: string, name: string, type: ColumnType): Field {
  const expr = column(table, name)
  if (!type.startsWith('id ')) return { kind: 'column', typed: { expr, type: type as ValueType } }
  return { kind: 'column', typed: { expr, type: 'id', idOf: type.slice(3) } }
}

const EVENT_COLUMNS = columns('events', {
  event: 'text',
  timestamp: 'instant',
  distinct_id: 'text',
  uuid: 'id event',
  person_id: 'id person',
  $session_id: 'id session',
  ...Object.fromEntries(GROUP_OWNERS.map((group) => [`$${group}`, `id ${group}`] as const)),
})

/** Fields of an event, its person, its session and its groups. */
export const eventFields: Fields = (chain) => {
  const names = chain[0] === 'events' ? chain.slice(1) : chain
  const [first = '', second] = names
  if (names.length === 1) return EVENT_COLUMNS.get(first)
  if (first === 'properties') return propertyField('events', 'event', names.slice(1))
  if (first === 'person' && names.length === 2 && second === 'id') return EVENT_COLUMNS.get('person_id')
  if (first === 'session' && names.length === 2 && second) return sessionField(second)
  const owner = first === 'person' ? first : GROUP_OWNERS.find((group) => group === first)
  return owner && second === 'properties' ? propertyField('events', owner, names.slice(2)) : undefined
}

function propertyField(table: string, of: PropertyOwner, [key, ...path]: readonly string[]): Field | undefined {
  if (!key) return undefined
  return path.length > 0 ? { kind: 'property', table, of, key, path } : { kind: 'property', table, of, key }
}

/** A session's id, or what it has of its own. */
const sessionField = (name: string): Field | undefined =>
  name === 'id' || name === 'session_id'
    ? EVENT_COLUMNS.get('$session_id')
    : { kind: 'property', table: 'events', of: 'session', key: name }

const PERSON_COLUMNS = columns('persons', {
  id: 'id person',
  created_at: 'instant',
  is_identified: 'boolean',
})
const GROUP_COLUMNS = Object.fromEntries(
  GROUP_OWNERS.map((group) => [group, columns(group, { id: `id ${group}`, key: 'text', created_at: 'instant' })]),
)
const SOURCE_COLUMNS = columns('source', { event_count: 'float' })

/** Fields of the persons or groups that a listing shows, and of the events that led to them. */
export const actorFields =
  (of: 'person' | GroupOwner, hasEvents: boolean): Fields =>
  (chain) => {
    const table = of === 'person' ? 'person' : 'group'
    const names = chain[0] === table || chain[0] === `${table}s` ? chain.slice(1) : chain
    const [first = ''] = names
    if (hasEvents && names.length === 1 && SOURCE_COLUMNS.has(first)) return SOURCE_COLUMNS.get(first)
    const isId = names.length === 1 && (first === 'actor_id' || first === `${table}_id`)
    return ownFields(of)(isId ? ['id'] : names)
  }

/** Fields of a table of persons, or of groups of one type. */
const ownFields =
  (of: 'person' | GroupOwner): Fields =>
  ([first = '', ...rest]) => {
    if (first === 'properties') return propertyField(of === 'person' ? 'persons' : of, of, rest)
    const own = of === 'person' ? PERSON_COLUMNS : GROUP_COLUMNS[of]
    return rest.length === 0 ? own?.get(first) : undefined
  }
