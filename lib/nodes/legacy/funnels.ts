import type { LegacyQuery } from './filters.ts'
import { breakdownFilter, interval, ofEveryKind, series, withoutMath } from './parts.ts'
import { isObject, type Json, list, number, present, presentOrNothing, text } from './values.ts'

/** Throws 400 for what cannot be read. */
export function funnels(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'FunnelsQuery',
    interval: interval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    breakdownFilter: funnelBreakdown(filters),
    funnelsFilter: funnelsFilter(filters),
  })
  return { ...rest, series: series(filters).map(withFirstTime) }
}

/** First times are the only math that funnels know. */
function withFirstTime(node: Json): Json {
  const { math } = node
  const rest = withoutMath(node)
  return text(math)?.startsWith('first_time_for_user') ? { ...rest, math } : rest
}

/** Several breakdowns are one by a list; all are of the type of the first. */
function funnelBreakdown(filters: Json): Json | undefined {
  const several = list('breakdowns', filters.breakdowns).filter(isObject)
  const { breakdowns: _, ...rest } = filters
  const [first] = several
  if (!first) return breakdownFilter(rest)
  const properties = several.map(({ property }) => property)
  return breakdownFilter({
    ...rest,
    breakdown: properties.length > 1 ? properties : first.property,
    breakdown_type: first.type ?? 'event',
  })
}

function funnelsFilter(filters: Json): Json | undefined {
  const interval = number(filters.funnel_window_interval)
  return presentOrNothing({
    funnelVizType: filters.funnel_viz_type || (filters.display === 'ActionsLineGraph' ? 'trends' : undefined),
    funnelOrderType: filters.funnel_order_type || undefined,
    funnelFromStep: number(filters.funnel_from_step),
    funnelToStep: number(filters.funnel_to_step),
    funnelStepReference: filters.funnel_step_reference,
    // the reference page documents the days and the type, too
    funnelWindowInterval: interval ?? number(filters.funnel_window_days),
    funnelWindowIntervalUnit:
      filters.funnel_window_interval_unit ||
      (interval === undefined ? undefined : filters.funnel_window_interval_type) ||
      undefined,
    breakdownAttributionType: filters.breakdown_attribution_type || undefined,
    breakdownAttributionValue: number(filters.breakdown_attribution_value),
    binCount: filters.bin_count === 'auto' ? 'auto' : number(filters.bin_count),
    layout: filters.layout,
    funnelAggregateByHogQL: filters.funnel_aggregate_by_hogql || undefined,
    exclusions: exclusions(filters),
    hiddenLegendBreakdowns: hiddenBreakdowns(filters.hidden_legend_keys),
  })
}

/** Their properties are dropped, as the reference does. */
function exclusions(filters: Json): Json[] | undefined {
  const items = list('exclusions', filters.exclusions).filter(isObject)
  if (items.length === 0) return undefined
  return items.map((item) => {
    const isAction = item.type === 'actions'
    return present({
      kind: isAction ? 'ActionsNode' : 'EventsNode',
      ...(isAction ? { id: number(item.id) } : { event: item.id }),
      name: item.name,
      custom_name: item.custom_name,
      funnelFromStep: number(item.funnel_from_step),
      funnelToStep: number(item.funnel_to_step),
    })
  })
}

function hiddenBreakdowns(keys: unknown): string[] | undefined {
  if (!isObject(keys)) return undefined
  return Object.entries(keys).flatMap(([key, hidden]) => (hidden === true ? [key.split('/').at(-1) ?? key] : []))
}
