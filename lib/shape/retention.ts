import type { Row } from '../engines/engine.ts'
import { intervalName, type RetentionPlan } from '../plan/retention.ts'
import type { ResolvedRange } from './trends.ts'

export interface RetentionCell {
  /** Distinct actors. */
  readonly count: number
  readonly label: string
  /** The sum, or the average for each actor, of a property. */
  readonly aggregation_value?: number
}
/** Those who started in one interval, in each interval after. */
export interface RetentionRow {
  readonly values: readonly RetentionCell[]
  readonly label: string
  readonly date: string
  readonly breakdown_value: string | null
}

export interface RetentionResult {
  readonly kind: 'RetentionQuery'
  readonly results: readonly RetentionRow[]
  readonly resolved_date_range: ResolvedRange
}

/** The numbers of one cell. */
interface Numbers {
  readonly count: number
  readonly sum: number
}
const NOBODY: Numbers = { count: 0, sum: 0 }

/** Rows of `buildRetention` -> every row with all its columns, value by value of the breakdown (docs/retention.md 6). */
export function shapeRetention(plan: RetentionPlan, [rows = []]: readonly (readonly Row[])[]): RetentionResult {
  const values = plan.breakdown ? valuesOf(rows) : [{ value: null, rows }]
  return {
    kind: 'RetentionQuery',
    results: values.flatMap(({ value, rows: own }) => retentionRows(plan, value, own)),
    resolved_date_range: { date_from: plan.dateFrom, date_to: plan.dateTo },
  }
}

/** The rows of each value of the breakdown, in the order of their rank. */
const valuesOf = (rows: readonly Row[]) =>
  [...Map.groupBy(rows, ({ rank }) => Number(rank))]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => ({ value: String(own[0]?.breakdown), rows: own }))

function retentionRows(plan: RetentionPlan, value: string | null, rows: readonly Row[]): RetentionRow[] {
  const cells = plan.starts.map(() => plan.columns.map(() => NOBODY))
  for (const row of rows) {
    const cellsOfRow = cells[Number(row.bucket)]
    if (cellsOfRow) cellsOfRow[Number(row.reached)] = { count: Number(row.value), sum: Number(row.sum ?? 0) }
  }
  if (plan.cumulative) for (const cellsOfRow of cells) sumUpwards(cellsOfRow)
  const name = intervalName(plan.interval)
  return cells.map((cellsOfRow, index) => ({
    values: cellsOfRow.map((cell, column) => ({
      count: cell.count,
      ...(plan.aggregate ? { aggregation_value: aggregateOf(cell, plan.aggregate.fn) } : {}),
      label: plan.columns[column] ?? '',
    })),
    label: `${name} ${index}`,
    date: plan.starts[index] ?? '',
    breakdown_value: value,
  }))
}

/** Who got as far as a column -> who got as far or further. */
function sumUpwards(cells: Numbers[]): void {
  let count = 0
  for (let index = cells.length - 1; index >= 0; index--) {
    count += cells[index]?.count ?? 0
    cells[index] = { count, sum: 0 }
  }
}

const aggregateOf = ({ count, sum }: Numbers, fn: 'sum' | 'avg'): number =>
  fn === 'sum' ? sum : count === 0 ? 0 : sum / count
