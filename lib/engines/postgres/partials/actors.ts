/**
 * Queries of a bucket whose rows are not kept as they are: those whose conditions read persons or cohorts, and sets with a key.
 * Of each bucket its actors are kept, and what the query gives is made of them when they are read (docs/performance.md 4).
 */
import { column } from '../../../tree/build.ts'
import { and, call, children, type Expr, type Join, type Select, type SelectColumn } from '../physical.ts'
import { isMembership, type Passing, type PersonalTest } from './exceptions.ts'
import { additive, isCountOfRows, isSame, ofParts, part } from './parts.ts'
import { readsEventsAlone } from './shape.ts'

export interface ActorBuckets {
  /** The rows to keep, which events alone decide. */
  readonly events: Select
  /** What else decides; null: nothing. */
  readonly test: PersonalTest | null
  /** What the query gives for a bucket, of the rows that are kept of it (it reads them as `part`). */
  readonly read: (passing: Passing | null) => Select
}

const PERSON = 'person'
/** The columns of the person and the actor beside others. */
const OF_PERSON = 'of_person'
const OF_ACTOR = 'of_actor'

/** The actors of a query of events; undefined where its rows can be kept as they are, or are not made of actors. */
export function actorsOf(each: Select): ActorBuckets | undefined {
  const { from } = each
  const outer = from.kind === 'query' && !each.joins ? { query: each, alias: from.alias } : null
  const split = splitConditions(outer && from.kind === 'query' ? from.query : each)
  if (!split || !(split.test || isSetWithKey(each))) return undefined
  const { events, test } = split
  const isPerson = (e: Expr) => e.kind === 'column' && e.table === events.from.alias && e.name === PERSON
  const actor = events.columns.find(({ expr }) => isPerson(expr))?.as
  const isOfActors = actor !== undefined && (events.groupBy ?? []).some(isPerson)
  const made = isOfActors
    ? ((outer && setOf(events, actor, outer)) ?? rowsOf(events, actor, outer))
    : sumsOf(split, outer)
  return made && { ...made, test }
}

type Outer = { readonly query: Select; readonly alias: string } | null

type Conditions = Pick<ActorBuckets, 'events' | 'test'>
type Made = Pick<ActorBuckets, 'events' | 'read'>

const isSetWithKey = ({ columns }: Select): boolean => columns.length > 1 && columns.some(({ expr }) => isSet(expr))
const isSet = (e: Expr): boolean => e.kind === 'call' && e.fn === 'idSet'

const within = (outer: Outer, query: Select): Select =>
  outer ? { ...outer.query, from: { kind: 'query', alias: outer.alias, query } } : query

/** The rows of a query of events without its conditions on persons, and these. */
function splitConditions(query: Select): Conditions | undefined {
  const { from, joins = [], where, ...rest } = query
  const [join, ...more] = joins
  if (from.kind !== 'stored' || from.name !== 'events' || !where || more.length > 0) return undefined
  if (rest.having || rest.distinct || rest.with || rest.limit !== undefined || rest.orderBy?.length) return undefined
  if (join && !isOfPersons(join)) return undefined
  const isRead = (e: Expr) => isPersonal(e, from.alias, join?.source.alias)
  const conditions = where.kind === 'and' ? where.args : [where]
  const personal = conditions.filter(isRead)
  const events: Select = { ...rest, from, where: and(...conditions.filter((test) => !personal.includes(test))) }
  const read = [
    ...rest.columns.map(({ expr }) => expr),
    ...(rest.groupBy ?? []),
    ...(events.where ? [events.where] : []),
  ]
  if (!readsEventsAlone(events) || read.some((e) => mentions(e, join?.source.alias))) return undefined
  if (personal.length === 0) return join ? undefined : { events, test: null }
  return { events, test: { condition: and(...personal), events: from.alias, join: join ?? null } }
}

const isOfPersons = ({ source, left, any }: Join): boolean =>
  source.kind === 'stored' && source.name === 'persons' && left === true && !any

/** Do the person of the event and the cohorts of that person decide it? */
function isPersonal(e: Expr, events: string, persons: string | undefined): boolean {
  let isRead = false
  const visit = (of: Expr): boolean => {
    if (of.kind === 'column' || of.kind === 'exists') isRead = true
    switch (of.kind) {
      case 'column':
        return of.table === persons
      case 'exists':
        return isMembership(of.query, events)
      case 'scalarQuery':
      case 'inQuery':
      case 'inNumbers':
      case 'actorCell':
      case 'bucketFrom':
      case 'bucketTo':
      case 'window':
        return false
      default:
        return !('fn' in of && of.fn === 'rand') && children(of).every(visit)
    }
  }
  return visit(e) && isRead
}

