import type { PathsEdge } from '../shape/paths.ts'
import type { Cell } from './cell.ts'

/** A row for each edge. */
export const pathsTable = (edges: readonly PathsEdge[]): Cell[][] => [
  ['source', 'target', 'value'],
  ...edges.map(({ source, target, value }) => [source, target, value]),
]
