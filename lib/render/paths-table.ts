import type { PathsEdge } from '../shape/paths.ts'
import type { Cell } from './cell.ts'

/** A row for each edge; the ends have their step before the item, the time is in milliseconds. */
export const pathsTable = (edges: readonly PathsEdge[]): Cell[][] => [
  ['source', 'target', 'value', 'average_conversion_time'],
  ...edges.map(({ source, target, value, average_conversion_time }) => [
    source,
    target,
    value,
    average_conversion_time,
  ]),
]
