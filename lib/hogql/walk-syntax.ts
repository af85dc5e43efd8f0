/** The one place that knows which parts a node of syntax has. */
import type {
  AliasOf,
  Ast,
  BoundAst,
  CallOf,
  FieldAst,
  InCohortOf,
  LambdaOf,
  ListOf,
  LiteralAst,
  OrderOf,
  QueryOf,
  SelectOf,
  SourceOf,
  Star,
  SubqueryOf,
  WindowOf,
} from './syntax.ts'

/** Nodes that syntax with and without its longer spellings has. */
type Common<E> =
  | LiteralAst
  | FieldAst
  | BoundAst
  | Star
  | ListOf<E>
  | CallOf<E>
  | LambdaOf<E>
  | AliasOf<E>
  | SubqueryOf<E>
  | InCohortOf<E>

/** What becomes of the parts of a node. */
export interface Change<E, F> {
  readonly expression: (ast: E) => F
  readonly query: (query: QueryOf<E>) => QueryOf<F>
}

/** The node with its parts changed, those inside of it only. */
export function changeParts<E, F>(ast: Common<E>, change: Change<E, F>): Common<F> {
  const all = (parts: readonly E[]) => parts.map(change.expression)
  switch (ast.kind) {
    case 'literal':
    case 'field':
    case 'bound':
    case 'star':
      return ast
    case 'list':
      return { ...ast, items: all(ast.items) }
    case 'call': {
      const { over, ...call } = ast
      return {
        ...call,
        args: all(ast.args),
        params: all(ast.params),
        ...(over ? { over: changeWindow(over, change) } : {}),
      }
    }
    case 'lambda':
      return { ...ast, body: change.expression(ast.body) }
    case 'alias':
    case 'inCohort':
      return { ...ast, expr: change.expression(ast.expr) }
    case 'subquery':
      return { ...ast, query: change.query(ast.query) }
    default:
      return ast satisfies never
  }
}

/** The same for all nodes that a text can have. */
export function changeWritten(ast: Ast, change: Change<Ast, Ast>): Ast {
  const of = change.expression
  switch (ast.kind) {
    case 'between':
      return { ...ast, expr: of(ast.expr), low: of(ast.low), high: of(ast.high) }
    case 'case':
      return {
        ...ast,
        subject: ast.subject && of(ast.subject),
        branches: ast.branches.map(({ when, value }) => ({ when: of(when), value: of(value) })),
        otherwise: ast.otherwise && of(ast.otherwise),
      }
    case 'placeholder':
      return ast
    default:
      return changeParts(ast, change)
  }
}

/** The query with its parts changed, those inside of it only. */
export function changeQuery<E, F>(query: QueryOf<E>, change: Change<E, F>): QueryOf<F> {
  return query.kind === 'union' ? { ...query, queries: query.queries.map(change.query) } : changeSelect(query, change)
}

function changeSelect<E, F>(select: SelectOf<E>, change: Change<E, F>): SelectOf<F> {
  const { expression: of } = change
  const all = (parts: readonly E[]) => parts.map(of)
  const optional = (part: E | null): F | null => (part === null ? null : of(part))
  const { arrayJoin, limitBy } = select
  return {
    ...select,
    with: select.with.map((table) => ({ ...table, query: change.query(table.query) })),
    values: select.values.map((value) => ({ ...value, expr: of(value.expr) })),
    columns: all(select.columns),
    from: select.from && changeSource(select.from, change),
    joins: select.joins.map((join) => ({ ...join, source: changeSource(join.source, change), on: optional(join.on) })),
    arrayJoin: arrayJoin && { ...arrayJoin, arrays: all(arrayJoin.arrays) },
    where: optional(select.where),
    groupBy: all(select.groupBy),
    having: optional(select.having),
    windows: select.windows.map((named) => ({ ...named, window: changeWindow(named.window, change) })),
    orderBy: select.orderBy.map((order) => changeOrder(order, change)),
    limitBy: limitBy && { limit: of(limitBy.limit), offset: optional(limitBy.offset), by: all(limitBy.by) },
    limit: optional(select.limit),
    offset: optional(select.offset),
  }
}

function changeSource<E, F>(source: SourceOf<E>, change: Change<E, F>): SourceOf<F> {
  switch (source.kind) {
    case 'table':
      return source
    case 'tableQuery':
      return { ...source, query: change.query(source.query) }
    case 'tableFunction':
      return { ...source, args: source.args.map(change.expression) }
    default:
      return source satisfies never
  }
}

const changeOrder = <E, F>(order: OrderOf<E>, { expression }: Change<E, F>): OrderOf<F> => ({
  ...order,
  expr: expression(order.expr),
})

export const changeWindow = <E, F>(window: WindowOf<E>, change: Change<E, F>): WindowOf<F> => ({
  ...window,
  partitionBy: window.partitionBy.map(change.expression),
  orderBy: window.orderBy.map((order) => changeOrder(order, change)),
})

/** The expressions right inside of a node, those of its queries included. */
export function partsOf<E extends Ast>(ast: E): E[]
export function partsOf(ast: Ast): Ast[] {
  const parts: Ast[] = []
  const change: Change<Ast, Ast> = {
    expression: (part) => {
      parts.push(part)
      return part
    },
    query: (query) => changeQuery(query, change),
  }
  changeWritten(ast, change)
  return parts
}

/** How deep a tree of syntax can be, so that whoever walks over it has room for its calls: 200 levels, or 500 of sums. */
const MAX_DEPTH = 1_000
const ARITHMETIC: readonly string[] = ['plus', 'minus', 'multiply', 'divide', 'modulo']

/** The place of a part that lies too deep; null if none does. */
export function checkDepth(ast: Ast): number | null {
  const open: { part: Ast; depth: number }[] = [{ part: ast, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { part, depth } = next
    if (depth > MAX_DEPTH) return part.at
    const isChain = part.kind === 'case' || (part.kind === 'call' && part.name === 'multiIf')
    const level = part.kind === 'call' && ARITHMETIC.includes(part.name) ? 2 : 5
    // each branch stands in the ELSE of the one before
    for (const [index, inner] of partsOf(part).entries())
      open.push({ part: inner, depth: depth + level * (isChain ? 1 + Math.floor(index / 2) : 1) })
  }
  return null
}
