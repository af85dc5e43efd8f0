import { isObject, type Json } from '../../core/json.ts'
import { breakdownFilter, ofEveryKind, readInterval, readSeries, withoutMath } from './parts.ts'
import { type LegacyQuery, readersOf, readText, undefinedIfEmpty, withoutMissing } from './values.ts'

/** Legacy filters of a funnel -> FunnelsQuery. Throws 400 `parse_error` if a value cannot be read. */
export function convertFunnels(filters: Json): LegacyQuery {
  const rest = withoutMissing({
    kind: 'FunnelsQuery',
    interval: readInterval(filters),
    ...ofEveryKind(filters),
    aggregation_group_type_index: readersOf(filters).number('aggregation_group_type_index'),
    breakdownFilter: funnelBreakdown(filters),
    funnelsFilter: funnelsFilter(filters),
  })
  return { ...rest, series: readSeries(filters).map(withFirstTime) }
}

/** Drops all maths but `first_time_for_user…`: funnels have no others. */
function withFirstTime(node: Json): Json {
  const { math } = node
  const rest = withoutMath(node)
  return readText(math)?.startsWith('first_time_for_user') ? { ...rest, math } : rest
}

/** Several breakdowns become one breakdown by a list; all take the type of the first. */
function funnelBreakdown(filters: Json): Json | undefined {
  const several = readersOf(filters).list('breakdowns').filter(isObject)
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
  const { number } = readersOf(filters)
  const interval = number('funnel_window_interval')
  return undefinedIfEmpty({
    funnelVizType: filters.funnel_viz_type || (filters.display === 'ActionsLineGraph' ? 'trends' : undefined),
    funnelOrderType: filters.funnel_order_type || undefined,
    funnelFromStep: number('funnel_from_step'),
    funnelToStep: number('funnel_to_step'),
    funnelStepReference: filters.funnel_step_reference,
    // PostHog's documentation also has `funnel_window_days` and `funnel_window_interval_type`
    funnelWindowInterval: interval ?? number('funnel_window_days'),
    funnelWindowIntervalUnit:
      filters.funnel_window_interval_unit ||
      (interval === undefined ? undefined : filters.funnel_window_interval_type) ||
      undefined,
    breakdownAttributionType: filters.breakdown_attribution_type || undefined,
    breakdownAttributionValue: number('breakdown_attribution_value'),
    binCount: filters.bin_count === 'auto' ? 'auto' : number('bin_count'),
    layout: filters.layout,
    funnelAggregateByHogQL: filters.funnel_aggregate_by_hogql || undefined,
    exclusions: exclusions(filters),
    hiddenLegendBreakdowns: hiddenBreakdowns(filters.hidden_legend_keys),
  })
}

/** Exclusions lose their properties, as in PostHog. */
function exclusions(filters: Json): Json[] | undefined {
  const items = readersOf(filters).list('exclusions').filter(isObject)
  if (items.length === 0) return undefined
  return items.map((item, index) => {
    const { number } = readersOf(item, `exclusions.${index}`)
    const isAction = item.type === 'actions'
    return withoutMissing({
      kind: isAction ? 'ActionsNode' : 'EventsNode',
      ...(isAction ? { id: number('id') } : { event: item.id }),
      name: item.name,
      custom_name: item.custom_name,
      funnelFromStep: number('funnel_from_step'),
      funnelToStep: number('funnel_to_step'),
    })
  })
}

function hiddenBreakdowns(keys: unknown): string[] | undefined {
  if (!isObject(keys)) return undefined
  return Object.entries(keys).flatMap(([key, hidden]) => (hidden === true ? [key.split('/').at(-1) ?? key] : []))
}
