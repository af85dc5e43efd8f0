import type { StickinessItem, StickinessResult } from '../shape/stickiness.ts'
import { MAX_DRAWN, type Shown } from './chart.ts'
import { NUMBERS } from './format.ts'
import type { Looks } from './looks.ts'
import { actorsName } from './names.ts'
import { showNothing } from './show-nothing.ts'
import { seriesTable } from './table.ts'

/** Stickiness -> bars of how many actors were active in so many intervals. Lines if `looks` asks for them. */
export function showStickiness({ results }: StickinessResult, looks: Looks): Shown {
  const display = String(looks.stickinessFilter?.display ?? '')
  const labels = results[0]?.labels ?? []
  if (results.every(({ count }) => count === 0)) return showNothing('Nobody was active in this range.')
  const compared = results.some((item) => item.compare_label)
  const series = results.map((item, index) => ({
    name: nameOf(item),
    values: item.data,
    // a series is followed by its previous period
    color: compared ? Math.floor(index / 2) : index,
    isPrevious: item.compare_label === 'previous',
  }))
  const buckets = labels.map((label) => ({ short: label.replace(' or more', '+'), long: label }))
  const shape = display === 'ActionsLineGraph' ? 'line' : display === 'ActionsAreaGraph' ? 'area' : 'bars'
  return {
    chart: {
      kind: 'series',
      shape,
      stacked: shape === 'area',
      buckets,
      series: series.slice(0, MAX_DRAWN),
      total: series.length,
      format: NUMBERS,
    },
    table: seriesTable('Active on', labels, series, NUMBERS),
    summary: results
      .slice(0, 3)
      .map((item) => summaryOf(item, results.length > 1))
      .join(', '),
  }
}

const nameOf = (item: StickinessItem) =>
  item.compare_label ? `${actorsName(item)} (${item.compare_label})` : actorsName(item)

function summaryOf(item: StickinessItem, isNamed: boolean): string {
  const name = isNamed ? `${nameOf(item)}: ` : ''
  return `${name}${NUMBERS.full(item.count)} active`
}
