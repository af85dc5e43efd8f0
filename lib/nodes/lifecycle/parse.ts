import { notSupported } from '../../core/errors.ts'
import type { LifecycleNode } from './node.ts'
import type { LifecycleQuery } from './wire.ts'

/** The LifecycleQuery that a client sent -> our node. `path`: its place in the request. */
export function parseLifecycle(_query: LifecycleQuery, path: readonly string[]): LifecycleNode {
  throw notSupported([...path, 'kind'].join('__'), 'Computing a LifecycleQuery')
}
