import { notSupported } from '../../core/errors.ts'
import type { StickinessNode } from './node.ts'
import type { StickinessQuery } from './wire.ts'

/** The StickinessQuery that a client sent -> our node. `path`: its place in the request. */
export function parseStickiness(_query: StickinessQuery, path: readonly string[]): StickinessNode {
  throw notSupported([...path, 'kind'].join('__'), 'Computing a StickinessQuery')
}
