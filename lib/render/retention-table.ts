import type { RetentionRow } from '../shape/retention.ts'
import type { Cell } from './cell.ts'

/** The triangle: a row for each interval in which actors started. */
export const retentionTable = (rows: readonly RetentionRow[]): Cell[][] => [
  ['cohort', ...(rows[0]?.values ?? []).map(({ label }) => label)],
  ...rows.map(({ date, values }) => [date, ...values.map(({ count }) => count)]),
]
