import { notSupported } from '../../core/errors.ts'
import type { PathsNode } from '../paths/node.ts'

/** A number of a PathsQuery, whose actors are listed. */
export interface PathsPoint {
  readonly kind: 'PathsPoint'
  readonly source: PathsNode
}

export function parsePathsPoint(_json: unknown, path: readonly string[]): PathsPoint {
  throw notSupported([...path, 'source', 'kind'].join('__'), 'Listing the actors of a PathsQuery')
}
