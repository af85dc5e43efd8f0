import type { BreakdownPart } from '../plan/breakdown.ts'
import { property } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'

/** The value of an event that a part of a breakdown goes by. A histogram reads numbers, the others texts. */
export function readBreakdown({ property: own, expression }: BreakdownPart, type: 'text' | 'float'): Expr {
  if (own) return property(own.of, own.key, type)
  const read = type === 'text' ? expression?.text : expression?.number
  if (!read) throw new Error('a breakdown is by a property or an expression, a histogram by a number')
  return read
}
