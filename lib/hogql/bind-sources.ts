/** What a select reads: tables, sub-queries and table functions, and how they are joined. */

import { nearest } from '../core/nearest.ts'
import { alwaysTrue, call, column, common, table } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Join, Source } from '../tree/relation.ts'
import { GROUP_OWNERS } from '../tree/types.ts'
import { some } from '../tree/walk.ts'
import { type BoundColumn, type Env, functionContext } from './bind.ts'
import { conditionOf } from './bind-conditions.ts'
import { asJoinCondition } from './bound-conditions.ts'
import { coerce, commonType } from './coerce.ts'
import { columnsOf, type Field, type Fields, tableFields, tableNames } from './fields.ts'
import type { Typed } from './rules.ts'
import type { Relation, Scope } from './scope.ts'
import type { JoinOf, PlainAst, PlainQueryAst, PlainSource } from './syntax.ts'
import { bindTableFunction } from './table-functions.ts'
import { comparedIds } from './text-ids.ts'

type BindSubquery = NonNullable<Env['query']>

/** The source of the syntax, whose alias is in the scope then. Throws a 400 for a table that is not there. */
export function bindSource(ast: PlainSource, scope: Scope, query: BindSubquery, isOptional = false): Source {
  const add = (alias: string, relation: Relation) =>
    scope.addRelation(alias, isOptional ? { ...relation, fields: optional(relation.fields) } : relation, ast.at)
  switch (ast.kind) {
    case 'table': {
      const alias = ast.alias ?? ast.name
      const known = scope.commonTable(ast.name)?.columns
      const fields = known ? fieldsOf(alias, known) : tableFields(ast.name, alias)
      if (!fields) throw unknownTable(ast, scope)
      const names = known ? known.map(({ name }) => name) : tableNames(ast.name)
      add(alias, { fields, names, ...(known ? {} : { table: ast.name }) })
      return known ? common(ast.name, alias) : table(ast.name, alias)
    }
    case 'tableQuery': {
      const alias = ast.alias ?? `query_${ast.at}`
      const { query: bound, columns } = bindNamed(ast.query, scope, query)
      add(alias, { fields: fieldsOf(alias, columns), names: columns.map(({ name }) => name) })
      const isUnion = ast.query.kind === 'union' && bound.from.kind === 'union' && !bound.with
      return isUnion
        ? { ...(bound.from as Extract<Source, { kind: 'union' }>), alias }
        : { kind: 'query', query: bound, alias }
    }
    case 'tableFunction': {
      const alias = ast.alias ?? ast.name
      const { source, columns } = bindTableFunction(ast, alias, scope, query)
      add(alias, { fields: columnsOf(columns), names: Object.keys(columns) })
      return source
    }
    default:
      return ast satisfies never
  }
}

/** Throws a 400 for a column that has the name of another: nobody could read it. */
export function bindNamed(ast: PlainQueryAst, scope: Scope, query: BindSubquery) {
  const bound = query(ast, scope)
  const names = bound.columns.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw scope.error(`The column ${twice} is there twice.`, ast.at)
  return bound
}

function unknownTable({ name, at }: { readonly name: string; readonly at: number }, scope: Scope) {
  const known = [...scope.commonTableNames, ...TABLE_NAMES]
  const near = nearest(name, known)
  return scope.error(`Unknown table \`${name}\`.${near === undefined ? '' : ` Did you mean: ${near}?`}`, at)
}
const TABLE_NAMES: readonly string[] = [
  'events',
  'persons',
  'person_distinct_ids',
  'groups',
  'sessions',
  'cohort_people',
  'static_cohort_people',
  'system.runs',
]

/** The columns of a sub-query under an alias. */
const fieldsOf = (alias: string, columns: readonly BoundColumn[]): Fields =>
  columnsOf(
    Object.fromEntries(
      columns.map(({ name, mayBeNaN, ...typed }): [string, Typed] => {
        const expr: Expr = mayBeNaN ? { ...column(alias, name), mayBeNaN } : column(alias, name)
        return [name, { ...typed, expr }]
      }),
    ),
  )

/** What a join may leave without a row is null then. */
const optional =
  (fields: Fields): Fields =>
  (chain) => {
    const field = fields(chain)
    return field?.kind === 'column' ? { ...field, typed: { ...field.typed, isNullable: true } } : field
  }

