/** The summary of a result in the events for subscribers. Pure. */
import { cut } from '../../core/text.ts'
import type { Kind } from '../../nodes/index.ts'
import { type CacheEntry, responseOf } from '../../refresh/entry.ts'
import { breakdownText, PLAIN, pathItem, seriesName, withoutMarks } from '../../render/names.ts'
import { cellsInRange, sectionsOf } from '../../render/retention-triangle.ts'
import type { FunnelStepItem, FunnelsResult } from '../../shape/funnels.ts'
import { ofResult, type Results, type SharedFields } from '../../shape/index.ts'
import type { PathsEdge } from '../../shape/paths.ts'
import type { RetentionRow } from '../../shape/retention.ts'
import type { TrendsItem } from '../../shape/trends.ts'

const MAX_ITEMS = 25
/** The largest number of numbers in a list of an item. */
const MAX_NUMBERS = 31
const MAX_NAME = 200

/** One item of a summary: its label and its numbers. */
interface SummaryItem {
  readonly label?: string
  readonly [number: string]: unknown
}

const ITEMS: { readonly [K in Kind]: (result: Results[K]) => readonly SummaryItem[] } = {
  TrendsQuery: ({ results }) => results.map(seriesItem),
  FunnelsQuery: funnelItems,
  RetentionQuery: ({ results }) => sectionsOf(results).flatMap((rows) => rows.map(retentionItem)),
  LifecycleQuery: ({ results }) =>
    results.map(({ label, status, count, data }) => ({ label, status, count, ...lastOf(data) })),
  StickinessQuery: ({ results }) =>
    results.map(({ label, count, data, compare_label }) => ({
      label,
      ...presentFields({ count, data: data.slice(0, MAX_NUMBERS), compare_label }),
    })),
  PathsQuery: ({ results }) => results.map(pathsItem),
  FunnelCorrelationQuery: ({ results }) =>
    results.events.map(({ event, success_count, failure_count, odds_ratio, correlation_type }) => ({
      label: event.event,
      success_count,
      failure_count,
      odds_ratio,
      correlation_type,
    })),
  ActorsQuery: () => [],
  EventsQuery: () => [],
  HogQLQuery: ({ columns, results }) =>
    results
      .slice(0, MAX_ITEMS + 1)
      .map((row) => Object.fromEntries(columns.map((name, index) => [cut(name, MAX_NAME), cellOf(row[index])]))),
}

/**
 * Summarizes a result: its kind, the time of its computation, its dates, and up to 25 items. An item is a series or a
 * curve (with its count and its last value), a row of SQL, a step of a funnel, a row of a correlation, the actors of retention who
 * started in one interval (with the percent that came back in each interval after), a status of a lifecycle, or an edge
 * of paths.
 */
export function summarize(entry: CacheEntry) {
  const response = responseOf(entry)
  const items = ofResult(ITEMS, response)
  const { resolved_date_range: range }: SharedFields = response
  return {
    kind: response.kind,
    last_refresh: new Date(entry.lastRefresh).toISOString(),
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

const cellOf = (value: unknown): unknown => {
  if (typeof value === 'string') return cut(value, MAX_NAME)
  return typeof value === 'object' && value !== null ? cut(JSON.stringify(value), MAX_NAME) : value
}

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

function retentionItem(row: RetentionRow, index: number, rows: readonly RetentionRow[]): SummaryItem {
  const { label, date, values, breakdown_value } = row
  const size = values[0]?.count ?? 0
  const later = cellsInRange(row, index, rows.length)
    .slice(1, MAX_NUMBERS + 1)
    .filter((cell) => cell !== null)
  const amounts = later.flatMap(({ aggregation_value: value }) => value ?? [])
  return presentFields({
    label,
    date,
    breakdown_value: breakdown_value === null ? undefined : breakdownText(breakdown_value),
    size,
    rates: later.map(({ count }) => (size > 0 ? Math.round((10_000 * count) / size) / 100 : 0)),
    aggregation_values: amounts.length > 0 ? amounts : undefined,
  })
}

function pathsItem({ source, target, value, average_conversion_time }: PathsEdge): SummaryItem {
  const [from, to] = [pathItem(source), pathItem(target)]
  return {
    label: `${cut(from.name, MAX_NAME)} → ${cut(to.name, MAX_NAME)}`,
    step: from.step,
    value,
    average_conversion_time,
  }
}
