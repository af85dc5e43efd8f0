/**
 * Aggregates and windows inside of expressions that the database walks rows for, such as `arrayMap(x -> x, groupArray(1))`:
 * they are of the query, and cannot stand in one of its own that the walk is. A query inside computes them first.
 */
import { isAggregate, isWindow } from '../../tree/aggregates.ts'
import { column } from '../../tree/build.ts'
import type { Expr, ScalarQuery } from '../../tree/expr.ts'
import { ARRAY_FUNCTIONS } from '../../tree/language/arrays.ts'
import { JSON_FUNCTIONS } from '../../tree/language/json.ts'
import type { Elements, Select, SelectColumn } from '../../tree/relation.ts'
import { children, mapChildren, some } from '../../tree/walk.ts'

const ALIAS = 'computed'

export function computedFirst(select: Select): Select {
  const { columns, orderBy = [], distinct, limit, offset, with: tables, joinsMany, ...rows } = select
  const exprs = [...columns.map(({ expr }) => expr), ...orderBy.map(({ expr }) => expr)]
  const keys = new Set((rows.groupBy ?? []).map((key) => JSON.stringify(key)))
  if (!exprs.some((e) => some(e, isWalked) || readsKey(e, keys))) return select
  const inner = new Map<string, SelectColumn>()
  const outside = (e: Expr, lambdas: readonly string[]): Expr => {
    const text = JSON.stringify(e)
    const isOfRow = (e.kind === 'column' && !lambdas.includes(e.table)) || e.kind === 'property'
    if (isAggregate(e) || isWindow(e) || keys.has(text) || isOfRow) {
      const known = inner.get(text) ?? { expr: e, as: `part_${inner.size + 1}` }
      inner.set(text, known)
      return column(ALIAS, known.as)
    }
    const reduced = elementsOf(e)
    if (reduced) return withElements(reduced, (array) => outside(array, lambdas))
    return mapChildren(e, (child) => outside(child, e.kind === 'lambda' ? [...lambdas, e.alias] : lambdas))
  }
  const whole = columns.map((each) => ({ ...each, expr: outside(each.expr, []) }))
  const orders = orderBy.map((order) => ({ ...order, expr: outside(order.expr, []) }))
  const query: Select = { ...rows, columns: [...inner.values()] }
  return {
    kind: 'select',
    ...(distinct ? { distinct } : {}),
    ...(tables ? { with: tables } : {}),
    columns: whole,
    from: { kind: 'query', query, alias: ALIAS },
    ...(orders.length > 0 ? { orderBy: orders } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
    ...(joinsMany ? { joinsMany } : {}),
  }
}

/** Functions may walk their arrays, too; an aggregate that reads a column is one of the query wherever it stands. */
function isWalked(e: Expr): boolean {
  // the text of an id is read by a query, too
  if (isIdText(e)) return children(e).some((id) => some(id, isWindow))
  const parts = elementsOf(e)?.query.from.arrays ?? (e.kind === 'lambda' || e.kind === 'function' ? children(e) : [])
  return parts.some((part) => some(part, isWindow) || some(part, e.kind === 'lambda' ? isAggregate : isOfConstants))
}

const isIdText = (e: Expr): boolean => e.kind === 'call' && e.fn === 'toText' && e.args.length > 1

/** Is a key of the groups, which is no column, read for each element? The database knows keys by sight in the query itself alone. */
function readsKey(e: Expr, keys: ReadonlySet<string>, isInside = false): boolean {
  if (keys.size === 0 || isAggregate(e)) return false
  if (keys.has(JSON.stringify(e))) return isInside && e.kind !== 'column' && e.kind !== 'value'
  const within = isInside || e.kind === 'lambda' || (e.kind === 'function' && isOfElements(e.fn))
  return [...children(e), ...(elementsOf(e)?.query.from.arrays ?? [])].some((child) => readsKey(child, keys, within))
}
const isOfElements = (fn: string): boolean => Object.hasOwn(ARRAY_FUNCTIONS, fn) || Object.hasOwn(JSON_FUNCTIONS, fn)

const isOfConstants = (e: Expr): boolean =>
  isAggregate(e) && !some(e, (part) => part.kind === 'column' || part.kind === 'property')

/** A query over the elements of arrays, which are of the query around it. */
interface Reduced extends ScalarQuery {
  readonly query: Select & { readonly from: Elements }
}
const elementsOf = (e: Expr): Reduced | undefined =>
  e.kind === 'scalarQuery' && e.query.from.kind === 'elements' ? (e as Reduced) : undefined

const withElements = (e: Reduced, change: (array: Expr) => Expr): Expr => ({
  ...e,
  query: { ...e.query, from: { ...e.query.from, arrays: e.query.from.arrays.map(change) } },
})
