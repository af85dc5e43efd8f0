/** Links from numbers to the people behind them (docs/decisions.md). */

import type { Caller } from '../access/caller.ts'
import { answerQuery } from '../answer-query.ts'
import { invalid, notFound } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { Project } from '../core/project.ts'
import { actorGroup, parseActors } from '../nodes/actors/node.ts'
import { sourceNode } from '../nodes/index.ts'
import { type CacheEntry, entryKey, resultKind, unpackEntry } from '../refresh/entry.ts'
import { readLeader } from '../refresh/leader.ts'
import type { Services } from '../services.ts'
import type { CorrelationItem } from '../shape/correlation.ts'
import type { FunnelStepItem } from '../shape/funnels.ts'
import type { TrendsItem } from '../shape/trends.ts'
import { requireVisibleInsight } from './insights/authorize.ts'

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
    if (!item.action || !isLinkable(item.breakdown_value)) return { ...item, persons_urls: [] }
    const days = item.action.days as readonly string[]
    const link = (day: string | null): PointLink => {
      const parameters: Record<string, string> = {
        series: String(item.order),
        ...(day === null ? {} : { bucket: new Date(day).toISOString() }),
        ...(item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }),
        ...(item.compare_label ? { compare: item.compare_label } : {}),
      }
      return {
        filter: {
          entity_id: item.action?.id ?? null,
          entity_type: item.action?.type,
          entity_order: item.order,
          entity_math: item.action?.math ?? null,
          date_from: day ?? item.filter.date_from,
          ...(item.breakdown_value === undefined ? {} : { breakdown_value: item.breakdown_value }),
        },
        url: url(projectId, key, entry, parameters),
      }
    }
    return { ...item, persons_urls: days.length > 0 ? days.map(link) : [link(null)] }
  })
}

/** A value that is longer than a URL may be has no link. */
const isLinkable = (value: unknown) => (JSON.stringify(value)?.length ?? 0) <= 2_000

const url = (projectId: number, key: string, entry: CacheEntry, parameters: Readonly<Record<string, string>>) =>
  `/api/projects/${projectId}/persons/insight/${key}/?${new URLSearchParams({ ...parameters, at: new Date(entry.lastRefresh).toISOString() })}`

/** Steps of a funnel with `converted_people_url` and `dropped_people_url`; other results as they are. */
export function withFunnelUrls(projectId: number, key: string, entry: CacheEntry): unknown {
  const { results } = entry.response
  if (resultKind(entry) !== 'FunnelsQuery' || !Array.isArray(results)) return results
  const withUrls = (item: FunnelStepItem) => {
    const breakdown: Record<string, string> =
      item.breakdown_value === undefined ? {} : { breakdown: JSON.stringify(item.breakdown_value) }
    const link = (step: number) =>
      isLinkable(item.breakdown_value) ? url(projectId, key, entry, { step: String(step), ...breakdown }) : null
    return {
      ...item,
      converted_people_url: link(item.order + 1),
      dropped_people_url: item.order === 0 ? null : link(-item.order - 1),
    }
  }
  const isStep = (item: unknown): item is FunnelStepItem =>
    typeof item === 'object' && item !== null && 'people' in item
  return results.map((item) => (Array.isArray(item) ? item.map(withUrls) : isStep(item) ? withUrls(item) : item))
}

/** Rows of a correlation with the people who did, and did not, convert. */
export function withCorrelationUrls(projectId: number, key: string, entry: CacheEntry): unknown {
  const { events, skewed } = entry.response.results as unknown as { events: CorrelationItem[]; skewed: boolean }
  const link = (name: string, converted: boolean) =>
    url(projectId, key, entry, { correlation: name, converted: String(converted) })
  return {
    events: events.map((row) => ({
      ...row,
      success_people_url: link(row.event.event, true),
      failure_people_url: link(row.event.event, false),
    })),
    skewed,
  }
}

