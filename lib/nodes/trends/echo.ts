/**
 * `filter` of an item of a trends result (docs/trends.md 10). It is made only of values that change numbers, so that
 * queries with equal numbers have equal filters.
 */
import type { Json } from '../../core/json.ts'
import { GROUP_OWNERS } from '../../tree/types.ts'
import type { NodeBreakdown, NodeBreakdowns } from '../breakdown.ts'
import type { NodeGroup, NodeTest } from '../filter.ts'
import type { TrendsNode } from './node.ts'

/** The node of a trend -> the `filter` of its items, in PostHog's legacy names and without the dates. */
export function trendsEcho({
  filter,
  filterTestAccounts,
  interval,
  display,
  formulas,
  smoothing,
  breakdown,
}: Omit<TrendsNode, 'echo'>): Json {
  return {
    insight: 'TRENDS',
    properties: filter.type === 'AND' && filter.values.every(isTest) ? filter.values.map(wireTest) : wireGroup(filter),
    filter_test_accounts: filterTestAccounts,
    entity_type: 'events',
    interval,
    display,
    ...(formulas.length > 0 ? wireFormulas(formulas) : {}),
    ...(smoothing > 1 ? { smoothingIntervals: smoothing } : {}),
    ...(breakdown ? wireBreakdown(breakdown) : {}),
  }
}

function wireFormulas(formulas: TrendsNode['formulas']): Json {
  const [first] = formulas
  if (formulas.some(({ customName }) => customName !== null))
    return { formulaNodes: formulas.map(({ formula, customName }) => ({ formula, custom_name: customName })) }
  return formulas.length > 1 ? { formulas: formulas.map(({ formula }) => formula) } : { formula: first?.formula }
}

const isTest = (item: NodeTest | NodeGroup): item is NodeTest => 'operator' in item

const wireGroup = ({ type, values }: NodeGroup): Json => ({
  type,
  values: values.map((item) => (isTest(item) ? wireTest(item) : wireGroup(item))),
})

function wireTest({ key, of, operator, values }: NodeTest): Json {
  if (of === 'hogql') return { key, type: of }
  const value = values.length === 0 ? {} : { value: values.length === 1 ? values[0] : values }
  return { key, ...value, operator, ...wireOwner(of) }
}

function wireOwner(of: NodeTest['of'] | NodeBreakdown['of']): Json {
  const index = (GROUP_OWNERS as readonly string[]).indexOf(of)
  return index < 0 ? { type: of } : { type: 'group', group_type_index: index }
}

function wireBreakdown({ parts, cohorts, limit, hideOther, asList }: NodeBreakdowns): Json {
  if (cohorts) return { breakdown: cohorts, breakdown_type: 'cohort' }
  const shared = { breakdown_limit: limit, ...(hideOther ? { breakdown_hide_other_aggregation: true } : {}) }
  const items = parts.map(wirePart)
  if (asList) return { breakdowns: items, ...shared }
  const { property, ...rest } = items[0] ?? {}
  const prefixed = Object.entries(rest).map(([key, value]) => [`breakdown_${key}`, value])
  return { breakdown: property, ...Object.fromEntries(prefixed), ...shared }
}

const wirePart = ({ property, of, normalizeUrl, bins }: NodeBreakdown): Json => ({
  property,
  ...wireOwner(of),
  ...(normalizeUrl ? { normalize_url: true } : {}),
  ...(bins === null ? {} : { histogram_bin_count: bins }),
})
