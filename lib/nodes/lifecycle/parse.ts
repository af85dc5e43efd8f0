import { parseGroup, parseHead, parseSeriesEntity, requireSeries } from '../insight.ts'
import type { LifecycleNode } from './node.ts'
import type { LifecycleQuery } from './wire.ts'

/**
 * The LifecycleQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `invalid_input` if
 * there is no series, `not_supported` naming an option that is not computed yet.
 */
export function parseLifecycle(query: LifecycleQuery, path: readonly string[]): LifecycleNode {
  requireSeries(query.series, 'Lifecycle', path)
  return {
    kind: 'LifecycleQuery',
    ...parseHead(query, path),
    series: query.series.map((entity, index) => parseSeriesEntity(entity, [...path, 'series', String(index)])),
    customName: query.series[0]?.custom_name ?? null,
    group: parseGroup(query, path),
  }
}
