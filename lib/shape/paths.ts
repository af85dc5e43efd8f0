import type { Row } from '../engines/engine.ts'
import type { PathsPlan } from '../plan/paths.ts'
import type { ResolvedRange } from './trends.ts'

/** How often actors went from one item to another; items carry their position: `1_/pricing`. */
export interface PathsEdge {
  readonly source: string
  readonly target: string
  readonly value: number
  /** Milliseconds. */
  readonly average_conversion_time: number
}

export interface PathsResult {
  readonly kind: 'PathsQuery'
  readonly results: readonly PathsEdge[]
  readonly resolved_date_range: ResolvedRange
}

/** Rows of `buildPaths` -> result. Edges that no shown way from a first item leads to are left out. */
export function shapePaths({ dateFrom, dateTo }: PathsPlan, [rows = []]: readonly (readonly Row[])[]): PathsResult {
  const edges = rows.map(
    ({ source, target, value, seconds }): PathsEdge => ({
      source: String(source),
      target: String(target),
      value: Number(value),
      // times are known to the microsecond
      average_conversion_time: Math.round(Number(seconds) * 1_000_000) / 1_000,
    }),
  )
  const reached = reachedItems(edges)
  return {
    kind: 'PathsQuery',
    results: edges.filter(({ source }) => reached.has(source)),
    resolved_date_range: { date_from: dateFrom, date_to: dateTo },
  }
}

/** The items that edges lead to, step by step, from those at position 1. */
function reachedItems(edges: readonly PathsEdge[]): ReadonlySet<string> {
  const bySource = Map.groupBy(edges, ({ source }) => source)
  const left = [...bySource.keys()].filter((item) => item.startsWith('1_'))
  const reached = new Set(left)
  for (let item = left.pop(); item !== undefined; item = left.pop())
    for (const { target } of bySource.get(item) ?? [])
      if (!reached.has(target)) {
        reached.add(target)
        left.push(target)
      }
  return reached
}
