/**
 * Funnel correlation: events and properties that are over-represented among people who converted (docs/funnels.md 13).
 */
import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import type { FunnelPoint } from '../actors/funnel-point.ts'
import { parseFunnelPoint } from '../actors/funnel-point.ts'
import { MAX_FILTERS, MAX_NAME } from '../bounds.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import { ActionsNode, EventsNode } from '../entity.ts'
import { type NodeGroup, parseFilter } from '../filter.ts'
import { parseStepEntity } from '../funnels/parse.ts'
import type { NodeEntity } from '../insight.ts'
import { PropertyFilter } from '../property-filter.ts'
import { anyKeys, parseNodePart } from '../schema.ts'

const names = z.nullish(z.array(z.string().check(z.maxLength(MAX_NAME))).check(z.maxLength(100)))

/** The loose schema of a stored correlation. The strict schema is checked when the query is computed. */
export const StoredCorrelationQuery = z.looseObject({ source: z.looseObject({}), funnelCorrelationType: z.string() })

const FunnelCorrelationQuery = z.strictObject({
  kind: z.literal('FunnelCorrelationQuery'),
  source: z.looseObject({ kind: z.literal('FunnelsActorsQuery') }),
  funnelCorrelationType: z.enum(['events', 'event_with_properties', 'properties']),
  funnelCorrelationNames: names,
  funnelCorrelationExcludeNames: names,
  funnelCorrelationExcludeEventNames: names,
  funnelCorrelationEventNames: names,
  funnelCorrelationEventExcludePropertyNames: names,
  ...anyKeys(NODE_DISPLAY_KEYS),
})

const FunnelCorrelationActorsQuery = z.strictObject({
  kind: z.literal('FunnelCorrelationActorsQuery'),
  source: z.unknown(),
  funnelCorrelationPersonConverted: z.nullish(z.boolean()),
  funnelCorrelationPersonEntity: z.nullish(z.discriminatedUnion('kind', [EventsNode, ActionsNode])),
  funnelCorrelationPropertyValues: z.nullish(z.array(PropertyFilter).check(z.maxLength(MAX_FILTERS))),
  includeRecordings: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})

export interface CorrelationNode {
  readonly kind: 'FunnelCorrelationQuery'
  /** The funnel whose people are compared; null if it has no steps: the result is empty. */
  readonly point: FunnelPoint | null
  readonly of: 'events' | 'event_with_properties' | 'properties'
  /** The names of person or group properties to compare; null: all properties. */
  readonly properties: readonly string[] | null
  readonly excludedProperties: readonly string[]
  readonly events: readonly string[]
  readonly excludedEvents: readonly string[]
  readonly excludedEventProperties: readonly string[]
}

/** One number of a correlation result, whose people are listed. */
export interface CorrelationPoint {
  readonly kind: 'CorrelationPoint'
  readonly source: CorrelationNode & { readonly point: FunnelPoint }
  /** true: people who converted, false: people who dropped off, null: both. */
  readonly converted: boolean | null
  /** The event that they did on their way; null: any or none. */
  readonly entity: NodeEntity | null
  /** Filters of their properties. */
  readonly properties: NodeGroup
}

/**
 * The FunnelCorrelationQuery that a client sent -> our node. `path`: its place in the request. Throws 400
 * `invalid_input` if names of properties or events are missing or the funnel is invalid.
 */
export function parseCorrelation(json: unknown, path: readonly string[]): CorrelationNode {
  const query = parseNodePart(FunnelCorrelationQuery, json, path)
  const of = query.funnelCorrelationType
  const isEmpty = (list: readonly string[] | null | undefined) => !list || list.length === 0
  if (of === 'properties' && isEmpty(query.funnelCorrelationNames))
    throw invalid(null, 'Property Correlation expects atleast one Property to run correlation on')
  if (of === 'event_with_properties' && isEmpty(query.funnelCorrelationEventNames))
    throw invalid(null, 'Event Property Correlation expects atleast one event name to run correlation on')
  const funnel = query.source.source as { readonly series?: unknown } | undefined
  const withoutSteps = Array.isArray(funnel?.series) && funnel.series.length === 0
  return {
    kind: 'FunnelCorrelationQuery',
    point: withoutSteps ? null : parseFunnelPoint(query.source, [...path, 'source']),
    of,
    properties: query.funnelCorrelationNames?.includes('$all') ? null : (query.funnelCorrelationNames ?? []),
    excludedProperties: query.funnelCorrelationExcludeNames ?? [],
    events: query.funnelCorrelationEventNames ?? [],
    excludedEvents: query.funnelCorrelationExcludeEventNames ?? [],
    excludedEventProperties: query.funnelCorrelationEventExcludePropertyNames ?? [],
  }
}

/**
 * A FunnelCorrelationActorsQuery -> the number of a correlation whose people are listed. Throws 400 `invalid_input` if
 * the funnel has no steps, and the errors of `parseCorrelation`.
 */
export function parseCorrelationPoint(json: unknown, path: readonly string[]): CorrelationPoint {
  const query = parseNodePart(FunnelCorrelationActorsQuery, json, path)
  const source = parseCorrelation(query.source, [...path, 'source'])
  const { point } = source
  if (!point) throw invalid([...path, 'source'].join('__'), 'A funnel without steps has no people.')
  const entity = query.funnelCorrelationPersonEntity
  return {
    kind: 'CorrelationPoint',
    source: { ...source, point },
    converted: query.funnelCorrelationPersonConverted ?? null,
    entity: entity ? parseStepEntity(entity, [...path, 'funnelCorrelationPersonEntity']) : null,
    properties: parseFilter(query.funnelCorrelationPropertyValues ?? [], [...path, 'funnelCorrelationPropertyValues']),
  }
}