/** The actors behind the row of a correlation that has this name. */
function correlationSource(insight: Json, { name, converted }: CorrelationRow): Json {
  const shared = { kind: 'FunnelCorrelationActorsQuery', source: insight, funnelCorrelationPersonConverted: converted }
  const [first = '', key = '', ...rest] = name.split('::')
  const filter = (property: string, value: string, type: Json) =>
    value === ''
      ? { key: property, operator: 'is_not_set', ...type }
      : { key: property, value: [value], operator: 'exact', ...type }
  if (insight.funnelCorrelationType === 'properties') {
    const { source } = insight.source as { source: { aggregation_group_type_index?: number | null } }
    const index = source.aggregation_group_type_index
    const type = index == null ? { type: 'person' } : { type: 'group', group_type_index: index }
    return { ...shared, funnelCorrelationPropertyValues: [filter(first, [key, ...rest].join('::'), type)] }
  }
  if (insight.funnelCorrelationType === 'events')
    return { ...shared, funnelCorrelationPersonEntity: { kind: 'EventsNode', event: name } }
  const value = rest.join('::')
  const [, eventType = '', chain = ''] = key === 'elements_chain' ? (/^(.*?)__~~__(.*)$/s.exec(value) ?? []) : []
  const properties =
    key === 'elements_chain'
      ? [filter('$event_type', eventType, { type: 'event' }), filter('$elements_chain', chain, { type: 'event' })]
      : [filter(key, value, { type: 'event' })]
  return { ...shared, funnelCorrelationPersonEntity: { kind: 'EventsNode', event: first, properties } }
}

interface CorrelationRow {
  readonly name: string
  readonly converted: boolean
}

export interface Point {
  readonly key: string
  /** When the numbers were computed: relative dates mean what they meant then. */
  readonly at: string | undefined
  /** Of a trend. */
  readonly trend: Json
  /** Of a funnel. */
  readonly funnel: Json
  readonly row: CorrelationRow
  readonly limit: number
  readonly offset: number
}

/**
 * The actors of a point: uuids of persons, or groups. Throws 404 when the result is no longer kept, and 403 when it is
 * that of an insight which is hidden from the caller.
 */
export async function listPoint(
  services: Services,
  project: Project,
  caller: Caller,
  { key, at, trend, funnel, row, limit, offset }: Point,
) {
  const entry = await findEntry(services, entryKey(project.id, key))
  if (entry?.insightId !== undefined) await requireVisibleInsight({ services, project, actor: caller }, entry.insightId)
  if (!entry?.query) throw notFound('This result is no longer kept. Ask for the insight again.')
  const now = at === undefined ? new Date(entry.lastRefresh) : new Date(at)
  if (Number.isNaN(now.getTime())) throw invalid('at', 'This is no instant.')
  const insight = sourceNode(entry.query)
  if (!insight) throw notFound()
  const source =
    insight.kind === 'FunnelsQuery'
      ? { kind: 'FunnelsActorsQuery', source: insight, ...funnel }
      : insight.kind === 'FunnelCorrelationQuery'
        ? correlationSource(insight, row)
        : { kind: 'InsightActorsQuery', source: insight, ...trend }
  const list = (select: readonly string[]) =>
    parseActors({ kind: 'ActorsQuery', source, select, orderBy: ['created_at desc'], limit, offset }, [])
  const node = list(['id'])
  const ofGroups = actorGroup(node.source) !== undefined
  const asked = ofGroups ? list(['group']) : node
  const options = { now, timeoutMs: services.env.STATEMENT_TIMEOUT_MS }
  const { results, hasMore } = (await answerQuery(services, project, asked, options)).response
  const actors = (results as readonly (readonly unknown[])[]).map(([actor]) => actor)
  return { actors, ofGroups, hasMore: hasMore ?? false }
}

/** A replica may not have it yet. */
async function findEntry(services: Services, key: string): Promise<CacheEntry | undefined> {
  const text = await services.redis.get<string>(key)
  return unpackEntry(text ?? (await readLeader(services, [key]))[0])
}
