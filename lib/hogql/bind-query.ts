/**
 * The syntax of a SELECT -> a select of the tree over tables of the catalog, common tables and table functions of ours. Any
 * other name is a 400 with its place.
 */
import { and, common, compare, table, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { CommonTable, Join, Select, SelectColumn, Source } from '../tree/relation.ts'
import { type BoundColumn, type BoundQuery, bind, type Env, functionContext } from './bind.ts'
import { bindOrder, bindWholeActor, special } from './bind-special.ts'
import { asCondition, asJoinCondition } from './bound-conditions.ts'
import { coerce } from './coerce.ts'
import { desugarQuery } from './desugar.ts'
import { columnsOf, tableFields } from './fields.ts'
import type { Typed } from './rules.ts'
import { type BindContext, type Relation, Scope } from './scope.ts'
import type { JoinOf, PlainAst, PlainQueryAst, PlainSelect, PlainSource, QueryAst } from './syntax.ts'
import { bindTableFunction } from './table-functions.ts'

/** Throws a 400 that names the place. */
export const bindQuery = (ast: QueryAst, context: BindContext): BoundQuery =>
  bindAny(desugarQuery(ast), new Scope(context))

function bindAny(ast: PlainQueryAst, around: Scope): BoundQuery {
  if (ast.kind === 'select') return bindSelect(ast, around)
  const { queries, columns } = bindUnion(ast.queries, around)
  const alias = 'united'
  return {
    query: {
      kind: 'select',
      columns: columns.map(({ name }) => ({ expr: { kind: 'column', table: alias, name }, as: name })),
      from: { kind: 'union', queries, alias },
    },
    columns,
  }
}

function bindUnion(asts: readonly PlainQueryAst[], around: Scope) {
  const bound = asts.map((ast) => bindAny(ast, around))
  const columns = bound[0]?.columns ?? []
  for (const [index, { columns: others }] of bound.entries())
    if (others.length !== columns.length)
      throw around.error('The queries of a union have as many columns each.', asts[index]?.at ?? 0)
  return { queries: bound.map(({ query }) => query), columns }
}

function bindSelect(ast: PlainSelect, around: Scope): BoundQuery {
  const scope = new Scope(around.context, around)
  const tables = bindCommonTables(ast, scope)
  if (!ast.from) throw scope.error('A query reads FROM a table.', ast.at)
  if (ast.having) throw scope.error('HAVING cannot be computed yet.', ast.having.at)
  const from = bindSource(ast.from, scope)
  const joins = ast.joins.map((join) => bindJoin(join, scope))
  const env: Env = { scope, place: 'query', query: bindAny, special }
  const columns = bindColumns(ast.columns, env)
  const where = ast.where && conditionOf(ast.where, env)
  const profile = withProfile(from, joins)
  const conditions = [...(profile ? [profile] : []), ...(where ? [where] : [])]
  const groupBy = ast.groupBy.map((each) => bind(each, env).expr)
  const grouped = ast.distinct ? columns.map(({ expr }) => expr) : groupBy
  const orderBy = ast.orderBy.map((order) => bindOrder(order, env))
  const limit = ast.limit && wholeNumber(ast.limit, scope)
  const offset = ast.offset && wholeNumber(ast.offset, scope)
  const query: Select = {
    kind: 'select',
    ...(tables.length > 0 ? { with: tables } : {}),
    columns: columns.map(({ expr, name }): SelectColumn => ({ expr, as: name })),
    from,
    joins,
    ...(conditions.length > 0 ? { where: and(...conditions) } : {}),
    ...(grouped.length > 0 ? { groupBy: grouped } : {}),
    ...(orderBy.length > 0 ? { orderBy } : {}),
    ...(limit === null ? {} : { limit }),
    ...(offset === null ? {} : { offset }),
  }
  return { query, columns: columns.map(({ expr: _, ...column }) => column) }
}

const bindCommonTables = (ast: PlainSelect, scope: Scope): CommonTable[] =>
  ast.with.map(({ name, query, at }) => {
    const bound = bindAny(query, scope)
    // its columns have other names under each alias
    scope.addCommonTable(name, { fields: () => undefined, columns: bound.columns }, at)
    return { name, query: bound.query }
  })

function bindSource(ast: PlainSource, scope: Scope): Source {
  switch (ast.kind) {
    case 'table': {
      const alias = ast.alias ?? ast.name
      const known = scope.commonTable(ast.name)?.columns
      const fields = known ? fieldsOf(alias, known) : tableFields(ast.name, alias)
      if (!fields) throw scope.error(`Unknown table \`${ast.name}\`.`, ast.at)
      scope.addRelation(alias, { fields, ...(known ? {} : { table: ast.name }) }, ast.at)
      return known ? common(ast.name, alias) : table(ast.name, alias)
    }
    case 'tableQuery': {
      const alias = ast.alias ?? `query_${ast.at}`
      if (ast.query.kind === 'union') {
        const { queries, columns } = bindUnion(ast.query.queries, scope)
        scope.addRelation(alias, { fields: fieldsOf(alias, columns) }, ast.at)
        return { kind: 'union', queries, alias }
      }
      const { query, columns } = bindSelect(ast.query, scope)
      scope.addRelation(alias, { fields: fieldsOf(alias, columns) }, ast.at)
      return { kind: 'query', query, alias }
    }
    case 'tableFunction': {
      const alias = ast.alias ?? ast.name
      const { source, columns } = bindTableFunction(ast, alias, scope, bindAny)
      scope.addRelation(alias, { fields: columnsOf(columns) }, ast.at)
      return source
    }
    default:
      return ast satisfies never
  }
}

const fieldsOf = (alias: string, columns: readonly BoundColumn[]): Relation['fields'] =>
  columnsOf(
    Object.fromEntries(
      columns.map(({ name, ...typed }): [string, Typed] => [
        name,
        { ...typed, expr: { kind: 'column', table: alias, name } },
      ]),
    ),
  )

function bindJoin({ how, source: ast, on }: JoinOf<PlainAst>, scope: Scope): Join {
  if (how === 'right' || how === 'full') throw scope.error(`A ${how} join cannot be computed yet.`, ast.at)
  const source = bindSource(ast, scope)
  if (
    source.kind === 'union' ||
    source.kind === 'indexes' ||
    source.kind === 'buckets' ||
    source.kind === 'walks' ||
    source.kind === 'keyTexts'
  )
    throw scope.error('This can stand behind FROM only.', ast.at)
  const env: Env = { scope, place: 'row', query: bindAny, special }
  const condition = on && withoutGroupType(on, source)
  const isLeft = how === 'left' ? { left: true } : {}
  return { source, on: condition ? asJoinCondition(booleanOf(condition, env)) : value(true, 'boolean'), ...isLeft }
}

/** `group_0.index = 0`: the alias says it already. */
function withoutGroupType(on: PlainAst, source: Source): PlainAst | null {
  if (source.kind !== 'table' || source.name !== 'groups') return on
  const isType = (ast: PlainAst): boolean => {
    const [field, index] = ast.kind === 'call' && ast.name === 'equals' ? ast.args : []
    const isIndex = field?.kind === 'field' && field.chain.join('.') === `${source.alias}.index`
    return isIndex && index?.kind === 'literal' && source.alias === `group_${index.value}`
  }
  if (isType(on)) return null
  return on.kind === 'call' && on.name === 'and' ? { ...on, args: on.args.filter((arg) => !isType(arg)) } : on
}

const booleanOf = (ast: PlainAst, env: Env): Expr =>
  coerce(bind(ast, env), 'boolean', functionContext(env.scope, ast.at)).expr
const conditionOf = (ast: PlainAst, env: Env): Expr => asCondition(booleanOf(ast, env))

/** Persons that stand alone are those with a profile; where rows name persons, they are the persons that are named. */
function withProfile(from: Source, joins: readonly Join[]): Expr | undefined {
  if (from.kind !== 'table' || from.name !== 'persons' || joins.some(({ left }) => !left)) return undefined
  return compare({ kind: 'column', table: from.alias, name: 'has_profile' }, '=', value(true, 'boolean'))
}

type NamedColumn = Typed & { readonly name: string }

/** A name of a column stands for the column everywhere in the select, but not in the column itself. */
function bindColumns(asts: readonly PlainAst[], env: Env): NamedColumn[] {
  const { scope } = env
  const bound = new Map<PlainAst, Typed>()
  const pending = new Set<PlainAst>()
  const typed = (ast: PlainAst): Typed | undefined => {
    if (pending.has(ast)) return undefined
    const known = bound.get(ast)
    if (known) return known
    pending.add(ast)
    const made = bindWholeActor(ast, env) ?? bind(ast, env)
    pending.delete(ast)
    bound.set(ast, made)
    return made
  }
  for (const ast of asts) if (ast.kind === 'alias') scope.addName(ast.name, () => typed(ast.expr))
  const columns = asts.map((ast): NamedColumn => {
    const [name, expr] = ast.kind === 'alias' ? [ast.name, ast.expr] : [nameOf(ast, scope), ast]
    return { ...(typed(expr) as Typed), name }
  })
  const names = columns.map(({ name }) => name)
  const twice = names.findIndex((name, index) => names.indexOf(name) < index)
  if (twice >= 0) throw scope.error(`The column ${names[twice]} is there twice.`, asts[twice]?.at ?? 0)
  return columns
}

function nameOf(ast: PlainAst, scope: Scope): string {
  if (ast.kind === 'field') return ast.chain.at(-1) ?? ''
  throw scope.error('The column needs a name: count() as people.', ast.at)
}

function wholeNumber(ast: PlainAst, scope: Scope): number {
  const number = ast.kind === 'literal' && typeof ast.value === 'number' ? ast.value : -1
  if (!Number.isInteger(number) || number < 0) throw scope.error('This must be a whole number.', ast.at)
  return number
}
