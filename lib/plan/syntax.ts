import { parseExpression } from '../hogql/parse/expressions.ts'
import type { Ast } from '../hogql/syntax.ts'

const parsed = new WeakMap<object, Ast>()

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
