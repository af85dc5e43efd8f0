/**
 * The syntax of a query -> a query of the tree. It reads tables of the catalog, common tables and table functions of ours. Any
 * other name is a 400 with its place.
 */
import { column } from '../tree/build.ts'
import type { Select, SetOperator as TreeOperator } from '../tree/relation.ts'
import type { BoundColumn, BoundQuery } from './bind.ts'
import { placesOf } from './bind-columns.ts'
import { bindSelect, bindWith } from './bind-select.ts'
import { commonInfo } from './coerce.ts'
import { desugarQuery } from './desugar.ts'
import type { Typed, ValueInfo } from './rules.ts'
import { type BindContext, Scope } from './scope.ts'
import type { PlainQueryAst, QueryAst, SetOperator } from './syntax.ts'
import { as, infoOf } from './values.ts'

/** Throws a 400 that names the place. */
export const bindQuery = (ast: QueryAst, context: BindContext): BoundQuery =>
  bindAny(desugarQuery(ast, context.attr), new Scope(context))

function bindAny(ast: PlainQueryAst, around: Scope): BoundQuery {
  if (ast.kind === 'select') return bindSelect(ast, around, bindAny)
  const { queries, columns, places, operator, tables } = bindUnion(ast, around)
  const alias = 'united'
  return {
    query: {
      kind: 'select',
      ...(tables.length > 0 ? { with: tables } : {}),
      columns: places.map((name) => ({ expr: column(alias, name), as: name })),
      from: { kind: 'union', queries, alias, ...(operator ? { operator } : {}) },
    },
    columns,
  }
}

const OPERATORS: Readonly<Record<SetOperator, TreeOperator | null>> = {
  'union all': null,
  'union distinct': 'union',
  intersect: 'intersect all',
  'intersect distinct': 'intersect',
  except: 'except all',
  'except distinct': 'except',
}

type UnionAst = Extract<PlainQueryAst, { kind: 'union' }>

/** What the first select names with WITH, the others see, too. */
function firstWith({ queries: [first, ...others] }: UnionAst) {
  if (first?.kind !== 'select' || (first.with.length === 0 && first.values.length === 0)) return undefined
  return { named: first, queries: [{ ...first, with: [], values: [] }, ...others] }
}

/** Columns are those of the first query by their names, and have one type each. */
function bindUnion(ast: UnionAst, around: Scope) {
  const shared = firstWith(ast)
  const scope = shared ? new Scope(around.context, around) : around
  const tables = shared ? bindWith(shared.named, scope, bindAny) : []
  const bound = (shared?.queries ?? ast.queries).map((query) => bindAny(query, scope))
  const first = bound[0]?.columns ?? []
  for (const [index, { columns: others }] of bound.entries())
    if (others.length !== first.length)
      throw around.error('The queries of a union have as many columns each.', ast.queries[index]?.at ?? ast.at)
  const columns = first.map(({ name }, i): BoundColumn => {
    const infos = bound.map((of) => typedOf(of, i))
    const common = commonInfo(infos.map((typed) => withoutIds(typed, infos)))
    const isNaNLike = common.type === 'float' && bound.some(({ columns: own }) => own[i]?.mayBeNaN)
    return { ...common, name, ...(isNaNLike ? { mayBeNaN: true } : {}) }
  })
  const context = { ...around.context, error: (detail: string) => around.error(detail, ast.at) }
  const places = placesOf(columns)
  const queries = bound.map((of): Select => {
    const exprs = columns.map((info, i) => as(typedOf(of, i), info, context).expr)
    return { ...of.query, columns: exprs.map((expr, i) => ({ expr, as: places[i] ?? '' })) }
  })
  return { queries, columns, places, operator: OPERATORS[ast.operator], tables }
}

/** A column of a query. Rows that are grouped by a property have it as it is. */
function typedOf({ query, columns }: BoundQuery, index: number): Typed {
  const { expr } = query.columns[index] as Select['columns'][number]
  const { isRead, ...info } = columns[index] as ValueInfo
  return { ...info, expr, ...(isRead && !query.groupBy?.length ? { isRead } : {}) }
}

/** Ids of several kinds are texts. */
function withoutIds(typed: Typed, all: readonly Typed[]): Typed {
  const isOneKind = all.every(({ type, idOf }) => type === 'id' && idOf === typed.idOf)
  return typed.type === 'id' && !isOneKind ? { ...infoOf({ ...typed, type: 'text' }), expr: typed.expr } : typed
}
