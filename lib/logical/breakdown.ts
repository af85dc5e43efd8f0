import { assert } from '../core/assert.ts'
import type { BreakdownPart } from '../plan/breakdown.ts'
import { property } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'

/** The breakdown value of an event, for one part of a breakdown: `float` for histograms, else `text`. */
export function readBreakdown({ property: own, expression }: BreakdownPart, type: 'text' | 'float'): Expr {
  if (own) return property(own.of, own.key, type)
  const read = type === 'text' ? expression?.text : expression?.number
  assert(read, 'a breakdown is by a property or an expression, a histogram by a number')
  return read
}
