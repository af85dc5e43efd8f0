/**
 * The order of rows, where an aggregate depends on it: a group has the rows of a query in that query's order, which a
 * database that sorts rows into groups does not keep.
 */
import { column, sameColumns } from '../../tree/build.ts'
import type { AggregateCall, Expr, Order } from '../../tree/expr.ts'
import type { AggregateFunction } from '../../tree/language.ts'
import type { Join, Select, Source } from '../../tree/relation.ts'
import { mapChildren, some } from '../../tree/walk.ts'

const IN_ORDER: readonly AggregateFunction[] = ['groupArray', 'groupConcat', 'any', 'anyLast', 'argMin', 'argMax']

const isInOrder = (e: Expr): e is AggregateCall =>
  e.kind === 'aggregate' && IN_ORDER.includes(e.fn) && !e.over && !e.distinct && !e.orderBy

/** Rows are sorted for groups, and for other aggregates that sort them. */
export function inRowOrder(select: Select): Select {
  const exprs = [...select.columns.map(({ expr }) => expr), ...(select.orderBy ?? []).map(({ expr }) => expr)]
  const all = [...exprs, ...(select.having ? [select.having] : [])]
  if (!all.some((e) => some(e, isInOrder))) return select
  const isSorted = (select.groupBy?.length ?? 0) > 0 || all.some((e) => some(e, sortsRows))
  const keys = isSorted ? keysOf(select) : []
  if (keys.length === 0) return select
  const orderBy = keys.map((key): Order => ({ expr: key }))
  const ordered = (e: Expr): Expr => {
    const inside = mapChildren(e, ordered)
    return isInOrder(inside) ? { ...inside, orderBy } : inside
  }
  return {
    ...select,
    columns: select.columns.map((each) => ({ ...each, expr: ordered(each.expr) })),
    ...(select.having ? { having: ordered(select.having) } : {}),
    ...(select.orderBy ? { orderBy: select.orderBy.map((order) => ({ ...order, expr: ordered(order.expr) })) } : {}),
    from: numbered(select.from),
  }
}

const SORTING: readonly string[] = [
  'countDistinct',
  'idSet',
  'numberList',
  'uniq',
  'groupUniqArray',
  'argMin',
  'argMax',
  'quantileExact',
]
const sortsRows = (e: Expr): boolean =>
  (e.kind === 'call' && SORTING.includes(e.fn)) ||
  (e.kind === 'aggregate' && (SORTING.includes(e.fn) || e.distinct === true))

/** What the rows come in the order of; nothing for rows of tables, which come as they like. */
function keysOf({ from, joins = [] }: Select): Expr[] {
  const elements = joins.filter(isOfElements).map(({ source }) => column(source.alias, 'index'))
  if (from.kind === 'indexes' || from.kind === 'elements') return [column(from.alias, 'index'), ...elements]
  return isNumbered(from) ? [column(from.alias, ROW), ...elements] : elements
}

const isOfElements = ({ source }: Join): boolean => source.kind === 'elements'

const ROW = 'row_in_order'

const isNumbered = (source: Source): source is Extract<Source, { kind: 'query' | 'union' }> =>
  (source.kind === 'query' && isOrdered(source.query)) || (source.kind === 'union' && source.operator === undefined)

function isOrdered({ orderBy, groupBy, distinct, from, joins = [] }: Select): boolean {
  if (orderBy && orderBy.length > 0) return true
  if (distinct || (groupBy && groupBy.length > 0)) return false
  const isOneByOne = from.kind === 'indexes' || from.kind === 'elements' || isNumbered(from)
  return isOneByOne && joins.every(isOfElements)
}

/** The source with the number of each row. */
function numbered(source: Source): Source {
  if (!isNumbered(source)) return source
  const of = source.kind === 'query' ? source.query : source.queries[0]
  const rows = { ...source, alias: 'rows' }
  const number: Expr = { kind: 'windowFunction', fn: 'row_number', args: [], over: { partitionBy: [], orderBy: [] } }
  const names = (of?.columns ?? []).map(({ as }) => as)
  return {
    kind: 'query',
    alias: source.alias,
    query: { kind: 'select', columns: [...sameColumns('rows', names), { expr: number, as: ROW }], from: rows },
  }
}
