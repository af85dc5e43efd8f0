/** Plans paths: a node -> what the item of an event is, and how ways are cut (docs/paths.md). */
import { bindText } from '../hogql/expressions.ts'
import { readRegex, readReplacement } from '../hogql/patterns.ts'
import { CleaningRules, type NodeCleaningRule, parseCleaningRules } from '../nodes/path-cleaning.ts'
import type { PathsNode } from '../nodes/paths/node.ts'
import { lastStep } from '../nodes/paths/parse.ts'
import { parseNodePart } from '../nodes/schema.ts'
import type { Expr } from '../tree/expr.ts'
import type { Regex } from '../tree/regex.ts'
import { iso } from './calendar.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanProject, PlanScope } from './context.ts'
import { shownEnds } from './dates.ts'
import { bindingScope, planFilter } from './filter.ts'
import { type FunnelsPlan, planFunnels } from './funnels.ts'
import { periodOf } from './period.ts'
import { syntaxOf } from './syntax.ts'
import { testAccountFilter } from './test-accounts.ts'

/** A way ends where nothing follows for so many seconds. */
const GAP_SECONDS = 30 * 60

/** Only events before, between or after steps of a funnel. */
export interface PlannedFunnelPart {
  readonly funnels: FunnelsPlan
  /** As `funnelStep` of PostHog. */
  readonly step: number
  /** Indexes, from 1, in the times of a walk: events count from the first to the second of them. */
  readonly from: number | null
  readonly to: number | null
  /** Events count from so many seconds after `from`. */
  readonly delaySeconds: number
}

export interface PathsPlan {
  readonly kind: 'PathsQuery'
  /** ISO instants, half-open. */
  readonly from: string
  readonly to: string
  readonly dateFrom: string
  readonly dateTo: string
  readonly filter: FilterGroup
  /** The events that count; null: all. */
  readonly events: { readonly pages: boolean; readonly screens: boolean; readonly custom: boolean } | null
  /** The item of events that are no pages and no screens; null: their name. */
  readonly expression: Expr | null
  readonly rules: readonly { readonly pattern: Regex; readonly replacement: string }[]
  readonly groupings: readonly { readonly name: string; readonly pattern: Regex }[]
  readonly excluded: readonly string[]
  readonly start: string | null
  readonly end: string | null
  readonly stepLimit: number
  readonly edgeLimit: number
  readonly minWeight: number | null
  readonly maxWeight: number | null
  readonly gapSeconds: number
  readonly funnel: PlannedFunnelPart | null
}

/**
 * The node of paths -> its plan. Throws 400 naming the field if a date, a filter, an expression or a pattern is invalid;
 * 503 if a cohort is not calculated yet.
 */
export function planPaths(node: PathsNode, scope: PlanScope): PathsPlan {
  const { project, context } = scope
  const { range } = periodOf(node, scope, context.earliest)
  const filters = [node.filter, testAccountFilter(node, project)].map((filter) => planFilter(filter, scope))
  const { items, expression } = node
  return {
    kind: 'PathsQuery',
    from: iso(range.countFrom),
    to: iso(range.end),
    ...shownEnds(range),
    filter: { kind: 'and', args: filters },
    events: items && {
      pages: items.includes('$pageview'),
      screens: items.includes('$screen'),
      custom: items.includes('custom_event'),
    },
    expression:
      expression &&
      bindText(syntaxOf(expression, expression.text, expression.attr), bindingScope(scope, expression.attr)),
    rules: planRules([...storedRules(usedRules(node, project) ?? []), ...node.rules]),
    groupings: node.groupings.map((name) => ({ name, pattern: wildcards(name, node.attr) })),
    excluded: node.excluded,
    start: node.start,
    end: node.end,
    stepLimit: node.stepLimit,
    edgeLimit: node.edgeLimit,
    minWeight: node.minWeight,
    maxWeight: node.maxWeight,
    gapSeconds: node.funnel?.source.windowSeconds ?? GAP_SECONDS,
    funnel: node.funnel && planFunnelPart(node.funnel, scope),
  }
}

/** The rules of the project that clean the items of the query, as stored; undefined if there are none. */
export const usedRules = ({ usesProjectRules }: PathsNode, { pathCleaningFilters }: PlanProject) =>
  usesProjectRules && pathCleaningFilters.length > 0 ? pathCleaningFilters : undefined

/** Rules of a project or a query with their patterns read. Throws 400 naming the pattern that cannot be used. */
export const planRules = (rules: readonly NodeCleaningRule[]) =>
  rules.map(({ pattern, replacement, attr }) => readReplacement(pattern, replacement, attr))

/** The rules as a client stores them in a project. Throws 400 naming what is not valid. */
export function storedRules(rules: readonly unknown[]): readonly NodeCleaningRule[] {
  const path = ['path_cleaning_filters']
  return parseCleaningRules(parseNodePart(CleaningRules, rules, path), path)
}

/** `*` stands for any text. */
function wildcards(name: string, attr: string): Regex {
  const parts = name.split(/\*+/).map((part) => part.replaceAll(/[^A-Za-z0-9_ ]/gu, '\\$&'))
  return readRegex(parts.join('.*'), attr)
}

function planFunnelPart({ source, part, step }: NonNullable<PathsNode['funnel']>, scope: PlanScope): PlannedFunnelPart {
  const funnels = planFunnels(source, scope)
  const last = lastStep(step)
  const timeOf = (number: number) => funnels.steps.slice(0, number).filter(({ isOptional }) => !isOptional).length
  return {
    funnels,
    step,
    from: part === 'before' ? null : timeOf(part === 'between' ? last - 1 : last),
    to: part === 'after' ? null : timeOf(last),
    // as in PostHog, after dropping off is after the time in which they could have gone on
    delaySeconds: part === 'after' && step < 0 ? funnels.windowSeconds : 0,
  }
}
