import { parseExpression } from '../hogql/parse/expressions.ts'
import type { Ast } from '../hogql/syntax.ts'

const parsed = new WeakMap<object, Ast>()

/**
 * The syntax of an expression of a node, parsed when it is first asked for: a read from the cache parses none. `owner`: the
 * part of the node that holds the text. Throws a 400 that names `attr`.
 */
export function syntaxOf(owner: object, text: string, attr: string): Ast {
  const known = parsed.get(owner)
  if (known) return known
  const syntax = parseExpression(text, attr)
  parsed.set(owner, syntax)
  return syntax
}
