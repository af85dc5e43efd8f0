/** One SELECT of the syntax -> a select of the tree. */
import { and, column, compare, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { CommonTable, Elements, Join, Select, SelectColumn, Source } from '../tree/relation.ts'
import { isLargerThan } from '../tree/walk.ts'
import { GroupKeys, hasAggregate, hasLambda, hasWindow } from './aggregation.ts'
import { limitedBy, sortedOutside } from './around-select.ts'
import { type BoundQuery, bind, type Env, functionContext } from './bind.ts'
import { bindColumns, expandStars, type NamedColumn, placesOf } from './bind-columns.ts'
import { conditionOf } from './bind-conditions.ts'
import { bindOrder } from './bind-order.ts'
import { bindJoin, bindNamed, bindSource } from './bind-sources.ts'
import { special } from './bind-special.ts'
import { mayBeNaN } from './number-classes.ts'
import type { Typed } from './rules.ts'
import { Scope } from './scope.ts'
import type { OrderOf, PlainAst, PlainSelect } from './syntax.ts'
import { presentFields } from './text-ids.ts'
import { decode, defaultOf, isArray, toArray } from './values.ts'

type BindSubquery = NonNullable<Env['query']>

/** Of all expressions of a select: a name may stand for a long one. */
const MOST_PARTS = 30_000

/** A select without FROM has one row. */
const ONE_ROW: Source = { kind: 'indexes', count: 1, alias: 'one_row' }

export function bindSelect(ast: PlainSelect, around: Scope, query: BindSubquery): BoundQuery {
  const scope = new Scope(around.context, around)
  const tables = bindWith(ast, scope, query)
  const env: Env = { scope, place: 'query', query, special }
  const rows: Env = { ...env, place: 'row' }
  const from = ast.from ? bindSource(ast.from, scope, query, ast.joins.some(keepsItsOwn)) : ONE_ROW
  const joins: Join[] = []
  for (const join of ast.joins)
    joins.push(bindJoin(join, [from, ...joins.map(({ source }) => source)].map(aliasOf), env, query))
  const clause = bindArrayJoin(ast, rows)
  addPresent(ast, scope)
  const columns = bindColumns(expandStars(ast.columns, scope), env)
  const where = ast.where && rowCondition(ast.where, rows)
  const profile = withProfile(from, joins)
  const groupBy = ast.groupBy.flatMap((each) =>
    each.kind === 'star'
      ? columns.flatMap(({ expr }) => (hasAggregate(expr) || hasWindow(expr) ? [] : [expr]))
      : [bindGroupKey(each, columns, env)],
  )
  const having = ast.having && groupCondition(ast.having, env)
  const orders = ast.orderBy.map((order) => bindOrderKey(order, columns, env))
  const exprs = [...columns.map(({ expr }) => expr), ...orders.map(({ expr }) => expr), ...(having ? [having] : [])]
  const all: Expr = { kind: 'and', args: [...exprs, ...groupBy, ...(where ? [where] : [])] }
  if (isLargerThan(all, MOST_PARTS)) throw scope.error('The query is too complex.', ast.at)
  const isGrouped = groupBy.length > 0 || exprs.some(hasAggregate)
  const own = new GroupKeys(columns.map(({ expr }) => expr))
  const isSorted = own.has(orders.map(({ expr }) => expr))
  const isDistinct = ast.distinct && (isSorted || isGrouped || exprs.some(hasWindow) || exprs.some(hasLambda))
  if (isDistinct && !orders.every(({ expr }) => own.make(expr)))
    throw scope.error('DISTINCT rows are ordered by their columns.', ast.orderBy[0]?.expr.at ?? ast.at)
  const limitBy = ast.limitBy && {
    limit: wholeNumber(ast.limitBy.limit, scope),
    offset: ast.limitBy.offset ? wholeNumber(ast.limitBy.offset, scope) : 0,
    by: ast.limitBy.by.map((each) => bindKey(each, columns, env)),
  }
  if (isDistinct && limitBy && !own.has(limitBy.by))
    throw scope.error('DISTINCT rows are limited by their columns.', ast.limitBy?.by[0]?.at ?? ast.at)
  const grouped = ast.distinct && !isDistinct ? columns.map(({ expr }) => expr) : groupBy
  const otherId =
    limitBy && grouped !== groupBy ? orders.findIndex(({ ofId, expr }) => ofId && !isTextOfColumn(expr)) : -1
  if (otherId >= 0)
    throw scope.error(
      'DISTINCT rows that are limited are ordered by their columns.',
      ast.orderBy[otherId]?.expr.at ?? ast.at,
    )
  const orderBy = grouped === groupBy ? orders : orders.map((order) => ofFirstRow(order, own))
  const limits = (limitBy?.by ?? []).map((expr, i): Placed => ({ expr, at: ast.limitBy?.by[i]?.at ?? ast.at }))
  if (isGrouped) {
    const placed = exprs.map((expr, i): Placed => {
      const at = ast.columns[i]?.at ?? ast.orderBy[i - columns.length]?.expr.at ?? ast.having?.at
      return { expr, at: at ?? ast.at }
    })
    checkGrouped([...placed, ...limits], groupBy, scope)
  } else if (grouped !== groupBy) checkGrouped(limits, grouped, scope)
  const conditions = [
    ...(profile ? [profile] : []),
    ...(where ? [where] : []),
    ...(having && !isGrouped ? [having] : []),
  ]
  const limit = ast.limit && wholeNumber(ast.limit, scope)
  const offset = ast.offset && wholeNumber(ast.offset, scope)
  const allJoins = [
    ...joins,
    ...clause,
    ...scope.arrayJoins.map((source): Join => ({ source, on: value(true, 'boolean') })),
  ]
  const places = placesOf(columns)
  const select: Select = {
    kind: 'select',
    ...(isDistinct ? { distinct: true } : {}),
    ...(tables.length > 0 ? { with: tables } : {}),
    columns: columns.map(({ expr }, i): SelectColumn => ({ expr, as: places[i] ?? '' })),
    from,
    joins: allJoins,
    ...(conditions.length > 0 ? { where: and(...conditions) } : {}),
    ...(grouped.length > 0 ? { groupBy: grouped } : {}),
    ...(having && isGrouped ? { having } : {}),
    ...(orderBy.length > 0 ? { orderBy } : {}),
    ...(limit === null ? {} : { limit }),
    ...(offset === null ? {} : { offset }),
  }
  return {
    query: limitBy ? limitedBy(select, limitBy) : isDistinct ? sortedOutside(select) : select,
    columns: columns.map(({ expr, ...bound }) => (isNaNLike(bound, expr) ? { ...bound, mayBeNaN: true } : bound)),
  }
}

const isNaNLike = ({ type }: Pick<Typed, 'type'>, expr: Expr): boolean => type === 'float' && mayBeNaN(expr)
/** The database looks up no text of what it groups by, unless that is a column. */
const isTextOfColumn = (e: Expr): boolean => e.kind === 'call' && e.fn === 'toText' && e.args[0]?.kind === 'column'
const aliasOf = ({ alias }: Source): string => alias
const keepsItsOwn = ({ how }: PlainSelect['joins'][number]): boolean => how === 'right' || how === 'full'

/** A name that is an alias, too, may stand for that. */
function addPresent({ where, columns }: PlainSelect, scope: Scope): void {
  const aliases = columns.map((ast) => (ast.kind === 'alias' ? ast.name : undefined))
  for (const { chain, at } of presentFields(where)) {
    const field = aliases.includes(chain[0]) ? undefined : scope.field(chain, at)
    if (field?.kind === 'column') scope.addPresent(field.typed.expr)
  }
}

/** The common tables and values of a WITH are in the scope then. */
export function bindWith(ast: PlainSelect, scope: Scope, query: BindSubquery): CommonTable[] {
  for (const { name, expr } of ast.values) scope.addValue(name, expr)
  return ast.with.map(({ name, query: of, at }) => {
    const bound = bindNamed(of, scope, query)
    // its columns have other names under each alias
    scope.addCommonTable(name, { fields: () => undefined, names: [], columns: bound.columns }, at)
    return { name, query: bound.query, mayMerge: true }
  })
}

/** `array join list as item`: the names of the elements stand for them in the whole select. */
function bindArrayJoin({ arrayJoin }: PlainSelect, env: Env): Join[] {
  if (!arrayJoin) return []
  const { scope } = env
  const source = { kind: 'elements', alias: 'joined_elements' } as const
  const items = arrayJoin.arrays.map((ast, i) => {
    const of = ast.kind === 'alias' ? ast.expr : ast
    const name = ast.kind === 'alias' ? ast.name : ast.kind === 'field' ? ast.chain.at(-1) : undefined
    if (name === undefined) throw scope.error('An array that is joined needs a name: array join list as item.', ast.at)
    const array = toArray(bind(of, env), functionContext(scope, of.at))
    const element = isArray(array.type) ? array.type.of : array
    return { name, array: array.expr, element: decode(column(source.alias, `value_${i + 1}`), element) }
  })
  for (const { name, element } of items) scope.addName(name, () => (arrayJoin.left ? orDefault(element) : element))
  const elements: Elements = { ...source, arrays: items.map(({ array }) => array) }
  return [{ source: elements, on: value(true, 'boolean'), ...(arrayJoin.left ? { left: true } : {}) }]
}

const orDefault = (element: Typed): Typed => ({
  ...element,
  expr: { kind: 'call', fn: 'coalesce', args: [element.expr, defaultOf(element).expr] },
})

function rowCondition(ast: PlainAst, env: Env): Expr {
  const condition = conditionOf(ast, env)
  if (hasAggregate(condition)) throw env.scope.error('An aggregate cannot be used in WHERE: see HAVING.', ast.at)
  if (hasWindow(condition)) throw env.scope.error('A window function cannot be used in WHERE.', ast.at)
  return condition
}

function groupCondition(ast: PlainAst, env: Env): Expr {
  const condition = conditionOf(ast, env)
  if (hasWindow(condition)) throw env.scope.error('A window function cannot be used in HAVING.', ast.at)
  return condition
}

/** A key of GROUP BY and LIMIT BY; a number is the place of a column. */
function bindKey(ast: PlainAst, columns: readonly NamedColumn[], env: Env): Expr {
  const key = atPlace(ast, columns, env.scope)?.expr ?? bind(ast, env).expr
  if (hasAggregate(key)) throw env.scope.error('Rows cannot be grouped by an aggregate.', ast.at)
  return key
}

function bindGroupKey(ast: PlainAst, columns: readonly NamedColumn[], env: Env): Expr {
  const key = bindKey(ast, columns, env)
  if (hasWindow(key)) throw env.scope.error('Rows cannot be grouped by a window function.', ast.at)
  return key
}

function bindOrderKey(order: OrderOf<PlainAst>, columns: readonly NamedColumn[], env: Env): Order {
  const typed = atPlace(order.expr, columns, env.scope)
  return bindOrder(order, env, typed)
}

/** Rows that are the same are one, in the place of the first of them. */
const ofFirstRow = (order: Order, keys: GroupKeys): Order =>
  keys.ungrouped(order.expr) === undefined
    ? order
    : { ...order, expr: { kind: 'aggregate', fn: 'any', args: [order.expr] } }

function atPlace(ast: PlainAst, columns: readonly NamedColumn[], scope: Scope): Typed | undefined {
  if (ast.kind !== 'literal' || typeof ast.value !== 'number') return undefined
  const found = columns[ast.value - 1]
  if (!found) throw scope.error(`There is no column ${ast.value}.`, ast.at)
  return found
}

interface Placed {
  readonly expr: Expr
  readonly at: number
}
function checkGrouped(exprs: readonly Placed[], groupBy: readonly Expr[], scope: Scope): void {
  const keys = new GroupKeys(groupBy)
  for (const { expr, at } of exprs) {
    const name = keys.ungrouped(expr)
    if (name !== undefined)
      throw scope.error(`The column ${name} is neither under an aggregate function nor in GROUP BY.`, at)
  }
}

/** Persons that stand alone are those with a profile; where rows name persons, they are the persons that are named. */
function withProfile(from: Source, joins: readonly Join[]): Expr | undefined {
  if (from.kind !== 'table' || from.name !== 'persons' || joins.some(({ left }) => !left)) return undefined
  return compare({ kind: 'column', table: from.alias, name: 'has_profile' }, '=', value(true, 'boolean'))
}

function wholeNumber(ast: PlainAst, scope: Scope): number {
  const number = ast.kind === 'literal' && typeof ast.value === 'number' ? ast.value : -1
  if (!Number.isSafeInteger(number) || number < 0) throw scope.error('This must be a whole number.', ast.at)
  return number
}
