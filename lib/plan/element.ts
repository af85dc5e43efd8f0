/** Plans filters of the elements that an event happened on (docs/ingestion-and-entities.md (b)). */
import { notSupported } from '../core/errors.ts'
import { readPattern, readRegex } from '../hogql/patterns.ts'
import type { Matching } from '../nodes/action.ts'
import type { NodeTest } from '../nodes/filter.ts'
import { type Condition, type Filter, isBetween, planCondition } from './condition.ts'
import type { PlanScope } from './context.ts'
import { selectorPattern, tagPattern } from './selector.ts'

/**
 * A filter of type `element`. For `selector` and `tag_name` the operators only say whether such an element is there;
 * `text` and `href` take all operators but `between` and `not_between`. Throws 400 `not_supported` for another key or
 * operator, `invalid_input` if the selector or a value is invalid.
 */
export function planElement(test: NodeTest, scope: PlanScope): Filter {
  const negated = test.operator === 'is_not' || test.operator === 'not_in' || test.operator === 'is_not_set'
  switch (test.key) {
    case 'selector':
      return chainTest(
        test.values.map((value) => selectorPattern(String(value), test.attr)),
        test.attr,
        negated,
      )
    case 'tag_name':
      return chainTest(
        test.values.map((value) => tagPattern(String(value))),
        test.attr,
        negated,
      )
    case 'text':
    case 'href':
      if (isBetween(test)) throw notSupported(test.attr, `The operator ${test.operator} on elements`)
      return elementTest(test.key, planCondition(test, 'String', scope))
    default:
      throw notSupported(test.attr, `The element property ${test.key}`)
  }
}

/** Does some element have a text or href that meets the condition? */
export const elementTest = (attribute: 'text' | 'href', condition: Condition): Filter => ({
  kind: 'element',
  attribute,
  condition,
})

/**
 * Does the chain of elements match one of the regular expressions (negated: none)? Throws 400 `invalid_input` naming
 * `attr` if one is invalid.
 */
export const chainTest = (patterns: readonly string[], attr: string, negated = false): Filter => ({
  kind: 'test',
  property: { of: 'event', key: '$elements_chain' },
  type: 'String',
  condition: { is: 'matches', patterns: patterns.map((pattern) => readRegex(pattern, attr)), negated },
})

/**
 * A text of an action's step and how it is matched -> a condition. Throws 400 `invalid_input` if the pattern is
 * invalid.
 */
export function textCondition(text: string, how: Matching, attr: string): Condition {
  if (how === 'exact') return { is: 'anyOf', values: [text] }
  if (how === 'contains') return { is: 'contains', patterns: [text], negated: false }
  return { is: 'matches', patterns: [readPattern(text, attr)], negated: false }
}