export function bindJoin(ast: JoinOf<PlainAst>, before: readonly string[], env: Env, query: BindSubquery): Join {
  const { scope } = env
  const { how, any, on: written, using } = ast
  const left = how === 'left' || how === 'full'
  const right = how === 'right' || how === 'full'
  if (any && right) throw scope.error(`A ${how} any join cannot be computed: turn it round.`, ast.source.at)
  const source = bindSource(ast.source, scope, query, left)
  if (source.kind === 'buckets' || source.kind === 'walks' || source.kind === 'keyTexts')
    throw scope.error('This can stand behind FROM only.', ast.source.at)
  const condition = written && withoutGroupType(written, source)
  const conditions = [
    ...(condition ? [conditionOf(condition, { ...env, place: 'row' })] : []),
    ...using.map((name) => mergeColumns(name, before, source.alias, { left, right }, ast.source.at, scope)),
  ]
  const on =
    conditions.length === 0
      ? alwaysTrue
      : asJoinCondition(conditions.length === 1 ? (conditions[0] as Expr) : { kind: 'and', args: conditions })
  if (left && right && on !== alwaysTrue && !comparesKeys(on, source.alias))
    throw scope.error('A full join compares a value of each side with =.', ast.on?.at ?? ast.source.at)
  return {
    source,
    on,
    ...(left ? { left } : {}),
    ...(right ? { right } : {}),
    ...(any ? { any } : {}),
  }
}

/** Is there an equality of what the source has and what the sources before it have? Rows are found by nothing else. */
function comparesKeys(on: Expr, alias: string): boolean {
  if (on.kind === 'and') return on.args.some((arg) => comparesKeys(arg, alias))
  if (on.kind !== 'compare' || on.op !== '=') return false
  const isOfOneSide = (e: Expr, own: boolean) =>
    some(e, (part) => readsOf(part) !== undefined) &&
    !some(e, (part) => readsOf(part) !== undefined && (readsOf(part) === alias) !== own)
  return (
    (isOfOneSide(on.left, true) && isOfOneSide(on.right, false)) ||
    (isOfOneSide(on.left, false) && isOfOneSide(on.right, true))
  )
}
const readsOf = (e: Expr): string | undefined => (e.kind === 'column' || e.kind === 'property' ? e.table : undefined)

/** `using k`: both sides are equal in `k`, and `k` alone means either. */
function mergeColumns(
  name: string,
  before: readonly string[],
  alias: string,
  { left, right }: { readonly left: boolean; readonly right: boolean },
  at: number,
  scope: Scope,
): Expr {
  const typedOf = (field: Field | undefined): Typed => {
    if (field?.kind !== 'column') throw scope.error(`Unable to resolve field: ${name}`, at)
    return field.typed
  }
  const a = typedOf(before.map((each) => scope.fieldOf(each, [name])).find((field) => field !== undefined))
  const b = typedOf(scope.fieldOf(alias, [name]))
  const context = functionContext(scope, at)
  const type = commonType([a, b], true)
  const [x, y] = [coerce(a, type, context), coerce(b, type, context)]
  const either = left && right ? { ...x, expr: call('coalesce', x.expr, y.expr) } : right ? y : x
  scope.mergeColumns(name, either)
  const same = comparedIds(x, y)
  return { kind: 'compare', op: '=', left: same(x.expr), right: same(y.expr) }
}

/** `group_0.index = 0`: the alias says it already. */
function withoutGroupType(on: PlainAst, source: Source): PlainAst | null {
  if (source.kind !== 'table' || source.name !== 'groups' || !GROUP_OWNERS.some((name) => name === source.alias))
    return on
  const isType = (ast: PlainAst): boolean => {
    const [field, index] = ast.kind === 'call' && ast.name === 'equals' ? ast.args : []
    const isIndex = field?.kind === 'field' && field.chain.join('.') === `${source.alias}.index`
    return isIndex && index?.kind === 'literal' && source.alias === `group_${index.value}`
  }
  if (isType(on)) return null
  return on.kind === 'call' && on.name === 'and' ? { ...on, args: on.args.filter((arg) => !isType(arg)) } : on
}
