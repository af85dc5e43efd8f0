import { parseExpression, parseOrder } from '../hogql/parse/expressions.ts'
import { parseQuery } from '../hogql/parse/queries.ts'
import type { Ast, OrderAst, QueryAst } from '../hogql/syntax.ts'
import type { NodeText } from '../nodes/insight.ts'

/** What is parsed of a part of a node when it is first needed, so that a cached read parses none; the part keys the memory. */
function remembered<Owner extends object, Syntax>() {
  const parsed = new WeakMap<Owner, Syntax>()
  return (owner: Owner, parse: () => Syntax): Syntax => {
    const known = parsed.get(owner)
    if (known) return known
    const syntax = parse()
    parsed.set(owner, syntax)
    return syntax
  }
}

const expressions = remembered<object, Ast>()
const orders = remembered<NodeText, OrderAst>()
const queries = remembered<NodeText, QueryAst>()

/**
 * The syntax tree of an expression of a node. `owner`: the part of the node that holds the text. Throws 400
 * `hogql_syntax_error` naming `attr` if the text cannot be parsed.
 */
export const syntaxOf = (owner: object, text: string, attr: string): Ast =>
  expressions(owner, () => parseExpression(text, attr))

/** The syntax tree of a whole query. Throws 400 `hogql_syntax_error` if the text cannot be parsed. */
export const querySyntax = (of: NodeText): QueryAst => queries(of, () => parseQuery(of.text, of.attr))

/** The syntax of an item of ORDER BY, such as `created_at desc`. Throws 400 `hogql_syntax_error` as `syntaxOf`. */
export const orderSyntaxOf = (item: NodeText): OrderAst => orders(item, () => parseOrder(item.text, item.attr))

/** The name that the expression is, such as `person.id`; null if it is no name. */
export function nameOf(ast: Ast): string | null {
  if (ast.kind === 'star' && ast.table === null) return '*'
  return ast.kind === 'field' ? ast.chain.join('.') : null
}

/** Is it `count()`? */
export const isCount = (ast: Ast): boolean =>
  ast.kind === 'call' && ast.name === 'count' && ast.args.length === 0 && !ast.over
