/**
 * Logical query -> physical query for Postgres. The one place that adds the project guard and that knows how
 * properties, names and persons are kept (docs/architecture.md "Events in Postgres").
 */
import { catalogTable } from '../../catalog/catalog.ts'
import { invalid } from '../../core/errors.ts'
import { and, call, column, compare, isNull, value } from '../../tree/build.ts'
import type { Column, Expr, PropertyRead } from '../../tree/expr.ts'
import type { Join, Select, TableSource } from '../../tree/relation.ts'
import { GROUP_OWNERS, type PropertyOwner } from '../../tree/types.ts'
import { expressionsOf, mapChildren, mapSelect, some } from '../../tree/walk.ts'
import { codedTest, codedText, dictionaryText, NO_VALUE, read, slotOf, textOf } from './coded.ts'
import type { LowerContext } from './lower-context.ts'
import { native } from './native.ts'
import { sessionJoin, sessionRead } from './sessions.ts'
import { expandWalks } from './walks.ts'

/** Throws a 400 for a table that is not in the catalog. */
export function lowerPostgres(logical: Select, context: LowerContext): Select {
  const select = expandWalks(logical, context)
  const lowered = mapSelect(
    select,
    (e) => lowerExpr(e, context),
    (q) => lowerPostgres(q, context),
  )
  const guardedJoins = lowered.joins?.map((join) => guardedJoin(join, context))
  if (select.from.kind !== 'table') return guardedJoins ? { ...lowered, joins: guardedJoins } : lowered
  requireTable(select.from)
  const guard = compare(column(select.from.alias, 'project'), '=', value(context.projectId, 'int'))
  const ofEvents = select.from.name === 'events' ? joins(select, context) : []
  return {
    ...lowered,
    from: select.from.name === 'person_distinct_ids' ? { ...select.from, name: 'distinct_ids' } : select.from,
    joins: [...ofEvents, ...(guardedJoins ?? [])],
    where: lowered.where ? and(guard, lowered.where) : guard,
  }
}

function requireTable({ name }: TableSource): void {
  if (!catalogTable(name)) throw invalid(null, `Unknown table \`${name}\`.`)
}

function guardedJoin(join: Join, { projectId }: LowerContext): Join {
  if (join.source.kind !== 'table') return join
  requireTable(join.source)
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
  if (uses((e) => e.kind === 'property' && e.of === 'session')) list.push(sessionJoin(context.projectId))
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
      if (e.table !== 'events') return RENAMED[`${e.table}.${e.name}`] ?? e
      return textOf(e, context) ?? eventColumn(e.name, context)
    case 'call':
      return (e.fn === 'toText' && e.args[0]?.kind === 'column' && idText(e.args[0], context)) || descend(e, context)
    case 'actorCell':
      return e.of === 'person'
        ? native('personJson', value(context.projectId, 'int'), column('persons', 'id'))
        : native('groupJson', value(context.projectId, 'int'), column(e.of, 'id'))
    case 'property':
      return jsonRead(e, context)
    case 'compare':
    case 'in':
    case 'match':
      return codedTest(e, context, (test) => descend(test, context)) ?? descend(e, context)
    case 'isNull': {
      const coded = e.arg.kind === 'call' ? undefined : codedText(e.arg, context)
      return coded ? isNull(coded.id) : descend(e, context)
    }
    case 'breakdownKey': {
      const hot = slotOf(e.of, context)
      return hot && !hot.slot.uncoded
        ? call('coalesce', hot.id, NO_VALUE)
        : call('coalesce', lowerExpr(e.of, context), value('', 'text'))
    }
    case 'scalarQuery':
      return { ...e, query: lowerPostgres(e.query, context) }
    case 'inQuery':
      return { ...e, expr: lowerExpr(e.expr, context), query: lowerPostgres(e.query, context) }
    case 'inCohort':
      return { kind: 'exists', query: membership(lowerExpr(e.person, context), e.cohort, context) }
    case 'breakdownText': {
      const slot = e.owner === 'event' ? context.slots.get(e.property) : undefined
      const key = lowerExpr(e.key, context)
      return slot && !slot.uncoded ? dictionaryText(key, context) : key
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
function idText(e: Column, context: LowerContext): Expr | undefined {
  if (e.table === 'persons' && e.name === 'id') return call('toText', column('persons', 'uuid'))
  const group = GROUP_OWNERS.find((owner) => e.table === owner)
  if (group) return e.name === 'id' ? column(group, 'group_key') : undefined
  if (e.table === 'events' && e.name === 'person_id')
    return read('persons', call('toText', column('persons', 'uuid')), personOf(context), context)
  return textOf(call('toText', e), context)
}

const descend = (e: Expr, context: LowerContext) => mapChildren(e, (child) => lowerExpr(child, context))

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
