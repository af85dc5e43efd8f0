/** An insight as the API presents it -> what is drawn. Pure. */
import type { Json } from '../core/json.ts'
import type { CorrelationItem } from '../shape/correlation.ts'
import type { TrendsItem } from '../shape/trends.ts'
import type { Shown } from './chart.ts'
import { NUMBERS } from './format.ts'
import { showFunnel } from './funnels-chart.ts'
import { makeTable } from './table.ts'
import { showTrends, type TrendsLooks } from './trends-chart.ts'

/** What of a presented insight is shown. */
export interface PresentedInsight {
  readonly name: string | null
  readonly derived_name: string | null
  readonly description: string | null
  /** The kind of node that the result is the answer to; what is stored may be another by now, or hidden. */
  readonly kind: string | undefined
  /** The stored node, of which only display keys count. */
  readonly looks: unknown
  readonly result: unknown
  readonly columns: readonly string[] | null
  readonly last_refresh: string | null
  readonly timezone: string | null
  readonly resolved_date_range: { readonly date_from: string; readonly date_to: string } | null
  readonly query_status: unknown
}

/** Chart, table and main number of a result; undefined without one. */
export function showInsight({ kind, looks, result, columns }: PresentedInsight): Shown | undefined {
  if (result === null || typeof result !== 'object') return undefined
  const display = (looks ?? {}) as TrendsLooks
  if (kind === 'FunnelsQuery') return showFunnel(result, String(display.interval ?? 'day'))
  if (kind === 'FunnelCorrelationQuery') return showCorrelation(result as Correlation)
  if (columns) return showRows(Array.isArray(result) ? result : [], columns)
  if (Array.isArray(result) && result.length === 0)
    return {
      chart: { kind: 'empty', message: 'Nothing happened in this range.' },
      table: makeTable([], []),
      summary: '',
    }
  if (Array.isArray(result) && result.every(isCounted)) return showTrends(result as TrendsItem[], display)
  return showRows(Array.isArray(result) ? result : Object.entries(result), columns)
}

interface Correlation {
  readonly events?: readonly CorrelationItem[]
  readonly skewed?: boolean
}

function showCorrelation({ events = [], skewed = false }: Correlation): Shown {
  const rows = events.map((item) => [
    item.event.event,
    NUMBERS.full(item.success_count),
    NUMBERS.full(item.failure_count),
    NUMBERS.full(item.odds_ratio),
    item.correlation_type === 'success' ? 'Success' : 'Failure',
  ])
  const table = makeTable(['Event or property', 'Converted', 'Dropped off', 'Odds', 'Goes with'], rows)
  if (rows.length > 0) return { chart: { kind: 'table' }, table, summary: rowCount(rows.length) }
  const message = skewed ? 'Too few people converted, or dropped off, to compare.' : 'Nothing goes with success here.'
  return { chart: { kind: 'empty', message }, table, summary: '' }
}

const rowCount = (count: number) => (count === 1 ? '1 row' : `${NUMBERS.full(count)} rows`)

/** Its labels and numbers are those of a trend. */
const isCounted = (item: unknown): boolean => {
  if (typeof item !== 'object' || item === null || typeof (item as Json).label !== 'string') return false
  const { data, aggregated_value } = item as Json
  return (
    typeof aggregated_value === 'number' ||
    (Array.isArray(data) && data.every((value) => value === null || typeof value === 'number'))
  )
}

/** Lists or objects of any kind. */
function showRows(rows: readonly unknown[], columns: readonly string[] | null): Shown {
  const chart = { kind: 'table' } as const
  const summary = rowCount(rows.length)
  if (rows.every((row) => Array.isArray(row))) {
    const width = Math.max(0, ...rows.slice(0, 1000).map((row) => row.length))
    const head = Array.from({ length: width }, (_, index) => columns?.[index] ?? `Column ${index + 1}`)
    const table = makeTable(
      head,
      rows.map((row) => row.map(cellText)),
    )
    return { chart, table, summary }
  }
  const objects = rows.map((row) => (typeof row === 'object' && row !== null ? (row as Json) : { value: row }))
  const keys = [...new Set(objects.slice(0, 1000).flatMap((object) => Object.keys(object)))]
  const table = makeTable(
    keys,
    objects.map((object) => keys.map((key) => cellText(Object.hasOwn(object, key) ? object[key] : undefined))),
  )
  return { chart, table, summary }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value === 'number') return NUMBERS.full(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
