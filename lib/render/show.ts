/** Turns an insight, as the API presents it, into chart, table and main number. */
import type { Kind } from '../nodes/index.ts'
import type { CorrelationResult } from '../shape/correlation.ts'
import { ofResult, type Results, type ShapedResult } from '../shape/index.ts'
import type { Shown } from './chart.ts'
import { NUMBERS } from './format.ts'
import { showFunnel } from './funnels-chart.ts'
import { rowCount, showHogql, showRows } from './hogql-chart.ts'
import { showLifecycle } from './lifecycle-chart.ts'
import type { Looks } from './looks.ts'
import { showPaths } from './paths-chart.ts'
import { showRetention } from './retention-chart.ts'
import { showNothing } from './show-nothing.ts'
import { showStickiness } from './stickiness-chart.ts'
import { makeTable } from './table.ts'
import { showTrends } from './trends-chart.ts'

/** The fields of a presented insight that pages and image files use. */
export interface PresentedInsight {
  readonly name: string | null
  readonly derived_name: string | null
  readonly description: string | null
  readonly result: ShapedResult | null
  /** The stored query node; only its display keys are read. */
  readonly looks: unknown
  readonly last_refresh: string | null
  readonly timezone: string | null
  readonly resolved_date_range: { readonly date_from: string; readonly date_to: string } | null
  readonly query_status: unknown
}

const CHARTS: { readonly [K in Kind]: (result: Results[K], looks: Looks, refreshed: string | null) => Shown } = {
  TrendsQuery: ({ results }, looks) =>
    results.length > 0 ? showTrends(results, looks) : showNothing('Nothing happened in this range.'),
  FunnelsQuery: (result, { interval }) => showFunnel(result, String(interval ?? 'day')),
  RetentionQuery: showRetention,
  LifecycleQuery: showLifecycle,
  StickinessQuery: showStickiness,
  PathsQuery: showPaths,
  FunnelCorrelationQuery: showCorrelation,
  ActorsQuery: showRows,
  EventsQuery: showRows,
  HogQLQuery: showHogql,
}

/** Chart, table and main number of an insight; undefined if it has no result. */
export const showInsight = ({ result, looks, last_refresh }: PresentedInsight): Shown | undefined =>
  result ? ofResult(CHARTS, result, (looks ?? {}) as Looks, last_refresh) : undefined

function showCorrelation({ results: { events, skewed } }: CorrelationResult): Shown {
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
