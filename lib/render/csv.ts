/** Results as a table that a person would paste into a spreadsheet (decisions.md). */
import Papa from 'papaparse'
import type { TrendsItem } from '../shape/trends.ts'

type Cell = string | number | boolean | null

/** CSV with CRLF; what a spreadsheet would run as a formula gets a `'` before it. */
export const printCsv = (rows: readonly (readonly Cell[])[]): string =>
  // only text can be a formula: a negative number is none
  `${Papa.unparse(rows as Cell[][], { newline: '\r\n', escapeFormulae: /^[=+\-@\t\r](?!\d*\.?\d+$)/ })}\r\n`

/** A row for each series, a column for each bucket; totals have one column. */
export function trendsTable(results: readonly TrendsItem[]): Cell[][] {
  const labels = results.find((item) => item.labels)?.labels
  if (!labels) return [['series', 'value'], ...results.map((item) => [seriesName(item), item.aggregated_value ?? 0])]
  return [['series', ...labels], ...results.map((item) => [seriesName(item), ...(item.data ?? [])])]
}

/** Steps: a row for each step and value. Trends: a row for each value. Times: a row for each bin. */
export function funnelTable(results: unknown): Cell[][] {
  if (!Array.isArray(results)) {
    const { bins } = results as { bins: readonly [number, number][] }
    return [['seconds', 'people'], ...bins.map(([seconds, people]) => [seconds, people])]
  }
  const [first] = results as (TrendsItem | undefined)[]
  if (first?.labels)
    return [
      ['series', ...first.labels],
      ...(results as TrendsItem[]).map((item) => [String(item.breakdown_value ?? 'Conversion'), ...(item.data ?? [])]),
    ]
  const steps = results.flat() as Readonly<Record<string, unknown>>[]
  const isBroken = steps.some((step) => step.breakdown !== undefined)
  return [
    ['step', ...(isBroken ? ['breakdown'] : []), 'name', 'count', 'average_conversion_time', 'median_conversion_time'],
    ...steps.map((step) => [
      Number(step.order) + 1,
      ...(isBroken ? [String(step.breakdown)] : []),
      cell(step.custom_name || step.name),
      cell(step.count),
      cell(step.average_conversion_time),
      cell(step.median_conversion_time),
    ]),
  ]
}

function seriesName({ label, action, breakdown_value, compare_label }: TrendsItem): string {
  const custom = action?.custom_name
  const name = typeof custom === 'string' && custom && breakdown_value === undefined ? custom : label
  return compare_label ? `${name} - ${compare_label}` : name
}

/** Objects as rows, keys flattened with `.`; nested lists and objects as JSON. */
export function objectsTable(objects: readonly Readonly<Record<string, unknown>>[]): Cell[][] {
  const header = Object.keys(objects[0] ?? {})
  return [header, ...objects.map((object) => header.map((key) => cell(object[key])))]
}

const cell = (value: unknown): Cell =>
  value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : (value as Cell)
