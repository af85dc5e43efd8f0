/** The triangle of retention: what share of those who started came back, and which numbers are not there yet. */
import { DateTime } from 'luxon'
import type { RetentionCell, RetentionRow } from '../shape/retention.ts'
import type { Looks } from './looks.ts'

/** A cell of the triangle. */
export interface Retained {
  readonly count: number
  /** The sum or average of a property; without one, the count. */
  readonly value: number
  /** Percent of the first column, or of the column before; null if that is zero. */
  readonly percent: number | null
  /** Its interval had not ended when the result was computed. */
  readonly isPartial: boolean
}

export interface Cohort {
  readonly date: string
  /** null: the interval lies after the range. */
  readonly cells: readonly (Retained | null)[]
}

/** The cohorts of one value of a breakdown; all of them if there is none. */
export interface Triangle {
  readonly breakdown: string | null
  readonly cohorts: readonly Cohort[]
  /** The mean percent of each column, over complete numbers; null if there is none. */
  readonly means: readonly (number | null)[]
}

/** The first and the last interval that a column stands for, from its label: `Day 3`, or `Day 2-4` of brackets. */
function intervalsOf({ label }: RetentionCell, column: number): { first: number; last: number } {
  const [, first, last] = /(\d+)(?:-(\d+))?$/.exec(label) ?? []
  const from = first === undefined ? column : Number(first)
  return { first: from, last: last === undefined ? from : Number(last) }
}

/** The rows of each value of the breakdown. */
export const sectionsOf = (rows: readonly RetentionRow[]): readonly (readonly RetentionRow[])[] => [
  ...Map.groupBy(rows, (row) => row.breakdown_value).values(),
]

/** The cells of a row; null for those whose intervals lie after the range. `index`: of the row in its section. */
export const cellsInRange = ({ values }: RetentionRow, index: number, rows: number): (RetentionCell | null)[] =>
  values.map((cell, column) => (index + intervalsOf(cell, column).first < rows ? cell : null))

/** The triangles of a result. `refreshed`: when it was computed; numbers of intervals that ran then are partial. */
export const trianglesOf = (
  rows: readonly RetentionRow[],
  looks: NonNullable<Looks['retentionFilter']>,
  refreshed: string | null,
): Triangle[] => sectionsOf(rows).map((section) => triangleOf(section, looks, refreshed))

function triangleOf(
  rows: readonly RetentionRow[],
  looks: NonNullable<Looks['retentionFilter']>,
  refreshed: string | null,
): Triangle {
  // windows of an actor end up to an interval after those of the calendar
  const late =
    looks.timeWindowMode === '24_hour_windows' || isRunning(rows.at(-1)?.date, looks.period, refreshed) ? 1 : 0
  const toPrevious = looks.retentionReference === 'previous'
  const cohorts = rows.map((row, index): Cohort => {
    const values = row.values.map(({ count, aggregation_value: value }) => value ?? count)
    return {
      date: row.date,
      cells: cellsInRange(row, index, rows.length).map((cell, column) => {
        if (!cell) return null
        const value = values[column] ?? 0
        const base = values[toPrevious ? Math.max(0, column - 1) : 0] ?? 0
        return {
          count: cell.count,
          value,
          percent: base > 0 ? (100 * value) / base : null,
          isPartial: index + intervalsOf(cell, column).last + late >= rows.length,
        }
      }),
    }
  })
  const isWeighted = looks.meanRetentionCalculation === 'weighted'
  const means = (rows[0]?.values ?? []).map((_, column) => meanOf(cohorts, column, { isWeighted, toPrevious }))
  return { breakdown: rows[0]?.breakdown_value ?? null, cohorts, means }
}

/** The mean of a column. Weighted, a cohort counts as much as it has actors. */
function meanOf(
  cohorts: readonly Cohort[],
  column: number,
  { isWeighted, toPrevious }: { isWeighted: boolean; toPrevious: boolean },
): number | null {
  let [sum, weights] = [0, 0]
  for (const { cells } of cohorts) {
    const cell = cells[column]
    if (!cell || cell.percent === null || (cell.isPartial && column > 0)) continue
    const weight = isWeighted ? (cells[toPrevious ? Math.max(0, column - 1) : 0]?.value ?? 0) : 1
    sum += weight * cell.percent
    weights += weight
  }
  return weights > 0 ? sum / weights : null
}

/** Had the interval that begins on `date` not ended at `refreshed`? */
function isRunning(date: string | undefined, period: unknown, refreshed: string | null): boolean {
  if (date === undefined || refreshed === null) return false
  const unit = UNITS.find((one) => one === String(period).toLowerCase()) ?? 'day'
  return (
    DateTime.fromISO(date, { setZone: true })
      .plus({ [unit]: 1 })
      .toMillis() > Date.parse(refreshed)
  )
}

const UNITS = ['hour', 'week', 'month'] as const
