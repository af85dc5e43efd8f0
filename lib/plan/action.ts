/** Turns the steps of actions into filters of events (docs/ingestion-and-entities.md (c) Actions, docs/trends.md 9). */
import { readPattern, requireShort } from '../hogql/patterns.ts'
import type { ActionStep } from '../nodes/action.ts'
import { type NodeGroup, parseFilter } from '../nodes/filter.ts'
import type { Condition, Filter } from './condition.ts'
import type { PlanScope } from './context.ts'
import { chainTest, elementTest, textCondition } from './element.ts'
import { planFilter } from './filter.ts'
import { selectorPattern, tagPattern } from './selector.ts'

const AUTOCAPTURE = '$autocapture'

/**
 * The steps of an action -> a filter of events. An event matches if it matches any step; an action without steps
 * matches every event. Throws 400 naming the field of the step if a pattern or a filter in it is invalid.
 */
export function planAction(steps: readonly ActionStep[], scope: PlanScope): Filter {
  return { kind: 'or', args: steps.map((step, index) => planStep(step, ['steps', String(index)], scope)) }
}

/** The event name of an action whose steps all have the same one; else null. */
export function actionEvent(steps: readonly ActionStep[]): string | null {
  const names = new Set(steps.map((step) => step.event || null))
  const [name] = names
  return names.size === 1 && name ? name : null
}

function planStep(step: ActionStep, path: readonly string[], scope: PlanScope): Filter {
  const args = ownTests(step, path)
  if (step.properties?.length) args.push(planFilter(parseFilter(step.properties, [...path, 'properties']), scope))
  return { kind: 'and', args }
}

/**
 * The tests of a step other than its `properties`. `path`: the place of the step. Throws 400 `invalid_input` naming the
 * field that is too long or holds an invalid pattern.
 */
function ownTests(step: ActionStep, path: readonly string[]): Filter[] {
  const attr = (key: string) => [...path, key].join('__')
  const args: Filter[] = []
  for (const key of ['selector', 'tag_name', 'text', 'href', 'url'] as const) requireShort(step[key] ?? '', attr(key))
  if (step.event) args.push({ kind: 'event', name: step.event })
  if (step.event === AUTOCAPTURE) {
    if (step.selector) args.push(chainTest([selectorPattern(step.selector, attr('selector'))], attr('selector')))
    if (step.tag_name) args.push(chainTest([tagPattern(step.tag_name)], attr('tag_name')))
    if (step.text) args.push(elementTest('text', textCondition(step.text, step.text_matching ?? 'exact', attr('text'))))
    if (step.href) args.push(elementTest('href', textCondition(step.href, step.href_matching ?? 'exact', attr('href'))))
  }
  if (step.url) {
    const how = step.url_matching ?? 'contains'
    const condition: Condition =
      how === 'contains'
        ? { is: 'containsExactly', patterns: [step.url], negated: false }
        : textCondition(step.url, how, attr('url'))
    args.push({ kind: 'test', property: { of: 'event', key: '$current_url' }, type: 'String', condition })
  }
  return args
}

/**
 * Checks the steps of an action before they are stored. Throws 400 `invalid_input` naming a field that is too long or
 * an invalid pattern.
 */
export function checkAction(steps: readonly ActionStep[]): void {
  for (const [index, step] of steps.entries()) {
    const path = ['steps', String(index)]
    ownTests(step, path)
    checkPatterns(parseFilter(step.properties ?? [], [...path, 'properties']))
  }
}

/** Checks the selectors and regular expressions of a filter. Throws 400 `invalid_input` naming an invalid one. */
export function checkPatterns(filter: NodeGroup): void {
  for (const item of filter.values)
    if (!('operator' in item)) checkPatterns(item)
    else if (item.of === 'element' && item.key === 'selector')
      for (const value of item.values) selectorPattern(String(value), item.attr)
    else if (item.operator === 'regex' || item.operator === 'not_regex')
      for (const value of item.values) readPattern(String(value), item.attr)
}
