import type { StickinessItem } from '../shape/stickiness.ts'
import type { Cell } from './cell.ts'
import { actorsName } from './names.ts'

/** A row for each series, a column for each number of intervals. */
export const stickinessTable = (items: readonly StickinessItem[]): Cell[][] => [
  ['series', ...(items[0]?.labels ?? [])],
  ...items.map((item) => {
    const name = actorsName(item)
    return [item.compare_label ? `${name} - ${item.compare_label}` : name, ...item.data]
  }),
]
