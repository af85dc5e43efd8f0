/** Actions and elements as filters (docs/ingestion-and-entities.md (c) Actions, docs/trends.md 9). */
import { notSupported } from '../core/errors.ts'
import { readPattern, readRegex, requireShort } from '../hogql/patterns.ts'
import type { ActionStep, Matching } from '../nodes/action.ts'
import { type NodeGroup, type NodeTest, parseFilter } from '../nodes/filter.ts'
import { type Condition, type Filter, type FilterInput, isBetween, planCondition, planFilter } from './filter.ts'
import { selectorPattern, tagPattern } from './selector.ts'

const AUTOCAPTURE = '$autocapture'

/** An event matches an action when it matches any of its steps; an action without steps matches every event. */
export function planAction(steps: readonly ActionStep[], input: FilterInput): Filter {
  return { kind: 'or', args: steps.map((step, index) => planStep(step, ['steps', String(index)], input)) }
}

/** The event name that every step asks for; null when they differ or one asks for none. */
export function actionEvent(steps: readonly ActionStep[]): string | null {
  const names = new Set(steps.map((step) => step.event || null))
  const [name] = names
  return names.size === 1 && name ? name : null
}

function planStep(step: ActionStep, path: readonly string[], input: FilterInput): Filter {
  const args = ownTests(step, path)
  if (step.properties?.length) args.push(planFilter(parseFilter(step.properties, [...path, 'properties']), input))
  return { kind: 'and', args }
}

/** What a step asks for beside properties. Throws a 400 that names what of it is too long or cannot be run. */
function ownTests(step: ActionStep, path: readonly string[]): Filter[] {
  const attr = (key: string) => [...path, key].join('__')
  const args: Filter[] = []
  for (const key of ['selector', 'tag_name', 'text', 'href', 'url'] as const) requireShort(step[key] ?? '', attr(key))
  if (step.event) args.push({ kind: 'event', name: step.event })
  if (step.event === AUTOCAPTURE) {
    if (step.selector) args.push(chainMatches([selectorPattern(step.selector, attr('selector'))], attr('selector')))
    if (step.tag_name) args.push(chainMatches([tagPattern(step.tag_name)], attr('tag_name')))
    if (step.text) args.push(element('text', matches(step.text, step.text_matching ?? 'exact', attr('text'))))
    if (step.href) args.push(element('href', matches(step.href, step.href_matching ?? 'exact', attr('href'))))
  }
  if (step.url) {
    const how = step.url_matching ?? 'contains'
    const condition: Condition =
      how === 'contains'
        ? { is: 'containsExactly', patterns: [step.url], negated: false }
        : matches(step.url, how, attr('url'))
    args.push({ kind: 'test', property: { of: 'event', key: '$current_url' }, type: 'String', condition })
  }
  return args
}

/** Throws a 400 that names the pattern in a step that cannot be run. */
export function checkAction(steps: readonly ActionStep[]): void {
  for (const [index, step] of steps.entries()) {
    const path = ['steps', String(index)]
    ownTests(step, path)
    checkPatterns(parseFilter(step.properties ?? [], [...path, 'properties']))
  }
}

/** Throws a 400 that names the pattern in a filter that cannot be run. */
export function checkPatterns(filter: NodeGroup): void {
  for (const item of filter.values)
    if (!('operator' in item)) checkPatterns(item)
    else if (item.of === 'element' && item.key === 'selector')
      for (const value of item.values) selectorPattern(String(value), item.attr)
    else if (item.operator === 'regex' || item.operator === 'not_regex')
      for (const value of item.values) readPattern(String(value), item.attr)
}

/** A filter of type `element`: selector and tag_name are or are not there, text and href take every operator. */
export function planElement(test: NodeTest, input: FilterInput): Filter {
  const negated = test.operator === 'is_not' || test.operator === 'not_in' || test.operator === 'is_not_set'
  switch (test.key) {
    case 'selector':
      return chainMatches(
        test.values.map((value) => selectorPattern(String(value), test.attr)),
        test.attr,
        negated,
      )
    case 'tag_name':
      return chainMatches(
        test.values.map((value) => tagPattern(String(value))),
        test.attr,
        negated,
      )
    case 'text':
    case 'href':
      if (isBetween(test)) throw notSupported(test.attr, `The operator ${test.operator} on elements`)
      return element(test.key, planCondition(test, 'String', input))
    default:
      throw notSupported(test.attr, `The element property ${test.key}`)
  }
}

const element = (attribute: 'text' | 'href', condition: Condition): Filter => ({
  kind: 'element',
  attribute,
  condition,
})

const chainMatches = (patterns: readonly string[], attr: string, negated = false): Filter => ({
  kind: 'test',
  property: { of: 'event', key: '$elements_chain' },
  type: 'String',
  condition: { is: 'matches', patterns: patterns.map((pattern) => readRegex(pattern, attr)), negated },
})

function matches(text: string, how: Matching, attr: string): Condition {
  if (how === 'exact') return { is: 'anyOf', values: [text] }
  if (how === 'contains') return { is: 'contains', patterns: [text], negated: false }
  return { is: 'matches', patterns: [readPattern(text, attr)], negated: false }
}
