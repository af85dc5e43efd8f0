/** Results as tables for spreadsheets, and tables as CSV (docs/decisions.md). */

import type { Json } from '../core/json.ts'
import { PrintedJson } from '../core/json-text.ts'
import { isKind, type Kind } from '../nodes/index.ts'

import type { CorrelationItem } from '../shape/correlation.ts'
import type { FunnelCurve, FunnelStepItem, FunnelsResult } from '../shape/funnels.ts'
import { ofResult, type Results, type ShapedResult } from '../shape/index.ts'
import type { TrendsItem } from '../shape/trends.ts'
import type { Cell } from './cell.ts'
import { lifecycleTable } from './lifecycle-table.ts'
import { breakdownText, PLAIN, seriesName } from './names.ts'
import { pathsTable } from './paths-table.ts'
import { retentionTable } from './retention-table.ts'
import { stickinessTable } from './stickiness-table.ts'

type Row = readonly Cell[]
const ROWS_AT_ONCE = 500

/** Rows -> pieces of CSV with CRLF. Text that a spreadsheet would run as a formula gets a `'` before it. */
export function* csvPieces(rows: readonly Row[]): Generator<string> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    yield rows
      .slice(at, at + ROWS_AT_ONCE)
      .map((row) => `${row.map(asText).join(',')}\r\n`)
      .join('')
}

