import type { StickinessItem } from '../shape/stickiness.ts'
import type { Cell } from './cell.ts'

/** A row for each series, a column for each number of intervals. */
export const stickinessTable = (items: readonly StickinessItem[]): Cell[][] => [
  ['series', ...(items[0]?.labels ?? [])],
  ...items.map(({ label, compare_label: compared, data }) => [compared ? `${label} - ${compared}` : label, ...data]),
]
