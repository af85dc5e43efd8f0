/**
 * Logical query -> physical query for Postgres. The one place that adds the project guard and that knows how
 * properties, names and persons are kept (design.md "Events in Postgres").
 */
import type { Slot } from '../plan/context.ts'
import { entryProperty, SESSION_PROPERTIES } from '../plan/session.ts'
import {
  and,
  type Column,
  call,
  column,
  compare,
  type Expr,
  GROUP_OWNERS,
  isNull,
  type Join,
  type List,
  or,
  type PropertyOwner,
  type PropertyRead,
  type Select,
  type TableSource,
  value,
} from '../tree/query.ts'
import { expressionsOf, mapChildren, mapSelect, some } from '../tree/walk.ts'

export interface LowerContext {
  readonly projectId: number
  readonly timezone: string
  readonly slots: ReadonlyMap<string, Slot>
  readonly hasPersonBacklog: boolean
}

const EVENT_NAMES = '$event'
/** Dictionary key of a property's values. */
const slotKey = (property: string) => `p:${property}`
const NO_VALUE = value(-1, 'int')

/** The tables that a logical query may name. */
const GUARDED: readonly string[] = ['events', 'persons', 'groups', 'person_distinct_ids']

/** Throws nothing: every logical query can be lowered. */
export function lowerPostgres(select: Select, context: LowerContext): Select {
  const lowered = mapSelect(
    select,
    (e) => lowerExpr(e, context),
    (q) => lowerPostgres(q, context),
  )
  const guardedJoins = lowered.joins?.map((join) => guardedJoin(join, context))
  if (select.from.kind !== 'table' || !GUARDED.includes(select.from.name))
    return guardedJoins ? { ...lowered, joins: guardedJoins } : lowered
  const guard = compare(column(select.from.alias, 'project'), '=', value(context.projectId, 'int'))
  const ofEvents = select.from.name === 'events' ? joins(select, context) : []
  return {
    ...lowered,
    from: select.from.name === 'person_distinct_ids' ? { ...select.from, name: 'distinct_ids' } : select.from,
    joins: [...ofEvents, ...(guardedJoins ?? [])],
    where: lowered.where ? and(guard, lowered.where) : guard,
  }
}

function guardedJoin(join: Join, { projectId }: LowerContext): Join {
  if (join.source.kind !== 'table' || !GUARDED.includes(join.source.name)) return join
  const own = compare(column(join.source.alias, 'project'), '=', value(projectId, 'int'))
  return { ...join, on: and(own, join.on) }
}

function joins(select: Select, context: LowerContext): Join[] {
  const uses = (test: (e: Expr) => boolean) => expressionsOf(select).some((e) => some(e, test))
  const usesPersonProperties = uses((e) => e.kind === 'property' && e.of === 'person')
  const usesPersons = usesPersonProperties || uses((e) => e.kind === 'column' && e.name === 'person_id')
  const list: Join[] = []
  if (context.hasPersonBacklog && usesPersons)
    list.push(guarded('person_backlog', 'from_person', column('events', 'person'), context))
  if (usesPersonProperties) list.push(guarded('persons', 'id', personOf(context), context))
  if (uses((e) => e.kind === 'property' && e.of === 'session')) {
    const args = [value(context.projectId, 'int'), column('events', 'session')]
    const source = { kind: 'function', name: 'session_values', args, alias: 'session' } as const
    list.push({ source, on: value(true, 'boolean'), left: true })
  }
  for (const group of GROUP_OWNERS)
    if (uses((e) => e.kind === 'property' && e.of === group))
      list.push(guarded('groups', 'id', column('events', group), context, group))
  return list
}

function guarded(name: string, key: string, equals: Expr, { projectId }: LowerContext, alias = name): Join {
  const own = compare(column(alias, 'project'), '=', value(projectId, 'int'))
  return { source: table(name, alias), on: and(own, compare(column(alias, key), '=', equals)), left: true }
}

const table = (name: string, alias = name): TableSource => ({ kind: 'table', name, alias })

const personOf = ({ hasPersonBacklog }: LowerContext): Expr =>
  hasPersonBacklog
    ? call('coalesce', column('person_backlog', 'to_person'), column('events', 'person'))
    : column('events', 'person')

