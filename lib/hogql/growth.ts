/** How large values of expressions may become. */
import type { Expr } from '../tree/expr.ts'
import { children } from '../tree/walk.ts'

/** What gives no more than it takes. */
const CALLS: ReadonlySet<string> = new Set(
  'lower upper trim trimEnd coalesce nullIf substring left numberText parseNumber jsonText toText'.split(' '),
)
const FUNCTIONS: ReadonlySet<string> = new Set(
  'toJson jsonToText jsonToFloat jsonElement jsonKey jsonAt jsonDocument jsonString jsonRaw'.split(' '),
)
const KINDS: ReadonlySet<string> = new Set([
  'value',
  'column',
  'property',
  'if',
  'compare',
  'and',
  'or',
  'not',
  'isNull',
])

/** Is the value of about the size of one that it is made of? */
export function growsLittle(e: Expr): boolean {
  const isKnown = e.kind === 'call' ? CALLS.has(e.fn) : e.kind === 'function' ? FUNCTIONS.has(e.fn) : KINDS.has(e.kind)
  return isKnown && children(e).every(growsLittle)
}
