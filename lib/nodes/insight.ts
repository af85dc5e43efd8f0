/** The parts that all kinds of insight share: the date range, the filters, and the events that are counted. */
import * as z from 'zod/mini'
import { invalid, notSupported } from '../core/errors.ts'
import type { GroupOwner, Interval } from '../tree/types.ts'
import { NODE_DISPLAY_KEYS } from './display.ts'
import type { Entity } from './entity.ts'
import { allFilters, groupOwner, type NodeGroup, parseFilter } from './filter.ts'
import { Properties } from './property-filter.ts'
import { anyKeys } from './schema.ts'

export const INTERVALS = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export const DateRange = z.strictObject({
  date_from: z.nullish(z.string()),
  date_to: z.nullish(z.string()),
  explicitDate: z.nullish(z.boolean()),
})

export const CompareFilter = z.strictObject({ compare: z.nullish(z.boolean()), compare_to: z.nullish(z.string()) })

/** The keys that every insight has, in the schemas of queries as clients send them. */
export const INSIGHT_KEYS = {
  dateRange: z.nullish(DateRange),
  properties: z.nullish(Properties),
  filterTestAccounts: z.nullish(z.boolean()),
  samplingFactor: z.nullish(z.number().check(z.gt(0)).check(z.lte(1))),
  ...anyKeys(NODE_DISPLAY_KEYS),
}
/** The schema of the type of groups that an insight counts in place of persons. */
export const GroupTypeIndex = z.nullish(z.int().check(z.gte(0)).check(z.lte(4)))

/** Midnight of seven days ago. */
const DEFAULT_DATE_FROM = '-7d'

export interface InsightHead {
  /** Texts of dates, absolute or relative; docs/trends.md 1. */
  readonly dateFrom: string
  /** null: now. */
  readonly dateTo: string | null
  readonly explicitDate: boolean
  readonly interval: Interval
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
  /** The place of the insight in the request, for errors. */
  readonly attr: string
}

/** The events that a series or a step counts: an event or an action, with filters of its own. */
export interface NodeEntity {
  /** null: any event. */
  readonly event: string | null
  readonly actionId: number | null
  readonly filter: NodeGroup
  /** The place of the entity in the request, for errors. */
  readonly attr: string
}

/** A HogQL expression as text. `attr`: its place in the request, for errors. */
export interface NodeText {
  readonly text: string
  readonly attr: string
}

interface WireHead {
  readonly dateRange?: z.infer<typeof DateRange> | null | undefined
  readonly interval?: (typeof INTERVALS)[number] | null | undefined
  readonly properties?: Properties | null | undefined
  readonly filterTestAccounts?: boolean | null | undefined
}

/**
 * Range, interval and filters of an insight. `path`: the place of the insight in the request. Throws 400
 * `not_supported` if the interval or the type of a filter is not computed yet.
 */
export function parseHead(query: WireHead, path: readonly string[]): InsightHead {
  const interval = query.interval ?? 'day'
  if (interval === 'second' || interval === 'quarter' || interval === 'year')
    throw notSupported([...path, 'interval'].join('__'), `The interval ${interval}`)
  return {
    dateFrom: query.dateRange?.date_from || DEFAULT_DATE_FROM,
    dateTo: query.dateRange?.date_to || null,
    explicitDate: query.dateRange?.explicitDate ?? false,
    interval,
    filter: parseFilter(query.properties ?? [], [...path, 'properties']),
    filterTestAccounts: query.filterTestAccounts ?? false,
    attr: path.join('__'),
  }
}

type WireEntity = Pick<Entity, 'properties' | 'fixedProperties'> &
  (
    | { readonly kind: 'EventsNode'; readonly event?: string | null | undefined }
    | { readonly kind: 'ActionsNode'; readonly id: number }
    | { readonly kind: 'DataWarehouseNode' }
  )

/**
 * An event or action of `series`, with its filters. `path`: its place in the request. Throws 400 `not_supported` if it
 * is a table of a data warehouse.
 */
export function parseEntity(entity: WireEntity, path: readonly string[]): NodeEntity {
  if (entity.kind === 'DataWarehouseNode')
    throw notSupported([...path, 'kind'].join('__'), `A series of ${entity.kind}`)
  const filters = (['properties', 'fixedProperties'] as const).map((key) =>
    parseFilter(entity[key] ?? [], [...path, key]),
  )
  return {
    event: entity.kind === 'EventsNode' ? (entity.event ?? null) : null,
    actionId: entity.kind === 'ActionsNode' ? entity.id : null,
    filter: allFilters(filters),
    attr: path.join('__'),
  }
}

/**
 * An event or action of `series` that is counted, with its filters. `path`: its place in the request. Throws 400
 * `not_supported` if it has a limit or is a table of a data warehouse.
 */
export function parseSeriesEntity(entity: Entity, path: readonly string[]): NodeEntity {
  if (entity.kind === 'EventsNode' && entity.limit != null)
    throw notSupported([...path, 'limit'].join('__'), 'A limit on a series')
  return parseEntity(entity, path)
}

/** Throws 400 `invalid_input` if there is no series. `insight`: the name of the kind; `path`: the place of the insight. */
export function requireSeries(series: readonly unknown[], insight: string, path: readonly string[]): void {
  if (series.length === 0)
    throw invalid([...path, 'series'].join('__'), `${insight} insights require at least one series.`)
}

/** The type of groups that an insight counts; null: persons. Throws 400 `invalid_input` if there is no such type. */
export const parseGroup = (
  { aggregation_group_type_index: index }: { readonly aggregation_group_type_index?: number | null | undefined },
  path: readonly string[],
): GroupOwner | null => (index == null ? null : groupOwner(index, [...path, 'aggregation_group_type_index'].join('__')))

/** Is the range compared with an earlier one, and with which? */
export const parseCompare = (filter: z.infer<typeof CompareFilter> | null | undefined) => ({
  compare: filter?.compare ?? false,
  compareTo: filter?.compare ? (filter.compare_to ?? null) : null,
})
