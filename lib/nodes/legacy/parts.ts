/** What legacy filters of several kinds have in common (docs/insights.md 12). */
import { flatProperties, properties } from './properties.ts'
import { bool, isObject, type Json, json, list, number, present, presentOrNothing } from './values.ts'

/** Keys that every insight has. */
export const ofEveryKind = (filters: Json): Json => ({
  dateRange: dateRange(filters),
  properties: properties(filters.properties),
  filterTestAccounts: bool(filters.filter_test_accounts),
  samplingFactor: number(filters.sampling_factor),
})

export const interval = (filters: Json) => (filters.interval === 'minute' ? 'hour' : filters.interval)

function dateRange(filters: Json): Json | undefined {
  return presentOrNothing({
    date_from: filters.date_from,
    date_to: filters.date_to,
    explicitDate: bool(filters.explicit_date),
  })
}

export const compareFilter = ({ compare, compare_to }: Json) => presentOrNothing({ compare: bool(compare), compare_to })

const MATH_KEYS = ['math', 'math_property', 'math_property_type', 'math_hogql', 'math_group_type_index']

/** Actions, then events, then tables, stably by `order`; missing and 0 come first. */
export function series(filters: Json): Json[] {
  const entities = [
    ...list('actions', filters.actions).map((item) => entity('actions', item)),
    ...list('events', filters.events).map((item) => entity('events', item)),
    ...list('data_warehouse', filters.data_warehouse).map(table),
  ].filter((item) => item !== undefined)
  return entities.toSorted((a, b) => a.order - b.order).map(({ node }) => node)
}

function entity(source: 'actions' | 'events', item: unknown): { order: number; node: Json } | undefined {
  // a bare text is no entity
  if (!isObject(item)) return undefined
  const isAction = source === 'actions' || item.type === 'actions'
  const id = number(item.id)
  if (isAction && id === undefined) return undefined
  const kind = isAction ? { kind: 'ActionsNode', id } : { kind: 'EventsNode', event: item.id ?? undefined }
  return { order: number(item.order) ?? 0, node: present({ ...kind, ...shared(item) }) }
}

const TABLE_KEYS = ['id', 'id_field', 'distinct_id_field', 'timestamp_field', 'table_name']

function table(item: unknown): { order: number; node: Json } | undefined {
  if (!isObject(item)) return undefined
  const fields = Object.fromEntries(TABLE_KEYS.map((key) => [key, item[key]]))
  return { order: number(item.order) ?? 0, node: present({ kind: 'DataWarehouseNode', ...fields, ...shared(item) }) }
}

const shared = (item: Json): Json => ({
  name: item.name,
  custom_name: item.custom_name,
  ...Object.fromEntries(MATH_KEYS.map((key) => [key, item[key]])),
  math_group_type_index: number(item.math_group_type_index),
  properties: flatProperties(item.properties),
})

/** Without what says how a series is counted. */
export const withoutMath = (node: Json): Json =>
  Object.fromEntries(Object.entries(node).filter(([key]) => !MATH_KEYS.includes(key)))

export function breakdownFilter(filters: Json): Json | undefined {
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
