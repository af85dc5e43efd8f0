/**
 * The parts of legacy filters that several kinds of insights have (docs/insights.md 12). Each converter throws 400
 * `parse_error` if a value cannot be read.
 */
import { isObject, type Json } from '../../core/json.ts'
import { flatProperties, readProperties } from './properties.ts'
import { asBoolean, readersOf, undefinedIfEmpty, unlessEmpty, withoutMissing } from './values.ts'

/** Date range, properties, test accounts and sampling: the keys that all kinds of insight have. */
export function ofEveryKind(filters: Json): Json {
  const { number, boolean } = readersOf(filters)
  return {
    dateRange: undefinedIfEmpty({
      date_from: filters.date_from,
      date_to: filters.date_to,
      explicitDate: boolean('explicit_date'),
    }),
    properties: readProperties(filters.properties),
    filterTestAccounts: boolean('filter_test_accounts'),
    samplingFactor: number('sampling_factor'),
  }
}

/** The interval of a query. Legacy insights by the minute become insights by the hour, as in PostHog. */
export const readInterval = (filters: Json) => (filters.interval === 'minute' ? 'hour' : filters.interval)

/** `compareFilter` of a query; undefined if the legacy filters have none. */
export const compareFilter = (filters: Json) =>
  undefinedIfEmpty({ compare: readersOf(filters).boolean('compare'), compare_to: filters.compare_to })

/** A switch that only concerns display: what is no boolean stays as it is. */
export const shown = (value: unknown) => asBoolean(value) ?? value

/** The indexes of the series that a legend hides. */
export function hiddenIndexes(keys: unknown): number[] | undefined {
  if (!isObject(keys)) return undefined
  return Object.entries(keys).flatMap(([key, hidden]) => (hidden === true && /^\d+$/.test(key) ? [Number(key)] : []))
}

const MATH_KEYS = [
  'math',
  'math_property',
  'math_property_type',
  'math_hogql',
  'math_multiplier',
  'math_group_type_index',
]

/** The `series` of a query: actions, then events, then tables, sorted by `order`. A missing `order` counts as 0. */
export function readSeries(filters: Json): Json[] {
  const { list } = readersOf(filters)
  const entities = [
    ...list('actions').map((item, index) => entity('actions', item, index)),
    ...list('events').map((item, index) => entity('events', item, index)),
    ...list('data_warehouse').map(table),
  ].filter((item) => item !== undefined)
  return entities.toSorted((a, b) => a.order - b.order).map(({ node }) => node)
}

function entity(source: 'actions' | 'events', item: unknown, index: number): { order: number; node: Json } | undefined {
  // a text is not an entity
  if (!isObject(item)) return undefined
  const at = `${source}.${index}`
  const { number } = readersOf(item, at)
  const isAction = source === 'actions' || item.type === 'actions'
  const id = isAction ? number('id') : (item.id ?? undefined)
  if (isAction && id === undefined) return undefined
  const kind = isAction ? { kind: 'ActionsNode', id } : { kind: 'EventsNode', event: id }
  return { order: number('order') ?? 0, node: withoutMissing({ ...kind, ...shared(item, at) }) }
}

const TABLE_KEYS = ['id', 'id_field', 'distinct_id_field', 'timestamp_field', 'table_name']

function table(item: unknown, index: number): { order: number; node: Json } | undefined {
  if (!isObject(item)) return undefined
  const at = `data_warehouse.${index}`
  const fields = Object.fromEntries(TABLE_KEYS.map((key) => [key, item[key]]))
  return {
    order: readersOf(item, at).number('order') ?? 0,
    node: withoutMissing({ kind: 'DataWarehouseNode', ...fields, ...shared(item, at) }),
  }
}

const shared = (item: Json, at: string): Json => ({
  name: item.name,
  custom_name: item.custom_name,
  ...Object.fromEntries(MATH_KEYS.map((key) => [key, item[key]])),
  math_group_type_index: readersOf(item, at).number('math_group_type_index'),
  properties: flatProperties(item.properties),
})

/** An entity without the keys of its math. */
export const withoutMath = (node: Json): Json =>
  Object.fromEntries(Object.entries(node).filter(([key]) => !MATH_KEYS.includes(key)))

/** `breakdownFilter` of a query; undefined if the legacy filters have no breakdown. */
export function breakdownFilter(filters: Json): Json | undefined {
  const { number, boolean, json, list } = readersOf(filters)
  const breakdown = json('breakdown')
  const type = filters.breakdown_type === 'events' ? 'event' : filters.breakdown_type
  const several = list('breakdowns').filter(isObject).slice(0, 3)
  const has = breakdown !== undefined && breakdown !== null && breakdown !== ''
  if (type === 'undefined' && typeof breakdown !== 'string') return undefined
  return undefinedIfEmpty({
    breakdown: has ? (Array.isArray(breakdown) ? breakdown.filter((item) => item !== null) : breakdown) : undefined,
    breakdown_type: has ? (type ?? 'event') : undefined,
    breakdowns: unlessEmpty(several.map(oneBreakdown)),
    breakdown_normalize_url: boolean('breakdown_normalize_url'),
    breakdown_group_type_index: number('breakdown_group_type_index'),
    breakdown_hide_other_aggregation: boolean('breakdown_hide_other_aggregation'),
    breakdown_limit: number('breakdown_limit'),
    breakdown_histogram_bin_count: number('breakdown_histogram_bin_count'),
  })
}

function oneBreakdown(item: Json, index: number): Json {
  const { type, property } = item
  const { number, boolean } = readersOf(item, `breakdowns.${index}`)
  return withoutMissing({
    type: type === 'events' ? 'event' : (type ?? 'event'),
    property,
    normalize_url: boolean('normalize_url'),
    histogram_bin_count: number('histogram_bin_count'),
    group_type_index: number('group_type_index'),
  })
}
