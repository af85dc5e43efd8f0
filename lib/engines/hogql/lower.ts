/**
 * Logical query -> syntax of HogQL. Buckets become one pass over the whole range, grouped by the index of the bucket; the
 * relations that only an engine can carry out become table functions of ours (docs/hogql-table-functions.md).
 */

import { catalogTable } from '../../catalog/catalog.ts'
import { assert, unreachable } from '../../core/assert.ts'
import { isSame } from '../../hogql/idioms.ts'
import type { JoinOf, PlainAst, PlainQueryAst, PlainSelect, PlainSource, SelectAst } from '../../hogql/syntax.ts'
import type { PropertyTypes } from '../../plan/filter.ts'
import { column } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { CommonSource, Join, Select, SelectColumn, Source, TableSource } from '../../tree/relation.ts'
import { walkColumns } from '../../tree/walk-columns.ts'
import { expandBuckets } from './buckets.ts'
import { logic } from './conditions.ts'
import { holds, lowerValue, orderOf } from './expressions.ts'
import { apply, literal } from './functions.ts'
import { type Columns, EVENT_NAMES, field, isNeverNull, type NamedSource, type Names } from './names.ts'
import { walksFunction } from './walks.ts'

interface Lowered {
  readonly ast: PlainQueryAst
  readonly columns: Columns
}

/** `types`: how properties are read by their definitions, since HogQL reads them so. */
export const lowerHogql = (query: Select, types: PropertyTypes): PlainQueryAst =>
  lowerSelect(query, { types, sources: new Map(), commonTables: new Map(), query: lowerSelect }).ast

/** An expression over the tables of a select, under their aliases, as it stands in that select; a condition is true where it is. */
export function lowerIn(e: Expr, { from, joins }: SelectAst, types: PropertyTypes, isCondition: boolean): PlainAst {
  const read = [from, ...joins.map(({ source }) => source)]
  const sources = read.flatMap((source): [string, NamedSource][] => {
    if (source?.kind !== 'table') return []
    const columns = new Map([...(catalogTable(source.name)?.columns.keys() ?? [])].map((name) => [name, true] as const))
    const kind = TABLES[source.name]
    const known = kind ? { kind, columns: NO_COLUMNS } : { kind: 'columns' as const, columns }
    return [[source.alias ?? source.name, { ...known, qualified: true, isOptional: joins.length > 0 }]]
  })
  const names: Names = { types, sources: new Map(sources), commonTables: new Map(), query: lowerSelect }
  return isCondition ? holds(e, true, names) : lowerValue(e, names)
}

function lowerSelect(query: Select, outer: Names): Lowered {
  const commonTables = new Map(outer.commonTables)
  const tables = (query.with ?? []).map(({ name, query: of }) => {
    const { ast, columns } = lowerSelect(of, { ...outer, sources: new Map(), commonTables })
    commonTables.set(name, columns)
    return { name, query: ast, at: 0 }
  })
  const around: Names = { ...outer, commonTables, sources: new Map() }
  const sources = new Map<string, NamedSource>()
  const names: Names = { ...around, sources }
  const joins = query.joins ?? []
  const isQualified = joins.length > 0 || query.columns.some(({ as }) => EVENT_NAMES.includes(as))
  const lowered = (of: Source, isOptional: boolean): PlainSource => {
    const { ast, named } = lowerSource(of, names, around)
    const columns = new Map([...named.columns].map(([name, isNullable]) => [name, isNullable || isOptional]))
    sources.set(of.alias, { ...named, columns, isOptional, qualified: named.kind !== 'events' || isQualified })
    return ast
  }
  const from = lowered(query.from, false)
  const loweredJoins = joins.map((join) => lowerJoin(join, lowered(join.source, join.left === true), names))
  const columns = query.columns.map(
    ({ expr, as }): PlainAst => ({ kind: 'alias', expr: lowerValue(expr, names), name: as, at: 0 }),
  )
  const byAlias = (ast: PlainAst): PlainAst => {
    const found = columns.find((each) => each.kind === 'alias' && ast.kind !== 'field' && isSame(each.expr, ast))
    return found?.kind === 'alias' ? field(found.name) : ast
  }
  const condition = withoutProfile(query)
  const select: PlainSelect = {
    kind: 'select',
    with: tables,
    values: [],
    distinct: query.distinct === true,
    columns,
    from,
    joins: loweredJoins,
    arrayJoin: null,
    where: condition ? holds(condition, true, names) : null,
    groupBy: (query.groupBy ?? []).map((e) => byAlias(lowerValue(e, names))),
    having: query.having ? holds(query.having, true, names) : null,
    windows: [],
    orderBy: (query.orderBy ?? []).map((order) => {
      const of = orderOf(order, names)
      return { ...of, expr: byAlias(of.expr) }
    }),
    limitBy: null,
    limit: query.limit === undefined ? null : literal(query.limit),
    offset: query.offset ? literal(query.offset) : null,
    at: 0,
  }
  return { ast: select, columns: nullability(query.columns, names) }
}

