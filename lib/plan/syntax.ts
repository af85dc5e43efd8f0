import { parseExpression, parseOrder } from '../hogql/parse/expressions.ts'
import { parseQuery } from '../hogql/parse/queries.ts'
import type { Ast, OrderAst, QueryAst } from '../hogql/syntax.ts'
import type { NodeText } from '../nodes/insight.ts'

const parsed = new WeakMap<object, Ast>()
const parsedOrders = new WeakMap<NodeText, OrderAst>()

/**
 * The syntax tree of an expression of a node. It is parsed when it is first needed, so that a cached read parses none.
 * `owner`: the part of the node that holds the text; it keys the memory. Throws 400 `hogql_syntax_error` naming `attr`
 * if the text cannot be parsed.
 */
export function syntaxOf(owner: object, text: string, attr: string): Ast {
  const known = parsed.get(owner)
  if (known) return known
  const syntax = parseExpression(text, attr)
  parsed.set(owner, syntax)
  return syntax
}

const parsedQueries = new WeakMap<NodeText, QueryAst>()

/** The syntax tree of a whole query. Throws 400 `hogql_syntax_error` if the text cannot be parsed. */
export function querySyntax(of: NodeText): QueryAst {
  const known = parsedQueries.get(of)
  if (known) return known
  const syntax = parseQuery(of.text, of.attr)
  parsedQueries.set(of, syntax)
  return syntax
}

/** The syntax of an item of ORDER BY, such as `created_at desc`. Throws 400 `hogql_syntax_error` as `syntaxOf`. */
export function orderSyntaxOf(item: NodeText): OrderAst {
  const known = parsedOrders.get(item)
  if (known) return known
  const syntax = parseOrder(item.text, item.attr)
  parsedOrders.set(item, syntax)
  return syntax
}

/** The name that the expression is, such as `person.id`; null if it is no name. */
export function nameOf(ast: Ast): string | null {
  if (ast.kind === 'star' && ast.table === null) return '*'
  return ast.kind === 'field' ? ast.chain.join('.') : null
}

/** Is it `count()`? */
export const isCount = (ast: Ast): boolean =>
  ast.kind === 'call' && ast.name === 'count' && ast.args.length === 0 && !ast.over
