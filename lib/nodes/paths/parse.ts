import { notSupported } from '../../core/errors.ts'
import type { PathsNode } from './node.ts'
import type { PathsQuery } from './wire.ts'

/** The PathsQuery that a client sent -> our node. `path`: its place in the request. */
export function parsePaths(_query: PathsQuery, path: readonly string[]): PathsNode {
  throw notSupported([...path, 'kind'].join('__'), 'Computing a PathsQuery')
}
