/**
 * The parts of legacy filters that several kinds of insights have (docs/insights.md 12). Each converter throws 400
 * `parse_error` if a value cannot be read.
 */
import { isObject, type Json } from '../../core/json.ts'
import { flatProperties, readProperties } from './properties.ts'
import { readBoolean, readJson, readList, readNumber, undefinedIfEmpty, withoutMissing } from './values.ts'

/** Date range, properties, test accounts and sampling: the keys that all kinds of insight have. */
export const ofEveryKind = (filters: Json): Json => ({
  dateRange: dateRange(filters),
  properties: readProperties(filters.properties),
  filterTestAccounts: readBoolean(filters.filter_test_accounts),
  samplingFactor: readNumber(filters.sampling_factor),
})

/** The interval of a query. Legacy insights by the minute become insights by the hour, as in PostHog. */
export const readInterval = (filters: Json) => (filters.interval === 'minute' ? 'hour' : filters.interval)

function dateRange(filters: Json): Json | undefined {
  return undefinedIfEmpty({
    date_from: filters.date_from,
    date_to: filters.date_to,
    explicitDate: readBoolean(filters.explicit_date),
  })
}

/** `compareFilter` of a query; undefined if the legacy filters have none. */
export const compareFilter = ({ compare, compare_to }: Json) =>
  undefinedIfEmpty({ compare: readBoolean(compare), compare_to })

const MATH_KEYS = ['math', 'math_property', 'math_property_type', 'math_hogql', 'math_group_type_index']

/** The `series` of a query: actions, then events, then tables, sorted by `order`. A missing `order` counts as 0. */
export function readSeries(filters: Json): Json[] {
  const entities = [
    ...readList('actions', filters.actions).map((item) => entity('actions', item)),
    ...readList('events', filters.events).map((item) => entity('events', item)),
    ...readList('data_warehouse', filters.data_warehouse).map(table),
  ].filter((item) => item !== undefined)
  return entities.toSorted((a, b) => a.order - b.order).map(({ node }) => node)
}

function entity(source: 'actions' | 'events', item: unknown): { order: number; node: Json } | undefined {
  // a text is not an entity
  if (!isObject(item)) return undefined
  const isAction = source === 'actions' || item.type === 'actions'
  const id = readNumber(item.id)
  if (isAction && id === undefined) return undefined
  const kind = isAction ? { kind: 'ActionsNode', id } : { kind: 'EventsNode', event: item.id ?? undefined }
  return { order: readNumber(item.order) ?? 0, node: withoutMissing({ ...kind, ...shared(item) }) }
}

const TABLE_KEYS = ['id', 'id_field', 'distinct_id_field', 'timestamp_field', 'table_name']

function table(item: unknown): { order: number; node: Json } | undefined {
  if (!isObject(item)) return undefined
  const fields = Object.fromEntries(TABLE_KEYS.map((key) => [key, item[key]]))
  return {
    order: readNumber(item.order) ?? 0,
    node: withoutMissing({ kind: 'DataWarehouseNode', ...fields, ...shared(item) }),
  }
}

const shared = (item: Json): Json => ({
  name: item.name,
  custom_name: item.custom_name,
  ...Object.fromEntries(MATH_KEYS.map((key) => [key, item[key]])),
  math_group_type_index: readNumber(item.math_group_type_index),
  properties: flatProperties(item.properties),
})

/** An entity without the keys of its math. */
export const withoutMath = (node: Json): Json =>
  Object.fromEntries(Object.entries(node).filter(([key]) => !MATH_KEYS.includes(key)))

/** `breakdownFilter` of a query; undefined if the legacy filters have no breakdown. */
export function breakdownFilter(filters: Json): Json | undefined {
  const breakdown = readJson('breakdown', filters.breakdown)
  const type = filters.breakdown_type === 'events' ? 'event' : filters.breakdown_type
  const several = readList('breakdowns', filters.breakdowns).filter(isObject).slice(0, 3)
  const has = breakdown !== undefined && breakdown !== null && breakdown !== ''
  if (type === 'undefined' && typeof breakdown !== 'string') return undefined
  return undefinedIfEmpty({
    breakdown: has ? (Array.isArray(breakdown) ? breakdown.filter((item) => item !== null) : breakdown) : undefined,
    breakdown_type: has ? (type ?? 'event') : undefined,
    breakdowns: several.length > 0 ? several.map(oneBreakdown) : undefined,
    breakdown_normalize_url: readBoolean(filters.breakdown_normalize_url),
    breakdown_group_type_index: readNumber(filters.breakdown_group_type_index),
    breakdown_hide_other_aggregation: readBoolean(filters.breakdown_hide_other_aggregation),
    breakdown_limit: readNumber(filters.breakdown_limit),
    breakdown_histogram_bin_count: readNumber(filters.breakdown_histogram_bin_count),
  })
}

const oneBreakdown = ({ type, property, normalize_url, histogram_bin_count, group_type_index }: Json): Json =>
  withoutMissing({
    type: type === 'events' ? 'event' : (type ?? 'event'),
    property,
    normalize_url: readBoolean(normalize_url),
    histogram_bin_count: readNumber(histogram_bin_count),
    group_type_index: readNumber(group_type_index),
  })
