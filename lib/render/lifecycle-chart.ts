import type { LifecycleResult } from '../shape/lifecycle.ts'
import type { Shown } from './chart.ts'
import { lifecycleTable } from './lifecycle-table.ts'
import { makeTable } from './table.ts'

export function showLifecycle({ results }: LifecycleResult): Shown {
  const [header = [], ...rows] = lifecycleTable(results)
  return {
    chart: { kind: 'table' },
    table: makeTable(
      header.map(String),
      rows.map((row) => row.map(String)),
    ),
    summary: '',
  }
}
