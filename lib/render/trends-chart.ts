/**
 * Charts of results with a value for each bucket or one total: trends, and every kind with results of the same form.
 */
import { cut } from '../core/text.ts'
import type { TrendsItem } from '../shape/trends.ts'
import {
  type BarsChart,
  type Bucket,
  type Chart,
  changeText,
  MAX_DRAWN,
  type SeriesChart,
  type Shown,
} from './chart.ts'
import { formatBuckets, type NumberFormat, numberFormat } from './format.ts'
import type { Looks } from './looks.ts'
import { READABLE, seriesName } from './names.ts'
import { makeTable, seriesTable } from './table.ts'

const BARS = ['ActionsBar', 'ActionsStackedBar', 'ActionsUnstackedBar']
const TABLES = ['ActionsTable', 'WorldMap', 'CalendarHeatmap']

/** The items of a trends result -> chart, table and main number. `looks`: the query node. */
export function showTrends(items: readonly TrendsItem[], looks: Looks): Shown {
  const filter = looks.trendsFilter ?? {}
  const format = numberFormat(filter)
  const display = String(filter.display ?? '')
  const isTotal = items.every((item) => item.aggregated_value !== undefined)
  return isTotal
    ? showTotals(items, display, format)
    : showSeries(items, display, String(looks.interval ?? 'day'), format)
}

function showSeries(items: readonly TrendsItem[], display: string, interval: string, format: NumberFormat): Shown {
  const colors = colorsOf(items)
  const series = items.map((item, index) => ({
    name: nameOf(item),
    values: item.data ?? [],
    color: colors[index] ?? 0,
    isPrevious: item.compare_label === 'previous',
  }))
  // the axis shows the days of the current period, also for series of the previous one
  const current = items.find((item) => item.compare_label !== 'previous') ?? items[0]
  const buckets = bucketsOf(current, interval)
  const chart: SeriesChart = {
    kind: 'series',
    shape: BARS.includes(display) ? 'bars' : display === 'ActionsAreaGraph' ? 'area' : 'line',
    stacked: display !== 'ActionsUnstackedBar',
    buckets,
    series: series.slice(0, MAX_DRAWN),
    total: series.length,
    format,
  }
  const long = buckets.map((bucket) => bucket.long)
  const counts = items.map(({ count }, index) => ({ name: series[index]?.name ?? '', value: count }))
  return {
    chart: TABLES.includes(display) ? { kind: 'table' } : chart,
    table: seriesTable(headOf(interval), long, series, format),
    summary: items.length === 1 ? `${format.full(items[0]?.count ?? 0)} in total` : listing(counts, format),
  }
}

/** Buckets from the days of a series, or from its labels if it has no days. */
function bucketsOf(item: TrendsItem | undefined, interval: string): Bucket[] {
  const days: readonly unknown[] = item?.days ?? []
  if (days.length > 0 && typeof days[0] === 'string') return formatBuckets(days.map(String), interval)
  return (item?.labels ?? days).map((label) => ({ short: String(label), long: String(label) }))
}

export const headOf = (interval: string) => interval.charAt(0).toUpperCase() + interval.slice(1)

function showTotals(items: readonly TrendsItem[], display: string, format: NumberFormat): Shown {
  const colors = colorsOf(items)
  const values = items.map((item, index) => ({
    name: nameOf(item),
    value: item.aggregated_value ?? 0,
    color: colors[index] ?? 0,
    isPrevious: item.compare_label === 'previous',
  }))
  const table = makeTable(
    ['Series', 'Value'],
    values.map(({ name, value }) => [name, format.full(value)]),
  )
  const [first] = values
  if (display === 'BoldNumber' && first) {
    const previous = values.find(({ isPrevious }) => isPrevious)?.value ?? null
    const change = changeText(first.value, previous)
    const chart: Chart = { kind: 'number', name: first.name, value: first.value, previous, format }
    return { chart, table, summary: format.full(first.value) + (change ? `, ${change} to the period before` : '') }
  }
  const bars: BarsChart = { kind: 'bars', items: values.slice(0, MAX_DRAWN), format, shares: display === 'ActionsPie' }
  return { chart: TABLES.includes(display) ? { kind: 'table' } : bars, table, summary: listing(values, format) }
}

/** The first three values in words, such as `Chrome 12, Safari 3, Opera 1 and 4 more`. */
export function listing(values: readonly { name: string; value: number }[], { full }: NumberFormat): string {
  const shown = values.slice(0, 3).map(({ name, value }) => `${cut(name, 60)} ${full(value)}`)
  const more = values.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** A series of the previous period has the colour of the current one. */
function colorsOf(items: readonly TrendsItem[]): number[] {
  const known = new Map<string, number>()
  return items.map((item) => {
    const key = JSON.stringify([item.order, item.breakdown_value])
    const color = item.compare_label ? (known.get(key) ?? known.size) : known.size
    known.set(item.compare_label ? key : `${key}${known.size}`, color)
    return color
  })
}

function nameOf(item: TrendsItem): string {
  const name = seriesName(item, READABLE)
  return item.compare_label ? `${name} (${item.compare_label})` : name
}
