/** Legacy `filters` -> query node (contract/insights.md 12). Names are PostHog's on both sides. */
import { notSupported, parseError } from '../core/errors.ts'
import { DISPLAYS } from './trends.ts'

type Json = Readonly<Record<string, unknown>>

/** A node whose series can be told apart. */
export type LegacyQuery = Json & { readonly series: readonly Json[] }

/** Converts `filters` of any insight whose kind is built. Throws 400 for what cannot be read or is not built. */
export function convertFilters(filters: Json): LegacyQuery {
  const insight = String(filters.insight ?? 'TRENDS').toUpperCase()
  if (filters.shown_as === 'Stickiness') throw notSupported('filters.shown_as', 'Stickiness')
  if (insight === 'FUNNELS') return funnels(filters)
  if (insight !== 'TRENDS' && insight !== 'SESSIONS')
    throw notSupported('filters.insight', `Computing ${insight} from filters`)
  return trends(filters)
}

function trends(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'TrendsQuery',
    interval: filters.interval === 'minute' ? 'hour' : filters.interval,
    dateRange: dateRange(filters),
    properties: properties(filters.properties),
    filterTestAccounts: bool(filters.filter_test_accounts),
    samplingFactor: number(filters.sampling_factor),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    breakdownFilter: breakdownFilter(filters),
    compareFilter: compareFilter(filters),
    trendsFilter: trendsFilter(filters),
  })
  return { ...rest, series: series(filters) }
}

function funnels(filters: Json): LegacyQuery {
  const rest = present({
    kind: 'FunnelsQuery',
    interval: filters.interval === 'minute' ? 'hour' : filters.interval,
    dateRange: dateRange(filters),
    properties: properties(filters.properties),
    filterTestAccounts: bool(filters.filter_test_accounts),
    samplingFactor: number(filters.sampling_factor),
    aggregation_group_type_index: number(filters.aggregation_group_type_index),
    breakdownFilter: funnelBreakdown(filters),
    funnelsFilter: funnelsFilter(filters),
  })
  return { ...rest, series: series(filters).map(withFirstTime) }
}

