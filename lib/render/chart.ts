/** Charts as plain data. `show.ts` makes them from results; `draw.ts` turns them into SVG. */
import type { NumberFormat } from './format.ts'
import type { Table } from './table.ts'

/** The largest number of series in a drawing; the table has all of them. */
export const MAX_DRAWN = 12

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** Index into the palette; a series has the same colour in the current and the previous period. */
  readonly color: number
  /** Belongs to the previous period: drawn dashed or faint. */
  readonly isPrevious: boolean
  /** One of many of which another series is the mean: drawn thin, without an entry in the legend. */
  readonly isBackground?: boolean
  /** The row of the table that has its values, if rows are not in the order of series. */
  readonly row?: number
}

/** The short label of a bucket, for axes, and its long label, for tables and tips. */
export interface Bucket {
  readonly short: string
  readonly long: string
}

/** Values over buckets. */
export interface SeriesChart {
  readonly kind: 'series'
  readonly shape: 'line' | 'area' | 'bars'
  /** Bars stand on top of each other; otherwise side by side. */
  readonly stacked: boolean
  readonly buckets: readonly Bucket[]
  /** At most 12, and those in the background. */
  readonly series: readonly Series[]
  /** The number of series of the result that are not in the background. */
  readonly total: number
  readonly format: NumberFormat
}

/** One value for each series. */
export interface BarsChart {
  readonly kind: 'bars'
  readonly items: readonly { name: string; value: number; color: number; isPrevious: boolean }[]
  readonly format: NumberFormat
  /** Values are parts of a whole. */
  readonly shares: boolean
}

export interface NumberChart {
  readonly kind: 'number'
  readonly name: string
  readonly value: number
  /** The value of the previous period. */
  readonly previous: number | null
  readonly format: NumberFormat
}

export interface FunnelChart {
  readonly kind: 'funnel'
  readonly steps: readonly string[]
  readonly groups: readonly { name: string | null; counts: readonly number[]; color: number }[]
}

/** How actors go from step to step. */
export interface FlowChart {
  readonly kind: 'flow'
  readonly nodes: readonly FlowNode[]
  readonly links: readonly FlowLink[]
}

export interface FlowNode {
  readonly id: string
  /** Counts from 0. */
  readonly step: number
  readonly name: string
  /** The name as it is in the result. */
  readonly fullName: string
  readonly color: number
}

export interface FlowLink {
  /** Ids of nodes. */
  readonly source: string
  readonly target: string
  readonly value: number
  /** More about it, for its tip. */
  readonly note: string
}

/** Only the table is shown. */
export interface TableChart {
  readonly kind: 'table'
}

/** A message in place of a chart. */
export interface EmptyChart {
  readonly kind: 'empty'
  readonly message: string
}

export type Chart = SeriesChart | BarsChart | NumberChart | FunnelChart | FlowChart | TableChart | EmptyChart

/** Chart, table and main number of a result, ready to be drawn. */
export interface Shown {
  readonly chart: Chart
  /** Another chart of the same numbers, drawn under the table. */
  readonly beneath?: SeriesChart
  readonly table: Table
  /** The main number in words. */
  readonly summary: string
}

/** The change from `previous` to `value`, such as `+12.5%`; null if `previous` is zero or unknown. */
export function changeText(value: number, previous: number | null): string | null {
  if (previous === null || previous === 0 || !Number.isFinite(value / previous)) return null
  const change = ((value - previous) / Math.abs(previous)) * 100
  const digits = Math.abs(change) < 10 ? 1 : 0
  const text = new Intl.NumberFormat('en', { maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(change)
  return `${text}%`
}
