import type { Shown } from './chart.ts'
import { makeTable } from './table.ts'

/** In place of a chart and its table. */
export const showNothing = (message: string): Shown => ({
  chart: { kind: 'empty', message },
  table: makeTable([], []),
  summary: '',
})
