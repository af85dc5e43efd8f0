/** Rows of SQL -> a table, or the chart that a DataVisualizationNode asks for. */
import { cut } from '../core/text.ts'
import type { HogqlResult } from '../shape/hogql.ts'
import { type Bucket, type Chart, MAX_DRAWN, type Series, type SeriesChart, type Shown } from './chart.ts'
import { type AxisFormat, formatBuckets, NUMBERS, type NumberFormat, numberFormat } from './format.ts'
import type { Looks, Visualization } from './looks.ts'
import { showNothing } from './show-nothing.ts'
import { makeTable, seriesTable } from './table.ts'
import { listing } from './trends-chart.ts'

type Rows = Pick<HogqlResult, 'columns' | 'results'>

/** A table of rows, whatever their kind. */
export function showRows({ columns, results }: Rows): Shown {
  const table = makeTable(
    columns,
    results.map((row) => row.map(cellText)),
  )
  return { chart: { kind: 'table' }, table, summary: rowCount(results.length) }
}

export const rowCount = (count: number) => (count === 1 ? '1 row' : `${NUMBERS.full(count)} rows`)

const asText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'number' ? NUMBERS.full(value) : asText(value)
}

/** `looks` may ask for lines, areas, bars, a pie or a number. */
export function showHogql(result: HogqlResult, { visualization }: Looks): Shown {
  if (result.results.length === 0) return showNothing('The query gives no rows.')
  const display = String(visualization?.display ?? '')
  const drawn = visualization && drawnColumns(result, visualization)
  if (!drawn || drawn.ys.length === 0) return showRows(result)
  if (display === 'BoldNumber') return showNumber(result, visualization)
  if (TOTALS.includes(display)) return showTotals(result, drawn, display)
  return Object.hasOwn(SHAPES, display) ? showSeries(result, drawn, display) : showRows(result)
}

const TOTALS: readonly string[] = ['ActionsPie', 'ActionsBarValue']
const SHAPES: Readonly<Record<string, Pick<SeriesChart, 'shape' | 'stacked'>>> = {
  ActionsLineGraph: { shape: 'line', stacked: false },
  ActionsAreaGraph: { shape: 'area', stacked: true },
  ActionsBar: { shape: 'bars', stacked: false },
  ActionsStackedBar: { shape: 'bars', stacked: true },
}

interface Drawn {
  /** Index of the column of the buckets; -1 for none. */
  readonly x: number
  readonly ys: readonly { readonly index: number; readonly name: string }[]
  /** Index of the column each of whose values is a series; -1 for none. */
  readonly by: number
  readonly format: NumberFormat
}

/**
 * The columns that the settings name; else the first one that is no number, or the first of several numbers, and the other
 * numbers.
 */
function drawnColumns({ columns, types }: HogqlResult, { display, chartSettings }: Visualization): Drawn {
  const { xAxis, yAxis, seriesBreakdownColumn } = chartSettings ?? {}
  const isNumber = (index: number) => isNumberType(types[index]?.[1])
  const indexOf = (name: unknown) => (typeof name === 'string' ? columns.indexOf(name) : -1)
  const all = columns.map((_, index) => index)
  const by = indexOf(seriesBreakdownColumn)
  const asked = indexOf(xAxis?.column)
  const others = all.filter((index) => index !== by)
  const x =
    asked >= 0
      ? asked
      : (others.find((index) => !isNumber(index)) ??
        (others.length > 1 && display !== 'BoldNumber' ? (others[0] ?? -1) : -1))
  const axes: readonly Axis[] = Array.isArray(yAxis) ? yAxis : []
  const named = axes.flatMap((axis) => {
    const { column, settings } = axis ?? {}
    const index = indexOf(column)
    const label = settings?.display?.label
    return index < 0
      ? []
      : [{ index, name: typeof label === 'string' && label !== '' ? label : (columns[index] ?? '') }]
  })
  const numbers = all.filter((index) => index !== x && index !== by && isNumber(index))
  const ys = named.length > 0 ? named : numbers.map((index) => ({ index, name: columns[index] ?? '' }))
  const first = axes[0]?.settings?.formatting
  return { x, ys, by, format: first ? numberFormat(axisFormat(first)) : NUMBERS }
}

const NUMBER = /^(Nullable\()?(U?Int|Float|Decimal)/
export const isNumberType = (type: string | undefined): boolean => NUMBER.test(type ?? '')

type Axis = NonNullable<NonNullable<Visualization['chartSettings']>['yAxis']>[number]
type Formatting = NonNullable<NonNullable<NonNullable<Axis>['settings']>['formatting']>

const axisFormat = (of: Formatting): AxisFormat => ({
  aggregationAxisFormat: of.style === 'percent' ? 'percentage' : undefined,
  aggregationAxisPrefix: of.prefix,
  aggregationAxisPostfix: of.suffix,
  // no number of places is none that is asked for
  decimalPlaces: of.decimalPlaces ?? undefined,
})

/** The number of a cell; null for anything else. */
export const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : null
}

