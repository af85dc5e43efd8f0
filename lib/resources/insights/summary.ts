/** The summary of a result in the events for subscribers. Pure. */
import type { Kind } from '../../nodes/index.ts'
import type { CacheEntry } from '../../refresh/entry.ts'
import { PLAIN, seriesName, withoutMarks } from '../../render/names.ts'
import type { FunnelStepItem, FunnelsResult } from '../../shape/funnels.ts'
import { ofResult, type Results, type SharedFields } from '../../shape/index.ts'
import type { TrendsItem } from '../../shape/trends.ts'

const MAX_ITEMS = 25

/** One item of a summary: its label and its numbers. */
interface SummaryItem {
  readonly label?: string
  readonly [number: string]: unknown
}

const ITEMS: { readonly [K in Kind]: (result: Results[K]) => readonly SummaryItem[] } = {
  TrendsQuery: ({ results }) => results.map(seriesItem),
  FunnelsQuery: funnelItems,
  RetentionQuery: ({ results }) =>
    results.map(({ label, date, values, breakdown_value }) => ({
      label,
      ...presentFields({
        date,
        breakdown_value: breakdown_value ?? undefined,
        counts: values.map(({ count }) => count),
      }),
    })),
  LifecycleQuery: ({ results }) =>
    results.map(({ label, status, count, data }) => ({ label, status, count, ...lastOf(data) })),
  StickinessQuery: ({ results }) =>
    results.map(({ label, count, data, compare_label }) => ({
      label,
      ...presentFields({ count, data, compare_label }),
    })),
  PathsQuery: ({ results }) =>
    results.map(({ source, target, value, average_conversion_time }) => ({
      label: `${source} → ${target}`,
      value,
      average_conversion_time,
    })),
  FunnelCorrelationQuery: ({ results }) =>
    results.events.map(({ event, success_count, failure_count, odds_ratio, correlation_type }) => ({
      label: event.event,
      success_count,
      failure_count,
      odds_ratio,
      correlation_type,
    })),
  ActorsQuery: () => [],
}

/**
 * Summarizes a result: its kind, the time of its computation, its dates, and up to 25 items. An item is a series or a
 * curve (with its count and its last value), a step of a funnel, or a row of a correlation.
 */
export function summarize({ response, lastRefresh }: CacheEntry) {
  const items = ofResult(ITEMS, response)
  const { resolved_date_range: range }: SharedFields = response
  return {
    kind: response.kind,
    last_refresh: new Date(lastRefresh).toISOString(),
    date_from: range?.date_from ?? null,
    date_to: range?.date_to ?? null,
    items: items.slice(0, MAX_ITEMS),
    has_more: items.length > MAX_ITEMS,
  }
}

/** The fields that are defined; the markers of missing and of other breakdown values become words. */
const presentFields = (item: Readonly<Record<string, unknown>>): SummaryItem =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, withoutMarks(value)]),
  )

const lastOf = (data: readonly number[] | null) => ({ last_value: data?.at(-1) })

function seriesItem(item: TrendsItem): SummaryItem {
  const { count, aggregated_value, breakdown_value, compare_label, order, data } = item
  const numbers = { order, count, aggregated_value, breakdown_value, compare_label, ...lastOf(data) }
  return { label: seriesName(item, PLAIN), ...presentFields(numbers) }
}

function funnelItems(result: FunnelsResult): readonly SummaryItem[] {
  switch (result.view) {
    case 'steps':
      return result.results.flat().map(stepItem)
    case 'trends':
      return result.results.map(({ count, data, breakdown_value }) =>
        presentFields({ count, breakdown_value, ...lastOf(data) }),
      )
    case 'time_to_convert':
      return [presentFields({ average_conversion_time: result.results.average_conversion_time })]
    default:
      return result satisfies never
  }
}

const stepItem = ({ name, custom_name, order, count, average_conversion_time, breakdown_value }: FunnelStepItem) => ({
  label: custom_name ?? name,
  ...presentFields({ order, count, average_conversion_time, breakdown_value }),
})