const nullability = (columns: readonly SelectColumn[], names: Names): Columns =>
  new Map(columns.map(({ expr, as }) => [as, !isNeverNull(expr, names)]))

function lowerJoin({ on, left, source }: Join, ast: PlainSource, names: Names): JoinOf<PlainAst> {
  const group = ast.kind === 'table' && ast.name === 'groups' ? Number(source.alias.slice('group_'.length)) : null
  // keys of groups are unique in their type only
  const ofType = group === null ? [] : [apply('equals', field(source.alias, 'index'), literal(group))]
  const condition = logic('and', [joinCondition(on, names), ...ofType])
  const isCross = condition.kind === 'literal' && condition.value === true
  if (isCross && !left) return { how: 'cross', any: false, source: ast, on: null, using: [] }
  return { how: left ? 'left' : 'inner', any: false, source: ast, on: condition, using: [] }
}

/** In a join an equality with null is none. */
function joinCondition(e: Expr, names: Names): PlainAst {
  if (e.kind === 'and')
    return logic(
      'and',
      e.args.map((arg) => joinCondition(arg, names)),
    )
  if (e.kind === 'compare' && e.op === '=')
    return apply('equals', lowerValue(e.left, names), lowerValue(e.right, names))
  return holds(e, true, names)
}

/** Persons that stand alone are those with a profile. */
function withoutProfile({ from, joins = [], where }: Select): Expr | undefined {
  if (from.kind !== 'table' || from.name !== 'persons' || joins.some(({ left }) => !left)) return where
  const isProfile = (e: Expr): boolean =>
    e.kind === 'compare' && e.left.kind === 'column' && e.left.table === from.alias && e.left.name === 'has_profile'
  if (!where || isProfile(where)) return undefined
  return where.kind === 'and' ? { ...where, args: where.args.filter((arg) => !isProfile(arg)) } : where
}

const TABLES: Readonly<Record<string, NamedSource['kind']>> = {
  events: 'events',
  persons: 'persons',
  groups: 'groups',
  person_distinct_ids: 'distinctIds',
}
const NO_COLUMNS: Columns = new Map()

function lowerSource(
  of: Source,
  names: Names,
  around: Names,
): { ast: PlainSource; named: Omit<NamedSource, 'qualified' | 'isOptional'> } {
  const { alias } = of
  switch (of.kind) {
    case 'table': {
      const table = catalogTable(of.name)
      assert(table, `there is no table ${of.name}`)
      const kind = TABLES[table.name]
      const columns = [...table.columns.keys()].map((name) => [name, table.nullable.includes(name)] as const)
      return {
        ast: named(of),
        named: kind ? { kind, columns: NO_COLUMNS } : { kind: 'columns', columns: new Map(columns) },
      }
    }
    case 'common': {
      const columns = names.commonTables.get(of.name)
      assert(columns, `there is no common table ${of.name}`)
      return { ast: named(of), named: { kind: 'columns', columns } }
    }
    case 'query':
      return ofQuery(lowerSelect(of.query, around), alias)
    case 'buckets':
      return ofQuery(lowerSelect(of.together ?? expandBuckets(of), around), alias)
    case 'union': {
      const queries = of.queries.map((query) => lowerSelect(query, around))
      const columnNames = [...(queries[0]?.columns.keys() ?? [])]
      const isNullable = (name: string) => queries.some((query) => query.columns.get(name) !== false)
      const columns = new Map(columnNames.map((name) => [name, isNullable(name)] as const))
      return ofQuery(
        { ast: { kind: 'union', operator: 'union all', queries: queries.map(({ ast }) => ast), at: 0 }, columns },
        alias,
      )
    }
    case 'indexes':
      return {
        ast: { kind: 'tableFunction', name: 'numbers', args: [literal(of.count)], alias, at: 0 },
        named: { kind: 'numbers', columns: new Map([['index', false]]) },
      }
    case 'walks':
      return {
        ast: walksFunction(of, around),
        named: { kind: 'columns', columns: new Map(walkColumns(of).map((name) => [name, false])) },
      }
    case 'keyTexts': {
      const own = column('keys', 'key')
      const columns = ['key', 'text'].map((as) => ({ expr: own, as }))
      const from = { kind: 'query', alias: 'keys', query: of.keys } as const
      return ofQuery(lowerSelect({ kind: 'select', columns, from }, around), alias)
    }
    case 'elements':
      return unreachable('arrays are joined in queries of clients only')
    case 'propertyPairs':
      return {
        ast: { kind: 'tableFunction', name: 'propertyPairs', args: [lowerValue(of.of, names)], alias, at: 0 },
        named: {
          kind: 'columns',
          columns: new Map([
            ['key', false],
            ['value', false],
          ]),
        },
      }
    default:
      return of satisfies never
  }
}

const named = ({ name, alias }: TableSource | CommonSource): PlainSource => ({
  kind: 'table',
  name,
  alias: name === alias ? null : alias,
  at: 0,
})

const ofQuery = ({ ast, columns }: Lowered, alias: string) => ({
  ast: { kind: 'tableQuery' as const, query: ast, alias, at: 0 },
  named: { kind: 'columns' as const, columns },
})
