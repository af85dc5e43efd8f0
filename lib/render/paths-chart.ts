import type { PathsResult } from '../shape/paths.ts'
import type { Shown } from './chart.ts'
import { pathsTable } from './paths-table.ts'
import { makeTable } from './table.ts'

export function showPaths({ results }: PathsResult): Shown {
  const [header = [], ...rows] = pathsTable(results)
  return {
    chart: { kind: 'table' },
    table: makeTable(
      header.map(String),
      rows.map((row) => row.map(String)),
    ),
    summary: '',
  }
}