/** First times are the only math that funnels know. */
function withFirstTime(node: Json): Json {
  const { math, math_property, math_property_type, math_hogql, math_group_type_index, ...rest } = node
  return String(math).startsWith('first_time_for_user') ? { ...rest, math } : rest
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

function dateRange(filters: Json): Json | undefined {
  return presentOrNothing({
    date_from: filters.date_from,
    date_to: filters.date_to,
    explicitDate: bool(filters.explicit_date),
  })
}

const compareFilter = ({ compare, compare_to }: Json) => presentOrNothing({ compare: bool(compare), compare_to })

const MATH_KEYS = ['math', 'math_property', 'math_property_type', 'math_hogql', 'math_group_type_index']

/** Actions, then events, stably by `order`; missing and 0 come first. */
function series(filters: Json): Json[] {
  const entities = [
    ...list('actions', filters.actions).map((item) => entity('actions', item)),
    ...list('events', filters.events).map((item) => entity('events', item)),
  ].filter((item) => item !== undefined)
  return entities.toSorted((a, b) => a.order - b.order).map(({ node }) => node)
}

function entity(source: 'actions' | 'events', item: unknown): { order: number; node: Json } | undefined {
  // a bare text is no entity
  if (!isObject(item)) return undefined
  const isAction = source === 'actions' || item.type === 'actions'
  const id = number(item.id)
  if (isAction && id === undefined) return undefined
  const math = Object.fromEntries(MATH_KEYS.map((key) => [key, item[key]]))
  const node = present({
    kind: isAction ? 'ActionsNode' : 'EventsNode',
    ...(isAction ? { id } : { event: item.id ?? undefined }),
    name: item.name,
    custom_name: item.custom_name,
    ...math,
    math_group_type_index: number(item.math_group_type_index),
    properties: flatProperties(item.properties),
  })
  return { order: number(item.order) ?? 0, node }
}

/** Properties of a query, in an outer AND. */
function properties(value: unknown): Json | undefined {
  const parsed = json('properties', value)
  if (Array.isArray(parsed)) {
    const filters = parsed.map(filter)
    return filters.length > 0 ? { type: 'AND', values: [{ type: 'AND', values: filters }] } : undefined
  }
  if (!isObject(parsed) || Object.keys(parsed).length === 0) return undefined
  if (!('values' in parsed)) return { type: 'AND', values: [{ type: 'AND', values: oneKey(parsed) }] }
  const group = mapGroup(parsed)
  if (group.values.length === 0) return undefined
  const isFlat = group.values.every((item) => !('values' in item && 'type' in item && !('key' in item)))
  return isFlat ? { type: 'AND', values: [group] } : group
}

type Group = Readonly<{ type: unknown; values: readonly Json[] }>

function mapGroup({ type, values }: Json): Group {
  const items = Array.isArray(values) ? values.filter(isObject) : []
  return { type: type ?? 'AND', values: items.map((item) => (isGroup(item) ? { ...mapGroup(item) } : filter(item))) }
}

const isGroup = (item: Json) => 'values' in item && !('key' in item)

/** Properties of a series: a list. */
function flatProperties(value: unknown): Json[] | undefined {
  const parsed = json('properties', value)
  if (Array.isArray(parsed)) return parsed.length > 0 ? parsed.map(filter) : undefined
  if (!isObject(parsed) || Object.keys(parsed).length === 0) return undefined
  if (!('values' in parsed)) return oneKey(parsed)
  const group = mapGroup(parsed)
  if (group.values.some(isGroup)) throw parseError('properties: The filters of a series cannot be nested.')
  return group.values.length > 0 ? [...group.values] : undefined
}

/** `{"utm__icontains": "x"}` */
function oneKey(object: Json): Json[] {
  return Object.entries(object).map(([name, value]) => {
    const [, key = name, operator = 'exact'] = name.match(/^(.*?)__(\w+)$/) ?? []
    return { type: 'event', key, operator, value }
  })
}

function filter(item: unknown): Json {
  if (!isObject(item)) throw parseError('properties: A filter must be an object.')
  const type = item.type === 'events' ? 'event' : String(item.type ?? 'event')
  const isCohort = ['cohort', 'precalculated-cohort', 'static-cohort'].includes(type)
  const sent = item.value ?? item.values
  const withoutOperator = isCohort || type === 'hogql'
  return present({
    key: isCohort ? 'id' : item.key,
    type: isCohort ? 'cohort' : type,
    value: Array.isArray(sent) ? sent.filter((value) => value !== null) : sent,
    operator: withoutOperator ? undefined : (item.operator ?? 'exact'),
    group_type_index: number(item.group_type_index),
  })
}

function breakdownFilter(filters: Json): Json | undefined {
  const breakdown = json('breakdown', filters.breakdown)
  const type = filters.breakdown_type === 'events' ? 'event' : filters.breakdown_type
  const several = list('breakdowns', filters.breakdowns).filter(isObject).slice(0, 3)
  const has = breakdown !== undefined && breakdown !== null && breakdown !== ''
  if (type === 'undefined' && typeof breakdown !== 'string') return undefined
  return presentOrNothing({
    breakdown: has ? (Array.isArray(breakdown) ? breakdown.filter((item) => item !== null) : breakdown) : undefined,
    breakdown_type: has ? (type ?? 'event') : undefined,
    breakdowns: several.length > 0 ? several.map(oneBreakdown) : undefined,
    breakdown_normalize_url: bool(filters.breakdown_normalize_url),
    breakdown_group_type_index: number(filters.breakdown_group_type_index),
    breakdown_hide_other_aggregation: bool(filters.breakdown_hide_other_aggregation),
    breakdown_limit: number(filters.breakdown_limit),
    breakdown_histogram_bin_count: number(filters.breakdown_histogram_bin_count),
  })
}

const oneBreakdown = ({ type, property, normalize_url, histogram_bin_count, group_type_index }: Json): Json =>
  present({
    type: type === 'events' ? 'event' : (type ?? 'event'),
    property,
    normalize_url: bool(normalize_url),
    histogram_bin_count: number(histogram_bin_count),
    group_type_index: number(group_type_index),
  })

function trendsFilter(filters: Json): Json | undefined {
  return presentOrNothing({
    display: DISPLAYS.find((display) => display === filters.display),
    formula: filters.formula === '' ? undefined : filters.formula,
    smoothingIntervals: number(filters.smoothing_intervals),
    showLegend: bool(filters.show_legend),
    showValuesOnSeries: bool(filters.show_values_on_series),
    showPercentStackView: bool(filters.show_percent_stack_view),
    showLabelsOnSeries: bool(filters.show_label_on_series),
    showAlertThresholdLines: bool(filters.show_alert_threshold_lines),
    showMultipleYAxes: bool(filters.show_multiple_y_axes),
    yAxisScaleType: filters.y_axis_scale_type,
    decimalPlaces: number(filters.decimal_places),
    aggregationAxisFormat: filters.aggregation_axis_format,
    aggregationAxisPrefix: filters.aggregation_axis_prefix,
    aggregationAxisPostfix: filters.aggregation_axis_postfix,
    hiddenLegendIndexes: hiddenIndexes(filters.hidden_legend_keys),
  })
}

function hiddenIndexes(keys: unknown): number[] | undefined {
  if (!isObject(keys)) return undefined
  return Object.entries(keys).flatMap(([key, hidden]) => (hidden === true && /^\d+$/.test(key) ? [Number(key)] : []))
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Lists and objects may come as JSON text. */
function json(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    throw parseError(`${name}: This is not JSON.`)
  }
}

/** A list, also as JSON text; absent is empty. Throws 400 for anything else. */
export function list(name: string, value: unknown): unknown[] {
  const parsed = json(name, value)
  if (parsed === undefined || parsed === null || parsed === '') return []
  if (!Array.isArray(parsed)) throw parseError(`${name}: This must be a list.`)
  return parsed
}

const bool = (value: unknown): boolean | undefined =>
  value === undefined || value === null || value === ''
    ? undefined
    : value === true || ['true', '1', 'yes', 't', 'y'].includes(String(value).toLowerCase())

function number(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** Without what is not there: schema defaults apply to it. */
const present = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))

function presentOrNothing(object: Json): Json | undefined {
  const kept = present(object)
  return Object.keys(kept).length > 0 ? kept : undefined
}
