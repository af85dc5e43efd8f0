/** A result in few words, for who is told of it. Pure. */
import { isObject, type Json } from '../../core/json.ts'
import { type CacheEntry, resultKind } from '../../refresh/entry.ts'
import { PLAIN, seriesName, withoutMarks } from '../../render/names.ts'
import type { TrendsItem } from '../../shape/trends.ts'

const MAX_ITEMS = 25
const SHOWN = [
  'order',
  'count',
  'aggregated_value',
  'average_conversion_time',
  'breakdown_value',
  'compare_label',
] as const

/**
 * What was computed, when, for which days, and its numbers: one item for each series or curve (its count and its last
 * value), or for each step of a funnel; at most 25.
 */
export function summarize(entry: CacheEntry) {
  const { results, resolved_date_range: range } = entry.response
  const items = (Array.isArray(results) ? results.flat() : [results]).filter(isObject)
  return {
    kind: resultKind(entry) ?? null,
    last_refresh: new Date(entry.lastRefresh).toISOString(),
    date_from: range?.date_from ?? null,
    date_to: range?.date_to ?? null,
    items: items.slice(0, MAX_ITEMS).map(summarizeItem),
    has_more: items.length > MAX_ITEMS,
  }
}

function summarizeItem(item: Json): Json {
  const shown = SHOWN.filter((key) => item[key] !== undefined).map((key) => [key, withoutMarks(item[key])])
  // a step of a funnel has a name of its own
  const name = 'label' in item ? seriesName(item as unknown as TrendsItem, PLAIN) : (item.custom_name ?? item.name)
  const label = name === undefined ? {} : { label: name }
  const last = Array.isArray(item.data) ? item.data.at(-1) : undefined
  return { ...label, ...Object.fromEntries(shown), ...(typeof last === 'number' ? { last_value: last } : {}) }
}
