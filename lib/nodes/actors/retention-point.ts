import { notSupported } from '../../core/errors.ts'
import type { RetentionNode } from '../retention/node.ts'

/** A number of a RetentionQuery, whose actors are listed. */
export interface RetentionPoint {
  readonly kind: 'RetentionPoint'
  readonly source: RetentionNode
}

export function parseRetentionPoint(_json: unknown, path: readonly string[]): RetentionPoint {
  throw notSupported([...path, 'source', 'kind'].join('__'), 'Listing the actors of a RetentionQuery')
}
