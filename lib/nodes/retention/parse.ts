import { notSupported } from '../../core/errors.ts'
import type { RetentionNode } from './node.ts'
import type { RetentionQuery } from './wire.ts'

/** The RetentionQuery that a client sent -> our node. `path`: its place in the request. */
export function parseRetention(_query: RetentionQuery, path: readonly string[]): RetentionNode {
  throw notSupported([...path, 'kind'].join('__'), 'Computing a RetentionQuery')
}
