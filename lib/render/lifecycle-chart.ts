import type { LifecycleItem, LifecycleResult, LifecycleStatus } from '../shape/lifecycle.ts'
import type { Series, Shown } from './chart.ts'
import { formatBuckets, NUMBERS } from './format.ts'
import type { Looks } from './looks.ts'
import { showNothing } from './show-nothing.ts'
import { seriesTable } from './table.ts'
import { headOf } from './trends-chart.ts'

/** Names and colours, from zero upwards; those who went are below it. */
const STATUSES: Readonly<Record<LifecycleStatus, { name: string; color: number }>> = {
  returning: { name: 'Returning', color: 0 },
  new: { name: 'New', color: 2 },
  resurrecting: { name: 'Resurrecting', color: 4 },
  dormant: { name: 'Dormant', color: 7 },
}
const ORDER = Object.keys(STATUSES)

/** Lifecycle -> bars of each interval, those who went below zero. `looks` may leave some statuses out. */
export function showLifecycle({ results }: LifecycleResult, looks: Looks): Shown {
  const { stacked, toggledLifecycles: asked } = looks.lifecycleFilter ?? {}
  const isAsked = ({ status }: LifecycleItem) => !Array.isArray(asked) || asked.length === 0 || asked.includes(status)
  const items = results.filter(isAsked).sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status))
  if (results.every(({ data }) => data.every((value) => value === 0)))
    return showNothing('Nobody was active in this range.')
  const interval = String(looks.interval ?? 'day')
  const buckets = formatBuckets(items[0]?.days ?? [], interval)
  const series = items.map(({ status, data }): Series => ({ ...STATUSES[status], values: data, isPrevious: false }))
  const long = buckets.map((bucket) => bucket.long)
  return {
    chart: {
      kind: 'series',
      shape: 'bars',
      stacked: stacked !== false,
      buckets,
      series,
      total: series.length,
      format: NUMBERS,
    },
    table: seriesTable(headOf(interval), long, series, NUMBERS),
    summary: items.map(({ status, count }) => `${NUMBERS.full(Math.abs(count))} ${status}`).join(', '),
  }
}