function lowerExpr(e: Expr, context: LowerContext): Expr {
  switch (e.kind) {
    case 'column':
      if (isDistinctId(e)) return { kind: 'scalarQuery', query: distinctId('distinct_id', 'id', e, context) }
      if (isEventName(e)) return dictionaryText(column('events', 'event'), context)
      return e.table === 'events' ? eventColumn(e.name, context) : (RENAMED[`${e.table}.${e.name}`] ?? e)
    case 'call':
      return (e.fn === 'toText' && e.args[0]?.kind === 'column' && idText(e.args[0], context)) || descend(e, context)
    case 'actorCell':
      return e.of === 'person'
        ? call('personJson', value(context.projectId, 'int'), column('persons', 'id'))
        : call('groupJson', value(context.projectId, 'int'), column(e.of, 'id'))
    case 'property':
      return jsonRead(e, context)
    case 'compare':
      if (isEventName(e.left) && e.right.kind === 'value')
        return { ...e, left: column('events', 'event'), right: dictionaryId(EVENT_NAMES, e.right, context) }
      if (isDistinctId(e.left) && e.right.kind === 'value')
        return { ...e, right: { kind: 'scalarQuery', query: distinctId('id', 'distinct_id', e.right, context) } }
      // a dictionary knows constants only
      return (e.right.kind === 'value' && onSlot(e.left, e, context)) || descend(e, context)
    case 'in':
      if (isEventName(e.expr)) return eventIn(e.list, context)
      return onSlot(e.expr, e, context) ?? descend(e, context)
    case 'match':
      return onSlot(e.expr, e, context) ?? descend(e, context)
    case 'isNull': {
      const slot = slotOf(e.arg, context)
      return slot ? isNull(slotColumn(slot)) : descend(e, context)
    }
    case 'breakdownKey': {
      const slot = slotOf(e.property, context)
      return slot && !slot.uncoded
        ? call('coalesce', slotColumn(slot), NO_VALUE)
        : call('coalesce', jsonRead(e.property, context), value('', 'text'))
    }
    case 'scalarQuery':
      return { ...e, query: lowerPostgres(e.query, context) }
    case 'inQuery':
      return { ...e, expr: lowerExpr(e.expr, context), query: lowerPostgres(e.query, context) }
    case 'inCohort':
      return { kind: 'exists', query: membership(lowerExpr(e.person, context), e.cohort, context) }
    case 'breakdownText': {
      const slot = slotOf(e.property, context)
      return slot && !slot.uncoded ? dictionaryText(e.key, context) : e.key
    }
    default:
      return descend(e, context)
  }
}

/** Logical columns that have another name here. */
const RENAMED: Readonly<Record<string, Expr>> = {
  'person_distinct_ids.person_id': column('person_distinct_ids', 'person'),
  ...Object.fromEntries(GROUP_OWNERS.map((group) => [`${group}.key`, column(group, 'group_key')])),
}

/** Ids are numbers inside: the text that the API knows, or undefined for a column that is no id. */
function idText({ table: of, name }: Column, context: LowerContext): Expr | undefined {
  if (of === 'persons' && name === 'id') return call('toText', column('persons', 'uuid'))
  const group = GROUP_OWNERS.find((owner) => of === owner || (of === 'events' && name === `$${owner}`))
  if (group && of === group) return name === 'id' ? column(group, 'group_key') : undefined
  if (of !== 'events') return undefined
  if (group) return lookUp('groups', column('groups', 'group_key'), column('events', group), context)
  if (name === 'person_id')
    return lookUp('persons', call('toText', column('persons', 'uuid')), personOf(context), context)
  return name === '$session_id' ? dictionaryText(column('events', 'session'), context) : undefined
}

const lookUp = (from: string, expr: Expr, id: Expr, { projectId }: LowerContext): Expr => ({
  kind: 'scalarQuery',
  query: {
    kind: 'select',
    columns: [{ expr, as: 'text' }],
    from: table(from),
    where: and(compare(column(from, 'project'), '=', value(projectId, 'int')), compare(column(from, 'id'), '=', id)),
  },
})

const descend = (e: Expr, context: LowerContext) => mapChildren(e, (child) => lowerExpr(child, context))

const isDistinctId = (e: Expr) => e.kind === 'column' && e.table === 'events' && e.name === 'distinct_id'

/** The text of a distinct id by its number, or its number by its text. */
const distinctId = (name: string, by: string, equals: Expr, { projectId }: LowerContext): Select => ({
  kind: 'select',
  columns: [{ expr: column('distinct_ids', name), as: name }],
  from: table('distinct_ids'),
  where: and(
    compare(column('distinct_ids', 'project'), '=', value(projectId, 'int')),
    compare(column('distinct_ids', by), '=', equals),
  ),
})

/** The names are looked up once, so that the index over events can be used. */
const eventIn = (list: List, context: LowerContext): Expr => {
  const named = and(compare(column('dictionary', 'key'), '=', value(EVENT_NAMES, 'text')), {
    kind: 'in',
    expr: column('dictionary', 'value'),
    list,
  })
  return { kind: 'inQuery', expr: column('events', 'event'), query: dictionary('id', named, context) }
}

