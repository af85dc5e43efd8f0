import type { RetentionResult } from '../shape/retention.ts'
import { type Chart, MAX_DRAWN, type Series, type SeriesChart, type Shown } from './chart.ts'
import { formatBuckets, NUMBERS, PERCENT } from './format.ts'
import type { Looks } from './looks.ts'
import { breakdownText } from './names.ts'
import { SHADES } from './palette.ts'
import { type Cohort, type Retained, type Triangle, trianglesOf } from './retention-triangle.ts'
import { showNothing } from './show-nothing.ts'
import { makeTable, type RichCell, type Table, type TableCell } from './table.ts'
import { listing } from './trends-chart.ts'

/** The number of cohorts in the background of their mean. */
const MAX_BEHIND = 40
const DARKEST = SHADES.light.length - 1
/** The least percent that has the darkest shade. */
const LEAST_DARK = 10

/**
 * Retention -> a shaded triangle, with curves of percents by column under it, or one of them, as the display keys ask.
 * `refreshed`: when the result was computed.
 */
export function showRetention({ results }: RetentionResult, looks: Looks, refreshed: string | null): Shown {
  const filter = looks.retentionFilter ?? {}
  const triangles = trianglesOf(results, filter, refreshed)
  const labels = (results[0]?.values ?? []).map(({ label }) => label)
  if (results.every(({ values }) => (values[0]?.count ?? 0) === 0)) return showNothing('Nobody started in this range.')
  const period = String(filter.period ?? 'Day')
  const isCohort = looks.breakdownFilter?.breakdown_type === 'cohort'
  const named = triangles.map((triangle) => ({ ...triangle, name: nameOf(triangle, isCohort) }))
  const hasMean = filter.meanRetentionCalculation !== 'none' || triangles.length > 1
  const { table: numbers, rows } = triangleTable(named, labels, { period, hasMean })
  const base = filter.retentionReference === 'previous' ? 'the column before' : labels[0]
  const hasPartial = triangles.some(({ cohorts }) =>
    cohorts.some(({ cells }) => cells.slice(1).some((cell) => cell?.isPartial)),
  )
  const caption = `Who came back, in percent of ${base}${hasPartial ? '; dashed: not complete yet' : ''}`
  const table = { ...numbers, caption }
  const curves = curvesOf(named, labels, rows, { period, hasMean, asBars: filter.display === 'ActionsBar' })
  const summary = summaryOf(named, labels)
  const triangle: Chart = { kind: 'table' }
  if (filter.dashboardDisplay === 'graph_only') return { chart: curves, table, summary }
  const isAlone = filter.dashboardDisplay === 'table_only' || labels.length < 2
  return { chart: triangle, ...(isAlone ? {} : { beneath: curves }), table, summary }
}

type Named = Triangle & { readonly name: string | null }

function nameOf({ breakdown }: Triangle, isCohort: boolean): string | null {
  if (breakdown === null) return null
  if (isCohort) return breakdown === '0' ? 'All users' : `Cohort ${breakdown}`
  return breakdownText(breakdown)
}

interface Options {
  readonly period: string
  readonly hasMean: boolean
}

/** Whole percents; small ones with a digit more. */
const percentText = (percent: number | null): string =>
  percent === null ? '–' : `${NUMBERS.full(percent >= 10 ? Math.round(percent) : Math.round(percent * 10) / 10)}%`

const countText = (value: number) => (Math.abs(value) < 1e6 ? NUMBERS.full(value) : NUMBERS.short(value))

