import type { RetentionRow } from '../shape/retention.ts'
import type { Cell } from './cell.ts'
import { breakdownText, PLAIN } from './names.ts'
import { cellsInRange, sectionsOf } from './retention-triangle.ts'

/**
 * The triangle: a row for each interval in which actors started, with its value of the breakdown, its size and the
 * actors of each interval after. With a property, its sum or average of each interval follows. Intervals after the
 * range have no number.
 */
export function retentionTable(rows: readonly RetentionRow[]): Cell[][] {
  const columns = (rows[0]?.values ?? []).map(({ label }) => label)
  const isBroken = rows.some(({ breakdown_value: value }) => value !== null)
  const hasValues = rows.some(({ values }) => values.some((cell) => cell.aggregation_value !== undefined))
  const header = [
    'cohort',
    ...(isBroken ? ['breakdown'] : []),
    'size',
    ...columns,
    ...(hasValues ? columns.map((label) => `${label} value`) : []),
  ]
  const body = sectionsOf(rows).flatMap((section) =>
    section.map((row, index) => {
      const cells = cellsInRange(row, index, section.length)
      return [
        dateText(row),
        ...(isBroken ? [breakdownText(row.breakdown_value, PLAIN.list)] : []),
        row.values[0]?.count ?? 0,
        ...cells.map((cell) => cell?.count ?? null),
        ...(hasValues ? cells.map((cell) => cell?.aggregation_value ?? null) : []),
      ]
    }),
  )
  return [header, ...body]
}

/** The local date of a row, for hours with the time. */
const dateText = ({ date, values }: RetentionRow): string =>
  values[0]?.label.startsWith('Hour') ? date.slice(0, 16).replace('T', ' ') : date.slice(0, 10)