/** How many buckets a drawing has at most. */
const MAX_BUCKETS = 2_500

function showSeries({ columns, results }: HogqlResult, drawn: Drawn, display: string): Shown {
  const { x, ys, by, format } = drawn
  const keys = x < 0 ? results.map((_, index) => String(index + 1)) : results.map((row) => cellText(row[x]))
  const names = by < 0 ? keys : [...new Set(keys)]
  const shown = names.slice(0, MAX_BUCKETS)
  const series = (
    by < 0
      ? ys.map(({ index, name }) => ({ name, values: results.map((row) => numberOf(row[index])) }))
      : brokenDown(results, keys, shown, drawn)
  ).map(
    ({ name, values }, index): Series => ({
      name,
      values: values.slice(0, MAX_BUCKETS),
      color: index,
      isPrevious: false,
    }),
  )
  const buckets = bucketsOf(shown)
  const chart: SeriesChart = {
    kind: 'series',
    ...(SHAPES[display] as Pick<SeriesChart, 'shape' | 'stacked'>),
    buckets,
    series: series.slice(0, MAX_DRAWN),
    total: series.length,
    format,
  }
  const long = buckets.map((bucket) => bucket.long)
  const totals = series.map(({ name, values }) => ({
    name,
    value: values.reduce<number>((sum, v) => sum + (v ?? 0), 0),
  }))
  return { chart, table: seriesTable(columns[x] ?? 'Row', long, series, format), summary: listing(totals, format) }
}

/** How many values of a column become series. */
const MAX_SERIES = 100

/** A series for each value of a column. */
function brokenDown(
  results: HogqlResult['results'],
  keys: readonly string[],
  shown: readonly string[],
  { ys, by }: Drawn,
) {
  const places = new Map(shown.map((key, index) => [key, index]))
  const series = new Map<string, (number | null)[]>()
  for (const [index, row] of results.entries()) {
    const name = cellText(row[by])
    const known = series.get(name)
    if (!known && series.size === MAX_SERIES) continue
    const values = known ?? Array.from({ length: shown.length }, () => null)
    if (!known) series.set(name, values)
    const place = places.get(keys[index] ?? '')
    if (place !== undefined) values[place] = numberOf(row[ys[0]?.index ?? -1])
  }
  return [...series].map(([name, values]) => ({ name, values }))
}

const DAY = /^\d{4}-\d\d-\d\d(?:T00:00:00(?:Z|[+-]\d\d:\d\d))?$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

function bucketsOf(keys: readonly string[]): readonly Bucket[] {
  if (keys.every((key) => DAY.test(key)))
    return formatBuckets(
      keys.map((key) => key.slice(0, 10)),
      'day',
    )
  if (keys.every((key) => INSTANT.test(key)))
    return formatBuckets(
      keys.map((key) => key.slice(0, 16)),
      'hour',
    )
  return keys.map((key) => ({ short: cut(key, 24), long: key }))
}

function showTotals({ results }: HogqlResult, { x, ys, format }: Drawn, display: string): Shown {
  const [y] = ys
  const items = results.map((row, index) => ({
    name: x < 0 ? String(index + 1) : cellText(row[x]),
    value: numberOf(row[y?.index ?? -1]) ?? 0,
    color: index,
    isPrevious: false,
  }))
  const chart: Chart = { kind: 'bars', items: items.slice(0, MAX_DRAWN), format, shares: display === 'ActionsPie' }
  const table = makeTable(
    ['Series', y?.name ?? 'Value'],
    items.map(({ name, value }) => [name, format.full(value)]),
  )
  return { chart, table, summary: listing(items, format) }
}

/** The number that a display as one number shows; undefined if it has none. */
export function drawnNumber(result: HogqlResult, visualization: Visualization) {
  const { ys, format } = drawnColumns(result, visualization)
  const [y] = ys
  const value = numberOf(result.results[0]?.[y?.index ?? -1])
  return y && value !== null ? { name: y.name, value, format } : undefined
}

function showNumber(result: HogqlResult, visualization: Visualization): Shown {
  const number = drawnNumber(result, visualization)
  const { table } = showRows(result)
  if (!number) return showRows(result)
  return { chart: { kind: 'number', ...number, previous: null }, table, summary: number.format.full(number.value) }
}
