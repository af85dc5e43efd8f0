import { notSupported } from '../../core/errors.ts'
import type { LifecycleNode } from '../lifecycle/node.ts'

/** A number of a LifecycleQuery, whose actors are listed. */
export interface LifecyclePoint {
  readonly kind: 'LifecyclePoint'
  readonly source: LifecycleNode
}

export function parseLifecyclePoint(_json: unknown, path: readonly string[]): LifecyclePoint {
  throw notSupported([...path, 'source', 'kind'].join('__'), 'Listing the actors of a LifecycleQuery')
}
