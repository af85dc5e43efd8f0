import type { LifecycleItem } from '../shape/lifecycle.ts'
import type { Cell } from './cell.ts'

/** A row for each status, a column for each interval. */
export const lifecycleTable = (items: readonly LifecycleItem[]): Cell[][] => [
  ['status', ...(items[0]?.labels ?? [])],
  ...items.map(({ status, data }) => [status, ...data]),
]