const isEventName = (e: Expr) => e.kind === 'column' && e.table === 'events' && e.name === 'event'

function eventColumn(name: string, context: LowerContext): Expr {
  switch (name) {
    case 'timestamp':
      return column('events', 'ts')
    case 'uuid':
    case 'properties':
      return column('events', name)
    case 'person_id':
      return personOf(context)
    case '$session_id':
      return column('events', 'session')
    case '$group_0':
    case '$group_1':
    case '$group_2':
    case '$group_3':
    case '$group_4':
      return column('events', name.slice(1))
    default:
      throw new Error(`events has no column ${name} that can be lowered`)
  }
}

/** Where the properties are; those of a group in its join. */
const JSON_OWNER: Partial<Record<PropertyOwner, string>> = { event: 'events', person: 'persons' }

function jsonRead(read: PropertyRead, { timezone }: LowerContext): Expr {
  if (read.of === 'session') return sessionRead(read, timezone)
  const json = column(JSON_OWNER[read.of] ?? read.of, 'properties')
  return { kind: 'jsonRead', json, key: read.key, type: read.type, timezone }
}

function sessionRead({ key, type }: PropertyRead, timezone: string): Expr {
  const own = SESSION_PROPERTIES[key]
  const entry = entryProperty(key)
  if (own) {
    const read = column('session', own.column)
    return type === 'text' && own.type !== 'String' ? call('toText', read) : read
  }
  if (entry) return { kind: 'jsonRead', json: column('session', 'entry'), key: entry, type, timezone }
  throw new Error(`sessions have no property ${key}`)
}

/** The hot slot of a property that is read as text. */
function slotOf(e: Expr, { slots }: LowerContext): Slot | undefined {
  return e.kind === 'property' && e.of === 'event' && e.type === 'text' ? slots.get(e.key) : undefined
}

const slotColumn = (slot: Slot) => column('events', `slot_${slot.index}`)

/** A test of a property as a test of its slot's id; rows that are not coded are read from the JSON. */
function onSlot(read: Expr, test: Expr, context: LowerContext): Expr | undefined {
  const slot = slotOf(read, context)
  if (!slot || read.kind !== 'property') return undefined
  const coded = codedTest(slotColumn(slot), slotKey(read.key), test, context)
  if (!coded || !slot.uncoded) return coded
  return or(coded, and(compare(slotColumn(slot), '=', value(0, 'int')), descend(test, context)))
}

function codedTest(slot: Expr, key: string, test: Expr, context: LowerContext): Expr | undefined {
  const text = column('dictionary', 'value')
  switch (test.kind) {
    case 'compare':
      return test.op === '=' && test.right.kind === 'value'
        ? compare(slot, '=', call('coalesce', dictionaryId(key, test.right, context), NO_VALUE))
        : idsWhere(slot, key, { ...test, left: text }, context)
    case 'in':
    case 'match':
      return idsWhere(slot, key, { ...test, expr: text }, context)
    default:
      return undefined
  }
}

const idsWhere = (slot: Expr, key: string, condition: Expr, context: LowerContext): Expr => ({
  kind: 'inQuery',
  expr: slot,
  query: dictionary('id', and(compare(column('dictionary', 'key'), '=', value(key, 'text')), condition), context),
})

const membership = (person: Expr, cohort: number, { projectId }: LowerContext): Select => ({
  kind: 'select',
  columns: [{ expr: column('cohort_people', 'person'), as: 'person' }],
  from: table('cohort_people'),
  where: and(
    compare(column('cohort_people', 'project'), '=', value(projectId, 'int')),
    compare(column('cohort_people', 'cohort'), '=', value(cohort, 'int')),
    compare(column('cohort_people', 'person'), '=', person),
  ),
})

const dictionaryId = (key: string, text: Expr, context: LowerContext): Expr => ({
  kind: 'scalarQuery',
  query: dictionary(
    'id',
    and(
      compare(column('dictionary', 'key'), '=', value(key, 'text')),
      compare(column('dictionary', 'value'), '=', text),
    ),
    context,
  ),
})

const dictionaryText = (id: Expr, context: LowerContext): Expr =>
  call(
    'coalesce',
    { kind: 'scalarQuery', query: dictionary('value', compare(column('dictionary', 'id'), '=', id), context) },
    value('', 'text'),
  )

const dictionary = (name: string, condition: Expr, { projectId }: LowerContext): Select => ({
  kind: 'select',
  columns: [{ expr: column('dictionary', name), as: name }],
  from: table('dictionary'),
  where: and(compare(column('dictionary', 'project'), '=', value(projectId, 'int')), condition),
})
