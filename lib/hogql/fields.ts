/** The names that rows have: columns of a table of the catalog, and properties of what its rows lead to. */
import { catalogTable } from '../catalog/catalog.ts'
import type { DataType } from '../catalog/schema.ts'
import { sessionPropertyType } from '../catalog/sessions.ts'
import type { CatalogTable } from '../catalog/table.ts'
import { call, column, value } from '../tree/build.ts'
import type { PropertyRead } from '../tree/expr.ts'
import { type ColumnType, GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/types.ts'
import type { Typed } from './rules.ts'

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

/** The fields of a table of the catalog under an alias; undefined if there is no such table. */
export function tableFields(name: string, alias: string): Fields | undefined {
  const table = catalogTable(name)
  if (!table) return undefined
  const owner = ownerOf(table.name, alias)
  return (chain) => {
    const [first = '', ...rest] = canonical(table, chain)
    if (first === 'properties' && rest.length > 0)
      return owner ? propertyField(alias, owner, rest) : table.name === 'groups' ? ofSomeGroup(alias, rest) : undefined
    return rest.length === 0 ? columnField(table, alias, first) : joinedField(table, alias, first, rest)
  }
}

/** The names of the columns that `*` stands for. */
export const tableNames = (name: string): readonly string[] => catalogTable(name)?.star ?? []

/** Whose properties the rows of a table have. Groups of all types are in one table: the alias may say the type. */
function ownerOf(name: string, alias: string): PropertyOwner | undefined {
  if (name === 'events') return 'event'
  if (name === 'persons') return 'person'
  return name === 'groups' ? GROUP_OWNERS.find((group) => group === alias) : undefined
}

/** A property of groups of any type, which has no type of its own. */
function ofSomeGroup(table: string, [key = '', ...path]: readonly string[]): Field {
  const read: PropertyRead = { kind: 'property', table, of: 'group_0', key, type: 'text' }
  if (path.length > 0) return { kind: 'column', typed: jsonPartOf(read, path) }
  return { kind: 'column', typed: { expr: read, type: 'text', isRead: true, isNullable: true } }
}

/** An event has its person and its groups once, whatever they are called: as they are now, or as they were. */
function canonical(table: CatalogTable, chain: readonly string[]): readonly string[] {
  const [first = '', ...rest] = chain
  if (table.name !== 'events' || rest.length === 0) return chain
  if (first === 'pdi')
    return rest[0] === 'distinct_id' || rest[0] === 'person_id' || rest[0] === 'person' ? rest : chain
  if (first === 'poe') return ['person', ...rest]
  return first.startsWith('goe_') ? [first.replace('goe_', 'group_'), ...rest] : chain
}

function columnField({ name, columns, nullable }: CatalogTable, alias: string, wanted: string): Field | undefined {
  const type = columns.get(wanted)
  if (type === undefined) return undefined
  // the key of a group is the text of its id
  if (name === 'groups' && wanted === 'key') return keyField(alias, 'id', alias)
  if (name === 'groups' && wanted === 'id') return undefined
  if (name === 'sessions' && isId(type)) return keyField(alias, wanted, 'session')
  const isNullable = nullable.includes(wanted) ? { isNullable: true } : {}
  return { kind: 'column', typed: { ...typedColumn(alias, wanted, type), ...isNullable } }
}

const keyField = (alias: string, name: string, idOf: string): Field => ({
  kind: 'column',
  typed: { expr: column(alias, name), type: 'id', idOf, isNeverEmpty: true },
})

/** A column of a source; the actor of funnels may be an id, and its steps and bits are numbers of the language. */
export function typedColumn(alias: string, name: string, type: DataType): Typed {
  const expr = column(alias, name)
  if (isId(type)) return { expr, type: 'id', idOf: type.slice('id '.length) }
  return { expr, type: type === 'json' ? 'properties' : type }
}

const isId = (type: DataType): type is Extract<ColumnType, `id ${string}`> => type.startsWith('id ')

/** `person.properties.plan`, `session.$session_duration`, `group_0.key`: of the row that a row leads to. */
function joinedField(table: CatalogTable, alias: string, name: string, rest: readonly string[]): Field | undefined {
  const join = table.joins.get(name)
  const [first = '', ...path] = rest
  if (!join) return undefined
  const isKey = first === 'id' || (join.table === 'groups' && first === 'key') || first === 'session_id'
  if (isKey && path.length === 0) return columnField(table, alias, join.from)
  if (join.table === 'sessions') {
    const type = path.length === 0 ? sessionPropertyType(first) : undefined
    if (!type) return undefined
    const expr: PropertyRead = { kind: 'property', table: alias, of: 'session', key: first, type }
    return { kind: 'column', typed: { expr, type, isRead: true, isNullable: true } }
  }
  const owner = name === 'person' ? name : GROUP_OWNERS.find((group) => group === name)
  if (first === 'properties' && path.length > 0) return owner && propertyField(alias, owner, path)
  const type = path.length === 0 ? table.columns.get(`${name}.${first}`) : undefined
  return type && { kind: 'column', typed: { ...typedColumn(alias, `${name}.${first}`, type), isNullable: true } }
}

function propertyField(table: string, of: PropertyOwner, [key, ...path]: readonly string[]): Field | undefined {
  if (!key) return undefined
  return path.length > 0 ? { kind: 'property', table, of, key, path } : { kind: 'property', table, of, key }
}

const ofEvents = tableFields('events', 'events') as Fields
/** Fields of an event, its person, its session and its groups. */
export const eventFields: Fields = (chain) => ofEvents(chain[0] === 'events' ? chain.slice(1) : chain)

const EVENT_COUNT: Field = { kind: 'column', typed: { expr: column('source', 'event_count'), type: 'float' } }
/** How many events of an actor a number counts. */
export const eventCount: Fields = ([name]) => (name === 'event_count' ? EVENT_COUNT : undefined)

const appearances = column('source', 'appearances')
/** The columns of a retention in which an actor is counted: `appearances`, and `day_0` and so on, which are 1 or 0. */
export const appearanceFields =
  (interval: string, columns: number): Fields =>
  ([name = '']) => {
    if (name === 'appearances')
      return {
        kind: 'column',
        typed: { expr: appearances, type: 'numbers', elements: { type: 'float', number: 'UInt64' } },
      }
    const [, period, index] = /^([a-z]+)_(\d{1,6})$/.exec(name) ?? []
    if (period !== interval || Number(index) >= columns) return undefined
    const appears = call('hasNumber', appearances, value(Number(index), 'float'))
    return { kind: 'column', typed: { expr: call('booleanNumber', appears), type: 'float' } }
  }

/** Fields of the persons or groups that a listing shows. `ofSource`: the fields of what led to them. */
export const actorFields =
  (of: 'person' | GroupOwner, ofSource: Fields): Fields =>
  (chain) => {
    const name = of === 'person' ? 'person' : 'group'
    const own = tableFields(`${name}s`, of === 'person' ? 'persons' : of)
    const names = chain[0] === name || chain[0] === `${name}s` ? chain.slice(1) : chain
    const [first = '', ...rest] = names
    if (rest.length > 0) return own?.(names)
    const found = ofSource([first])
    if (found) return found
    if (HIDDEN.includes(first)) return undefined
    const isId = first === 'id' || first === 'actor_id' || first === `${name}_id`
    return own?.([isId && of !== 'person' ? 'key' : isId ? 'id' : first])
  }

const HIDDEN: readonly string[] = ['has_profile', 'index']

const jsonPartOf = (json: Typed['expr'], keys: readonly string[]): Typed => ({
  expr: call('jsonText', call('toText', json), ...keys.map((key) => value(key, 'text'))),
  type: 'text',
  isNullable: true,
})

/** Columns of a sub-query; those that hold JSON are read by its keys. */
export const columnsOf = (types: Readonly<Record<string, Typed>>): Fields => {
  const known = new Map(Object.entries(types))
  return ([name = '', ...rest]) => {
    const typed = known.get(name)
    if (!typed || rest.length === 0) return typed && { kind: 'column', typed }
    return typed.type === 'properties' ? { kind: 'column', typed: jsonPartOf(typed.expr, rest) } : undefined
  }
}