function asText(value: Cell): string {
  const text = typeof value === 'string' ? withoutFormulas(value) : String(value ?? '')
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const SIGN = /^[=@+\-＝＠＋－]/
/** A formula after `;`, a tab or a line break: some spreadsheets begin a new cell there. */
const INNER_SIGN = /([;\t\r\n] *)(?=[=@＝＠]|[+\-＋－](?![ \d.]))/g
/** The largest number of characters of a text that may count as a number. */
const DIGITS = 40

function withoutFormulas(text: string): string {
  const inside = text.replace(INNER_SIGN, "$1'")
  return isFormula(text) ? `'${inside}` : inside
}

/** Would a spreadsheet run the text as a formula? Numbers are no formulas; blanks before the sign do not matter. */
function isFormula(text: string): boolean {
  if (text.startsWith('\t') || text.startsWith('\r')) return true
  if (!SIGN.test(text.trimStart())) return false
  return text.length > DIGITS || !Number.isFinite(Number(text))
}

const TABLES: { readonly [K in Kind]: (result: Results[K]) => Cell[][] } = {
  TrendsQuery: ({ results }) => trendsTable(results),
  FunnelsQuery: funnelTable,
  RetentionQuery: ({ results }) => retentionTable(results),
  LifecycleQuery: ({ results }) => lifecycleTable(results),
  StickinessQuery: ({ results }) => stickinessTable(results),
  PathsQuery: ({ results }) => pathsTable(results),
  FunnelCorrelationQuery: ({ results }) => correlationTable(results.events),
  ActorsQuery: ({ columns, results }) => [[...columns], ...results.map((row) => row.map(toCell))],
  EventsQuery: ({ columns, results }) => [[...columns], ...results.map((row) => row.map(toCell))],
  HogQLQuery: ({ columns, results }) => [[...columns], ...results.map((row) => row.map(toCell))],
}

/** The header of each kind, for insights that have no result yet. */
const HEADERS: { readonly [K in Kind]: Cell[][] } = {
  TrendsQuery: trendsTable([]),
  FunnelsQuery: stepTable([]),
  RetentionQuery: retentionTable([]),
  LifecycleQuery: lifecycleTable([]),
  StickinessQuery: stickinessTable([]),
  PathsQuery: pathsTable([]),
  FunnelCorrelationQuery: correlationTable([]),
  ActorsQuery: [],
  EventsQuery: [],
  HogQLQuery: [],
}

/** How the columns of intervals are called: `1-Jan-2026` as in answers, or `2026-01-01`. */
export const DAYS = ['labels', 'iso'] as const
export type Days = (typeof DAYS)[number]

/** The table of a result; without a result, the header of its `kind` (docs/decisions.md). */
export function resultTable(
  result: ShapedResult | null | undefined,
  kind: string | undefined,
  days: Days = 'labels',
): Cell[][] {
  if (result) return ofResult(TABLES, days === 'iso' ? withIsoDays(result) : result)
  return HEADERS[isKind(kind) ? kind : 'TrendsQuery']
}

/** Items of series whose labels are their days; of stickiness, days are numbers. */
function withIsoDays(result: ShapedResult): ShapedResult {
  if (result.kind === 'StickinessQuery' || !Array.isArray(result.results)) return result
  const results = (result.results as readonly object[]).map((item) =>
    'labels' in item && 'days' in item ? { ...item, labels: item.days } : item,
  )
  return { ...result, results } as ShapedResult
}

/** A row for each series, a column for each bucket; totals have one column. */
function trendsTable(results: readonly TrendsItem[]): Cell[][] {
  const labels = results.find((item) => item.labels)?.labels
  if (!labels) return [['series', 'value'], ...results.map((item) => [rowName(item), item.aggregated_value ?? 0])]
  return [['series', ...labels], ...results.map((item) => [rowName(item), ...(item.data ?? [])])]
}

/** Steps: a row for each step and value. Trends: a row for each value. Times: a row for each bin. */
function funnelTable(result: FunnelsResult): Cell[][] {
  switch (result.view) {
    case 'steps':
      return stepTable(result.results.flat())
    case 'trends':
      return curveTable(result.results)
    case 'time_to_convert':
      return [['seconds', 'people'], ...result.results.bins.map(([seconds, people]) => [seconds, people])]
    default:
      return result satisfies never
  }
}

const curveTable = (curves: readonly FunnelCurve[]): Cell[][] => [
  ['series', ...(curves[0]?.labels ?? [])],
  ...curves.map(({ data, breakdown_value: value }) => [
    value === undefined ? 'Conversion' : breakdownText(value, PLAIN.list),
    ...data,
  ]),
]

function stepTable(steps: readonly FunnelStepItem[]): Cell[][] {
  const isBroken = steps.some((step) => step.breakdown !== undefined)
  return [
    ['step', ...(isBroken ? ['breakdown'] : []), 'name', 'count', 'average_conversion_time', 'median_conversion_time'],
    ...steps.map((step) => [
      step.order + 1,
      ...(isBroken ? [breakdownText(step.breakdown, PLAIN.list)] : []),
      step.custom_name || step.name,
      step.count,
      step.average_conversion_time,
      step.median_conversion_time,
    ]),
  ]
}

function rowName(item: TrendsItem): string {
  const name = seriesName(item, PLAIN)
  return item.compare_label ? `${name} - ${item.compare_label}` : name
}

function correlationTable(items: readonly CorrelationItem[]): Cell[][] {
  return [
    ['event', 'success_count', 'failure_count', 'odds_ratio', 'correlation_type'],
    ...items.map((item) => [
      item.event.event,
      item.success_count,
      item.failure_count,
      item.odds_ratio,
      item.correlation_type,
    ]),
  ]
}

/**
 * Objects -> a table with a row for each object (docs/insights.md 14). A column is the path of a value, such as
 * `a.0.b`. The columns are those of all objects, sorted by name.
 */
export function objectsTable(objects: readonly Json[]): Cell[][] {
  const rows = objects.map((object) => new Map(leaves(object, '')))
  const header = [...new Set(rows.flatMap((row) => [...row.keys()]))].sort()
  return [header, ...rows.map((row) => header.map((key) => row.get(key) ?? null))]
}

function* leaves(value: unknown, path: string): Generator<[string, Cell]> {
  if (value instanceof PrintedJson) yield* leaves(JSON.parse(value.text), path)
  else if (typeof value !== 'object' || value === null)
    yield [path, typeof value === 'boolean' ? pythonBoolean(value) : toCell(value)]
  else for (const [key, item] of Object.entries(value)) yield* leaves(item, path === '' ? key : `${path}.${key}`)
}

const pythonBoolean = (value: boolean) => (value ? 'True' : 'False')

/** A value in one cell: objects and lists as JSON. */
export const toCell = (value: unknown): Cell =>
  value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : (value as Cell)
