/** Insights as the API presents them, one for each kind of chart. */
import { sourceNode } from '../../lib/nodes/index.ts'
import type { PresentedInsight } from '../../lib/render/show.ts'
import type { ShapedResult } from '../../lib/shape/index.ts'

const daysFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(`${first}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10),
  )

/** What the pictures look at of a result; a funnel's view is told by its results. */
export function resultOf(kind: string, results: unknown, more: object = {}): ShapedResult {
  const [first] = Array.isArray(results) ? results : []
  const view = !Array.isArray(results) ? 'time_to_convert' : first?.data ? 'trends' : 'steps'
  return { kind, ...(kind === 'FunnelsQuery' ? { view } : {}), results, ...more } as ShapedResult
}

/** The result is that of `query`, which is stored. */
export const presented = ({
  query,
  ...more
}: Partial<PresentedInsight> & { query?: unknown } = {}): PresentedInsight => ({
  name: 'Orders',
  derived_name: null,
  description: null,
  looks: sourceNode(query),
  result: null,
  last_refresh: '2020-01-15T09:12:00.000Z',
  timezone: 'UTC',
  resolved_date_range: { date_from: '2020-01-01T00:00:00Z', date_to: '2020-01-03T23:59:59Z' },
  query_status: null,
  ...more,
})

/** A series over days. */
export const curve = (label: string, data: readonly (number | null)[], more: object = {}) => ({
  action: { name: label, custom_name: null },
  order: 0,
  label,
  count: data.reduce<number>((total, value) => total + (value ?? 0), 0),
  data,
  days: daysFrom('2020-01-01', data.length),
  labels: daysFrom('2020-01-01', data.length),
  filter: {},
  ...more,
})

export const total = (label: string, value: number, more: object = {}) => ({
  ...curve(label, [], more),
  labels: undefined,
  aggregated_value: value,
})

export const trend = (display: string, result: unknown, more: object = {}): PresentedInsight =>
  presented({
    query: {
      kind: 'InsightVizNode',
      source: { kind: 'TrendsQuery', series: [], trendsFilter: { display, ...more } },
    },
    result: resultOf('TrendsQuery', result),
  })

export const funnel = (result: unknown): PresentedInsight =>
  presented({
    query: { kind: 'InsightVizNode', source: { kind: 'FunnelsQuery', series: [] } },
    result: resultOf('FunnelsQuery', result),
  })

export const steps = (names: readonly string[], counts: readonly number[], more: object = {}) =>
  names.map((name, order) => ({
    action_id: name,
    name,
    custom_name: null,
    order,
    people: [],
    count: counts[order] ?? 0,
    type: 'events',
    average_conversion_time: order === 0 ? null : 90,
    median_conversion_time: order === 0 ? null : 60,
    ...more,
  }))

/** An insight of one of the kinds whose result is a list. */
export const insightOf = (kind: string, results: unknown, looks: object = {}): PresentedInsight =>
  presented({ query: { kind: 'InsightVizNode', source: { kind, ...looks } }, result: resultOf(kind, results) })

/** The rows of retention: the counts of those who started on one day, and on each day after. */
export const retained = (counts: readonly (readonly number[])[], breakdown_value: string | null = null) =>
  counts.map((row, index) => ({
    values: row.map((count, column) => ({ count, label: `Day ${column}` })),
    label: `Day ${index}`,
    date: `${daysFrom('2020-01-01', counts.length)[index]}T00:00:00Z`,
    breakdown_value,
  }))

/** The four items of a lifecycle. */
export const statuses = (data: Readonly<Record<string, readonly number[]>>) =>
  ['new', 'returning', 'resurrecting', 'dormant'].map((status) => ({
    ...curve(`$pageview - ${status}`, data[status] ?? []),
    status,
  }))

/** How many were active on one day, two days and so on. */
export const active = (label: string, data: readonly number[], more: object = {}) => ({
  count: data.reduce((sum, value) => sum + value, 0),
  data,
  days: data.map((_, index) => index + 1),
  labels: data.map((_, index) => (index === 0 ? '1 day' : `${index + 1} days`)),
  label,
  action: { type: 'events', name: label, id: label, order: 0 },
  ...more,
})

/** Edges of paths. */
export const edges = (list: readonly (readonly [string, string, number])[]) =>
  list.map(([source, target, value]) => ({ source, target, value, average_conversion_time: 1000 * value }))
