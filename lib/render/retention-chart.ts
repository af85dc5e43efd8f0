import type { RetentionResult } from '../shape/retention.ts'
import type { Shown } from './chart.ts'
import { retentionTable } from './retention-table.ts'
import { makeTable } from './table.ts'

export function showRetention({ results }: RetentionResult): Shown {
  const [header = [], ...rows] = retentionTable(results)
  return {
    chart: { kind: 'table' },
    table: makeTable(
      header.map(String),
      rows.map((row) => row.map(String)),
    ),
    summary: '',
  }
}