const mentions = (e: Expr, alias: string | undefined): boolean => alias !== undefined && mentionsTable(e, alias)
const mentionsTable = (e: Expr, alias: string): boolean =>
  (e.kind === 'column' && e.table === alias) || children(e).some((child) => mentionsTable(child, alias))

/** Actors that are counted once, or asked for as a set: their set is kept. */
function setOf(events: Select, actor: string, { query, alias }: NonNullable<Outer>): Made | undefined {
  const [only, ...more] = query.columns
  if (!only || more.length > 0 || query.groupBy?.length || query.having || query.orderBy?.length) return undefined
  const ids: SelectColumn = { expr: call('idSet', column(alias, actor)), as: 'ids' }
  const isCount = isCountOfRows(only.expr)
  if (events.groupBy?.length !== 1 || !(isCount || isSame(only.expr, ids.expr))) return undefined
  return {
    events: { ...query, columns: [ids], from: { kind: 'query', alias, query: events } },
    read: (passing): Select => {
      const ids = passing ? passing.members(part('ids')) : part('ids')
      const expr = isCount ? call('toFloat', call('setSize', ids)) : ids
      return { kind: 'select', columns: [{ expr, as: only.as }], from: ofParts }
    },
  }
}

/** A row for each actor: those of who passes are the same. */
function rowsOf(events: Select, actor: string, outer: Outer): Made {
  const { kept, of } = withoutConstants(events)
  return {
    events: kept,
    read: (passing) =>
      within(outer, {
        kind: 'select',
        columns: events.columns.map(of),
        from: ofParts,
        ...(passing ? { where: passing.person(part(actor)) } : {}),
      }),
  }
}

/** Aggregates of events: each is made of those of single persons; a set of what it holds. */
function sumsOf({ events, test }: Conditions, outer: Outer): Made | undefined {
  const { groupBy = [] } = events
  const isKey = ({ expr }: SelectColumn) => groupBy.some((key) => isSame(key, expr))
  const keys = events.columns.filter(isKey)
  if (keys.length !== groupBy.length || events.columns.length === 0) return undefined
  const person: SelectColumn = { expr: column(events.from.alias, PERSON), as: OF_PERSON }
  const made = events.columns.filter((one) => !isKey(one)).map((one) => madeOf(one, person))
  const whole = made.filter((one) => one !== undefined)
  if (whole.length < made.length) return undefined
  const groups = new Set([...(test ? [person] : []), ...whole.flatMap(({ group }) => (group ? [group] : []))])
  const grouped = [...groups]
  const { kept, of } = withoutConstants({
    ...events,
    columns: [...keys, ...grouped, ...whole.flatMap(({ ofPart }) => (ofPart ? [ofPart] : []))],
    groupBy: [...groupBy, ...grouped.map(({ expr }) => expr)],
  })
  return {
    events: kept,
    read: (passing) =>
      within(outer, {
        kind: 'select',
        columns: [...keys.map(of), ...whole.map(({ ofParts }) => ofParts)],
        from: ofParts,
        ...(passing ? { where: passing.person(part(OF_PERSON)) } : {}),
        ...(keys.length > 0 ? { groupBy: keys.map((key) => of(key).expr) } : {}),
      }),
  }
}

interface MadeOfActors {
  /** One more column that events are grouped by. */
  readonly group?: SelectColumn
  /** The aggregate of the events of one of them. */
  readonly ofPart?: SelectColumn
  readonly ofParts: SelectColumn
}

function madeOf({ expr, as }: SelectColumn, person: SelectColumn): MadeOfActors | undefined {
  const [member] = expr.kind === 'call' && isSet(expr) ? expr.args : []
  if (member) {
    const group = isSame(member, person.expr) ? person : { expr: member, as: OF_ACTOR }
    return { group, ofParts: { expr: call('idSet', part(group.as)), as } }
  }
  const sum = additive(expr, as)
  return sum && { ofPart: { expr: sum.ofPart, as }, ofParts: { expr: sum.ofParts, as } }
}

/** What is the same in all rows is not kept: `of` gives each column, as it is read. */
function withoutConstants(events: Select): { kept: Select; of: (column: SelectColumn) => SelectColumn } {
  const isConstant = (e: Expr) => e.kind === 'value'
  return {
    kept: {
      ...events,
      columns: events.columns.filter(({ expr }) => !isConstant(expr)),
      groupBy: (events.groupBy ?? []).filter((key) => !isConstant(key)),
    },
    of: ({ expr, as }) => ({ expr: isConstant(expr) ? expr : part(as), as }),
  }
}
