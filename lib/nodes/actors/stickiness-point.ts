import { notSupported } from '../../core/errors.ts'
import type { StickinessNode } from '../stickiness/node.ts'

/** A number of a StickinessQuery, whose actors are listed. */
export interface StickinessPoint {
  readonly kind: 'StickinessPoint'
  readonly source: StickinessNode
}

export function parseStickinessPoint(_json: unknown, path: readonly string[]): StickinessPoint {
  throw notSupported([...path, 'source', 'kind'].join('__'), 'Listing the actors of a StickinessQuery')
}
