/** Listings of persons and groups (docs/actors.md). */
import * as z from 'zod/mini'
import { invalid, notSupported } from '../../core/errors.ts'
import type { GroupOwner } from '../../tree/types.ts'
import { MAX_NAME, MAX_TEXT } from '../bounds.ts'
import { type CorrelationPoint, parseCorrelationPoint } from '../correlation/node.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import { allFilters, type NodeGroup, type NodeTest, parseFilter } from '../filter.ts'
import type { NodeText } from '../insight.ts'
import { Properties } from '../property-filter.ts'
import { anyKeys, parseNodePart } from '../schema.ts'
import type { TrendsNode } from '../trends/node.ts'
import { parseTrends } from '../trends/parse.ts'
import { TrendsQuery } from '../trends/wire.ts'
import type { ActorChoice, ActorKind } from './choice.ts'
import { ActorsBreakdown, type FunnelPoint, parseFunnelPoint } from './funnel-point.ts'
import { type LifecyclePoint, parseLifecyclePoint } from './lifecycle-point.ts'
import { type PathsPoint, parsePathsPoint } from './paths-point.ts'
import { parseRetentionPoint, type RetentionPoint } from './retention-point.ts'
import { parseSqlPoint, type SqlPoint } from './sql-point.ts'
import { parseStickinessPoint, type StickinessPoint } from './stickiness-point.ts'

/** The loose schema of a stored ActorsQuery. The strict schema is checked when the query is computed. */
export const StoredActorsQuery = z.looseObject({
  source: z.nullish(z.looseObject({})),
  select: z.nullish(z.array(z.string())),
})

const ActorsQuery = z.strictObject({
  kind: z.literal('ActorsQuery'),
  source: z.optional(z.unknown()),
  select: z.nullish(z.array(z.string().check(z.maxLength(MAX_TEXT))).check(z.maxLength(50))),
  search: z.nullish(z.string().check(z.maxLength(1_000))),
  properties: z.nullish(Properties),
  fixedProperties: z.nullish(Properties),
  orderBy: z.nullish(z.array(z.string().check(z.maxLength(MAX_TEXT))).check(z.maxLength(10))),
  limit: z.nullish(z.int().check(z.gte(1)).check(z.lte(10_000))),
  offset: z.nullish(z.int().check(z.gte(0)).check(z.lte(10_000_000))),
  ...anyKeys(NODE_DISPLAY_KEYS),
})

const InsightActorsQuery = z.strictObject({
  kind: z.literal('InsightActorsQuery'),
  source: z.looseObject({ kind: z.string() }),
  day: z.nullish(z.union([z.string().check(z.maxLength(MAX_NAME)), z.number()])),
  status: z.nullish(z.string()),
  interval: z.nullish(z.int()),
  series: z.nullish(z.int().check(z.gte(0))),
  breakdown: z.nullish(ActorsBreakdown),
  compare: z.nullish(z.enum(['current', 'previous'])),
  includeRecordings: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})
type InsightActorsQuery = z.infer<typeof InsightActorsQuery>

/** One number of a trend, whose people are listed. */
export interface TrendsPoint {
  readonly kind: 'TrendsPoint'
  readonly source: TrendsNode
  /** Date or instant of the bucket; null for the whole range. */
  readonly day: string | null
  readonly series: number
  /** The breakdown value as in the answer, one text for each property. */
  readonly breakdown: readonly string[] | null
  readonly isPrevious: boolean
  readonly path: readonly string[]
}

export type ActorsSource =
  | TrendsPoint
  | FunnelPoint
  | RetentionPoint
  | LifecyclePoint
  | StickinessPoint
  | PathsPoint
  | CorrelationPoint
  | SqlPoint

export interface ActorsNode {
  readonly kind: 'ActorsQuery'
  /** Persons, or the groups that the number counts. */
  readonly of: ActorKind
  /** The number whose people are listed; null: all persons who have a profile, or all groups that were described. */
  readonly source: ActorsSource | null
  readonly select: readonly NodeText[]
  readonly filter: NodeGroup
  readonly search: string | null
  readonly choice: ActorChoice | null
  readonly orderBy: readonly NodeText[] | null
  readonly limit: number
  readonly offset: number
}

/**
 * The ActorsQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `not_supported` if the
 * source is not computed yet, `invalid_input` if a filter reads events.
 */