/** The table, and the rows in it of each triangle: its mean, and its cohorts. */
function triangleTable(
  triangles: readonly Named[],
  labels: readonly string[],
  { period, hasMean }: Options,
): { table: Table; rows: { mean: number; first: number }[] } {
  const most = Math.max(
    LEAST_DARK,
    ...triangles.flatMap(({ cohorts }) =>
      cohorts.map(({ cells }) => Math.max(0, ...cells.slice(1).map((cell) => cell?.percent ?? 0))),
    ),
  )
  const shadeOf = (percent: number | null) =>
    percent === null || percent <= 0 ? undefined : Math.min(DARKEST, Math.floor(((DARKEST + 1) * percent) / most))
  const lines: TableCell[][] = []
  const rows = triangles.map(({ name, cohorts, means }) => {
    if (name !== null) lines.push([name])
    const isMeant = hasMean && cohorts.length > 1
    if (isMeant) {
      const size = cohorts.reduce((sum, { cells }) => sum + (cells[0]?.value ?? 0), 0) / cohorts.length
      lines.push([
        'Mean',
        countText(Math.round(size)),
        ...means.slice(1).map((mean) => (mean === null ? '' : shaded(mean))),
      ])
    }
    const first = lines.length
    const buckets = bucketsOf(cohorts, period)
    for (const [index, { cells }] of cohorts.entries())
      lines.push([
        { text: buckets[index]?.short ?? '', title: buckets[index]?.long ?? '' },
        ...cells.map((cell, column) => (cell ? cellOf(cell, column) : '')),
      ])
    return { mean: isMeant ? first - 1 : first, first }
  })
  function shaded(percent: number | null): RichCell {
    const shade = shadeOf(percent)
    return { text: percentText(percent), ...(shade === undefined ? {} : { shade }) }
  }
  function cellOf({ value, percent, isPartial }: Retained, column: number): TableCell {
    if (column === 0) return countText(value)
    const note = percent === null ? {} : { note: countText(value) }
    return { ...shaded(percent), ...note, ...(isPartial ? { isPartial, title: 'Not complete yet' } : {}) }
  }
  const head = period === 'Hour' || period === 'Day' ? 'Started' : `${period} of`
  return { table: makeTable([head, ...labels.map(shortLabel)], lines, 'rows'), rows }
}

/** Only the first label has the unit. */
const shortLabel = (label: string, index: number): TableCell =>
  index === 0 ? label : { text: label.replace(/^\D+ /, ''), title: label }

const bucketsOf = (cohorts: readonly Cohort[], period: string) =>
  formatBuckets(
    cohorts.map(({ date }) => date),
    period.toLowerCase(),
  )

/** Percents by column: with a breakdown, the mean of each value; else the cohorts, behind their mean if it is asked for. */
function curvesOf(
  triangles: readonly Named[],
  labels: readonly string[],
  rows: readonly { mean: number; first: number }[],
  { period, hasMean, asBars }: Options & { asBars: boolean },
): SeriesChart {
  const base = { isPrevious: false } as const
  const means = triangles.map(({ name, cohorts, means: values }, index): Series => {
    const text = name ?? (cohorts.length === 1 ? '1 cohort' : `Mean of ${cohorts.length} cohorts`)
    return { ...base, name: text, values, color: index, row: rows[index]?.mean ?? 0 }
  })
  const [only] = triangles.length === 1 ? triangles : []
  const buckets = only ? bucketsOf(only.cohorts, period) : []
  const cohorts = (only?.cohorts ?? []).map(
    ({ cells }, index): Series => ({
      ...base,
      name: buckets[index]?.short ?? '',
      values: cells.map((cell) => (cell && !cell.isPartial ? cell.percent : null)),
      color: hasMean ? 0 : index,
      row: (rows[0]?.first ?? 0) + index,
      ...(hasMean ? { isBackground: true } : {}),
    }),
  )
  const shown = only && !hasMean ? cohorts : means
  const behind = only && hasMean && !asBars && cohorts.length > 1 ? cohorts.slice(-MAX_BEHIND) : []
  return {
    kind: 'series',
    shape: asBars ? 'bars' : 'line',
    stacked: false,
    buckets: labels.map((label) => ({ short: label, long: label })),
    series: [...shown.slice(0, MAX_DRAWN), ...behind],
    total: shown.length,
    format: PERCENT,
  }
}

/** What came back of the first column, on average. */
function summaryOf(triangles: readonly Named[], labels: readonly string[]): string {
  const [only] = triangles
  if (triangles.length > 1) {
    const values = triangles.flatMap(({ name, means }) =>
      means[1] == null ? [] : [{ name: name ?? '', value: means[1] }],
    )
    return values.length === 0 ? '' : `${labels[1]}: ${listing(values, { ...PERCENT, full: percentText })}`
  }
  const known = (only?.means ?? []).flatMap((mean, column) => (mean === null || column === 0 ? [] : [{ mean, column }]))
  const ends = [...new Set([known[0], known.at(-1)])].filter((end) => end !== undefined)
  const parts = ends.map(({ mean, column }, index) => {
    const label = labels[column] ?? ''
    return `${percentText(mean)} ${index === 0 ? 'came back ' : ''}${label.startsWith('Day') ? 'on' : 'in'} ${label}`
  })
  return parts.join(', ')
}
