/** Results as a table that a person would paste into a spreadsheet (docs/decisions.md). */
import type { Json } from '../core/json.ts'
import type { CorrelationItem } from '../shape/correlation.ts'
import type { TrendsItem } from '../shape/trends.ts'
import { breakdownText, PLAIN, seriesName } from './names.ts'

type Cell = string | number | boolean | null
type Row = readonly Cell[]
const ROWS_AT_ONCE = 500

/** CSV with CRLF, piece by piece; what a spreadsheet would run as a formula gets a `'` before it. */
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
/** Where a spreadsheet that splits cells at other signs than commas would begin one. */
const INNER_SIGN = /([;\t\r\n] *)(?=[=@＝＠]|[+\-＋－](?![ \d.]))/g
/** No number has more. */
const DIGITS = 40

function withoutFormulas(text: string): string {
  const inside = text.replace(INNER_SIGN, "$1'")
  return isFormula(text) ? `'${inside}` : inside
}

/** Only text can be a formula: a negative number is none. Spreadsheets pass over blanks before the sign. */
function isFormula(text: string): boolean {
  if (text.startsWith('\t') || text.startsWith('\r')) return true
  if (!SIGN.test(text.trimStart())) return false
  return text.length > DIGITS || !Number.isFinite(Number(text))
}

/** The table of a result, one per kind of query (docs/decisions.md); its header alone when there is none. */
export function resultTable(kind: string | undefined, results: unknown, columns?: readonly string[] | null): Cell[][] {
  if (columns) return [[...columns], ...((results ?? []) as unknown[][]).map((row) => row.map(cell))]
  if (kind === 'FunnelsQuery') return funnelTable(results ?? [])
  if (kind === 'FunnelCorrelationQuery') return correlationTable(results)
  return trendsTable((results ?? []) as readonly TrendsItem[])
}

/** A row for each series, a column for each bucket; totals have one column. */
export function trendsTable(results: readonly TrendsItem[]): Cell[][] {
  const labels = results.find((item) => item.labels)?.labels
  if (!labels) return [['series', 'value'], ...results.map((item) => [rowName(item), item.aggregated_value ?? 0])]
  return [['series', ...labels], ...results.map((item) => [rowName(item), ...(item.data ?? [])])]
}

/** Steps: a row for each step and value. Trends: a row for each value. Times: a row for each bin. */
function funnelTable(results: unknown): Cell[][] {
  if (!Array.isArray(results)) {
    const { bins } = results as { bins: readonly [number, number][] }
    return [['seconds', 'people'], ...bins.map(([seconds, people]) => [seconds, people])]
  }
  const [first] = results as (TrendsItem | undefined)[]
  if (first?.labels)
    return [
      ['series', ...first.labels],
      ...(results as TrendsItem[]).map((item) => [
        item.breakdown_value === undefined ? 'Conversion' : breakdownText(item.breakdown_value, PLAIN.list),
        ...(item.data ?? []),
      ]),
    ]
  const steps = results.flat() as Readonly<Record<string, unknown>>[]
  const isBroken = steps.some((step) => step.breakdown !== undefined)
  return [
    ['step', ...(isBroken ? ['breakdown'] : []), 'name', 'count', 'average_conversion_time', 'median_conversion_time'],
    ...steps.map((step) => [
      Number(step.order) + 1,
      ...(isBroken ? [breakdownText(step.breakdown, PLAIN.list)] : []),
      cell(step.custom_name || step.name),
      cell(step.count),
      cell(step.average_conversion_time),
      cell(step.median_conversion_time),
    ]),
  ]
}

function rowName(item: TrendsItem): string {
  const name = seriesName(item, PLAIN)
  return item.compare_label ? `${name} - ${item.compare_label}` : name
}

function correlationTable(results: unknown): Cell[][] {
  const { events = [] } = (results ?? {}) as { events?: readonly CorrelationItem[] }
  return [
    ['event', 'success_count', 'failure_count', 'odds_ratio', 'correlation_type'],
    ...events.map((item) => [
      item.event.event,
      item.success_count,
      item.failure_count,
      item.odds_ratio,
      item.correlation_type,
    ]),
  ]
}

/**
 * Objects as rows: keys and places in lists joined with `.`, columns in the order of the alphabet, those of all rows
 * (docs/insights.md 14).
 */
export function objectsTable(objects: readonly Json[]): Cell[][] {
  const rows = objects.map((object) => new Map(leaves(object, '')))
  const header = [...new Set(rows.flatMap((row) => [...row.keys()]))].sort()
  return [header, ...rows.map((row) => header.map((key) => row.get(key) ?? null))]
}

function* leaves(value: unknown, path: string): Generator<[string, Cell]> {
  if (typeof value !== 'object' || value === null)
    yield [path, typeof value === 'boolean' ? python(value) : cell(value)]
  else for (const [key, item] of Object.entries(value)) yield* leaves(item, path === '' ? key : `${path}.${key}`)
}

const python = (value: boolean) => (value ? 'True' : 'False')

const cell = (value: unknown): Cell =>
  value === null || value === undefined ? null : typeof value === 'object' ? JSON.stringify(value) : (value as Cell)
