import { assert } from '../core/assert.ts'
import type { BreakdownPart } from '../plan/breakdown.ts'
import { call, isNull, property, value } from '../tree/build.ts'
import type { Expr, PropertyRead } from '../tree/expr.ts'

/** The breakdown value of an event, for one part of a breakdown: `float` for histograms, else `text`. */
export function readBreakdown({ property: own, expression }: BreakdownPart, type: 'text' | 'float'): Expr {
  if (own) return property(own.of, own.key, type)
  const read = type === 'text' ? expression?.text : expression?.number
  assert(read, 'a breakdown is by a property or an expression, a histogram by a number')
  return read
}

/** The property whose values are used as they are; null if the part is an expression, or changes its values. */
export const plainProperty = ({ property: own, normalizeUrl, bins }: BreakdownPart): PropertyRead | null =>
  own && !normalizeUrl && bins === null ? property(own.of, own.key, 'text') : null

/** The breakdown value of an event as text, for a part that is no histogram. A missing value is ''. */
export function breakdownText(part: BreakdownPart): Expr {
  const none = value('', 'text')
  const text = readBreakdown(part, 'text')
  if (!part.normalizeUrl) return call('coalesce', text, none)
  return { kind: 'if', condition: isNull(text), whenTrue: none, whenFalse: call('trimUrl', text) }
}