export function parseActors(json: unknown, path: readonly string[]): ActorsNode {
  const query = parseNodePart(ActorsQuery, json, path)
  const source = query.source == null ? null : actorsSource(query.source, [...path, 'source'])
  const filters = (['properties', 'fixedProperties'] as const).map((key) =>
    parseFilter(query[key] ?? [], [...path, key]),
  )
  const filter = allFilters(filters)
  const of = actorGroup(source) ?? 'person'
  checkActorFilter(filter, of)
  const texts = (key: 'select' | 'orderBy', list: readonly string[]) =>
    list.map((text, index) => ({ text, attr: [...path, key, index].join('__') }))
  return {
    kind: 'ActorsQuery',
    of,
    source,
    select: texts(
      'select',
      query.select?.length ? query.select : of === 'person' ? ['person', 'id', 'person.$delete'] : ['group'],
    ),
    filter,
    search: query.search?.trim() || null,
    choice: null,
    orderBy: query.orderBy?.length ? texts('orderBy', query.orderBy) : null,
    limit: query.limit ?? 100,
    offset: query.offset ?? 0,
  }
}

/** The insight whose people are listed; null if they are those of a query. */
export function actorsInsight(source: ActorsSource) {
  if (source.kind === 'SqlPoint') return null
  return source.kind === 'CorrelationPoint' ? source.source.point.source : source.source
}

/** The type of groups that the source counts; undefined if it counts persons or events. */
function actorGroup(source: ActorsNode['source']): GroupOwner | undefined {
  switch (source?.kind) {
    case 'PathsPoint':
    case 'SqlPoint':
      return undefined
    case 'TrendsPoint':
      return source.source.series[source.series]?.mathGroup ?? undefined
    case 'StickinessPoint':
      return source.source.series[source.series]?.group ?? undefined
    case 'CorrelationPoint':
      return source.source.point.source.group ?? undefined
    case 'FunnelPoint':
    case 'RetentionPoint':
    case 'LifecyclePoint':
      return source.source.group ?? undefined
    default:
      return undefined
  }
}

const OF_PERSONS: readonly NodeTest['of'][] = ['person', 'cohort', 'hogql']

/** Throws 400 `invalid_input` naming a filter that reads something else than the actors. */
export function checkActorFilter(filter: NodeGroup, of: ActorKind): void {
  const allowed = of === 'person' ? OF_PERSONS : [of, 'hogql']
  for (const item of filter.values) {
    if (!('operator' in item)) checkActorFilter(item, of)
    else if (!allowed.includes(item.of))
      throw invalid(
        item.attr,
        of === 'person'
          ? 'Persons are filtered by person properties, cohorts and HogQL.'
          : 'Groups are filtered by properties of groups of their type and HogQL.',
      )
  }
}

/** The number whose people are meant. Throws 400 `not_supported` if there is no such listing. */
export function actorsSource(json: unknown, path: readonly string[]): ActorsSource {
  const kind = (json as { kind?: unknown } | null)?.kind
  if (kind === 'FunnelsActorsQuery') return parseFunnelPoint(json, path)
  if (kind === 'StickinessActorsQuery') return parseStickinessPoint(json, path)
  if (kind === 'FunnelCorrelationActorsQuery') return parseCorrelationPoint(json, path)
  if (kind === 'HogQLQuery') return parseSqlPoint(json, path)
  if (kind !== 'InsightActorsQuery') throw notSupported([...path, 'kind'].join('__'), `Listing the actors of a ${kind}`)
  const query = parseNodePart(InsightActorsQuery, json, path)
  switch (query.source.kind) {
    case 'TrendsQuery':
      return parseTrendsPoint(query, path)
    case 'RetentionQuery':
      return parseRetentionPoint(query, path)
    case 'LifecycleQuery':
      return parseLifecyclePoint(query, path)
    case 'StickinessQuery':
      return parseStickinessPoint(json, path)
    case 'PathsQuery':
      return parsePathsPoint(query, path)
    default:
      throw notSupported([...path, 'source', 'kind'].join('__'), `Listing the actors of a ${query.source.kind}`)
  }
}

function parseTrendsPoint(query: InsightActorsQuery, path: readonly string[]): TrendsPoint {
  const at = [...path, 'source']
  const source = parseTrends(parseNodePart(TrendsQuery, query.source, at), at)
  const series = query.series ?? 0
  if (series >= source.series.length)
    throw invalid([...path, 'series'].join('__'), `The query has ${source.series.length} series, counted from 0.`)
  if (query.compare === 'previous' && !source.compare)
    throw invalid([...path, 'compare'].join('__'), 'The query does not compare with a previous period.')
  const { breakdown } = query
  return {
    kind: 'TrendsPoint',
    source,
    day: query.day == null ? null : String(query.day),
    series,
    breakdown: breakdown == null ? null : (Array.isArray(breakdown) ? breakdown : [breakdown]).map(String),
    isPrevious: query.compare === 'previous',
    path,
  }
}
