/** Links from numbers to the people behind them (decisions.md). */
import { computeQuery } from '../answer-query.ts'
import { type CacheEntry, entryKey, unpackEntry } from '../cache/entry.ts'
import { invalid, notFound } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { parseComputable } from '../nodes/index.ts'
import type { Services } from '../services.ts'
import type { TrendsItem } from '../shape/trends.ts'

export interface PointLink {
  readonly filter: Readonly<Record<string, unknown>>
  readonly url: string
}

/**
 * Items with `persons_urls`: a link for each bucket, one for a total. A link holds what it needs to list the people that
 * the number counts, also later: the key of the result, the instant it was computed at, and the bucket's.
 */
export function withPersonsUrls(projectId: number, key: string, entry: CacheEntry) {
  return (entry.response.results as readonly TrendsItem[]).map((item) => {
    // a formula counts nobody
    if (!item.action) return { ...item, persons_urls: [] }
    const days = item.action.days as readonly string[]
    const link = (day: string | null): PointLink => {
      const search = new URLSearchParams({
        series: String(item.order),
        at: new Date(entry.lastRefresh).toISOString(),
        ...(day === null ? {} : { bucket: new Date(day).toISOString() }),
        ...(item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }),
        ...(item.compare_label ? { compare: item.compare_label } : {}),
      })
      return {
        filter: {
          entity_id: item.action?.id ?? null,
          entity_type: item.action?.type,
          entity_order: item.order,
          entity_math: item.action?.math ?? null,
          date_from: day ?? item.filter.date_from,
          ...(item.breakdown_value === undefined ? {} : { breakdown_value: item.breakdown_value }),
        },
        url: `/api/projects/${projectId}/persons/insight/${key}/?${search}`,
      }
    }
    return { ...item, persons_urls: days.length > 0 ? days.map(link) : [link(null)] }
  })
}

export interface Point {
  readonly key: string
  /** When the numbers were computed: relative dates mean what they meant then. */
  readonly at: string | undefined
  readonly source: Readonly<Record<string, unknown>>
  readonly limit: number
  readonly offset: number
}

/** The actors of a point: uuids of persons, or groups. Throws 404 when the result is no longer kept. */
export async function listPoint(services: Services, project: Project, { key, at, source, limit, offset }: Point) {
  const entry = await unpackEntry(await services.redis.get<string>(entryKey(project.id, key)))
  if (!entry?.query) throw notFound('This result is no longer kept. Ask for the insight again.')
  const now = at === undefined ? new Date(entry.lastRefresh) : new Date(at)
  if (Number.isNaN(now.getTime())) throw invalid('at', 'This is no instant.')
  const actors = { kind: 'InsightActorsQuery', source: unwrapped(entry.query), ...source }
  const list = (select: readonly string[]) => ({
    kind: 'ActorsQuery',
    source: actors,
    select,
    orderBy: ['created_at desc'],
    limit,
    offset,
  })
  const node = parseComputable(list(['id']), [])
  const ofGroups = node.kind === 'ActorsQuery' && node.source?.source.series[node.source.series]?.mathGroup
  const { results, hasMore } = await computeQuery(
    services.engine,
    project,
    ofGroups ? parseComputable(list(['group']), []) : node,
    { now, timeoutMs: services.env.STATEMENT_TIMEOUT_MS },
  )
  return { actors: (results as readonly (readonly unknown[])[]).map(([actor]) => actor), ofGroups: !!ofGroups, hasMore }
}

/** The insight inside the nodes that only concern display. */
function unwrapped(query: unknown): unknown {
  const { kind, source } = query as { kind?: string; source?: unknown }
  return kind === 'InsightVizNode' || kind === 'DataTableNode' ? unwrapped(source) : query
}
