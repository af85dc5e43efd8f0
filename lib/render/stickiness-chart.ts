import type { StickinessResult } from '../shape/stickiness.ts'
import type { Shown } from './chart.ts'
import { stickinessTable } from './stickiness-table.ts'
import { makeTable } from './table.ts'

export function showStickiness({ results }: StickinessResult): Shown {
  const [header = [], ...rows] = stickinessTable(results)
  return {
    chart: { kind: 'table' },
    table: makeTable(
      header.map(String),
      rows.map((row) => row.map(String)),
    ),
    summary: '',
  }
}
