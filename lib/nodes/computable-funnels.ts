import { invalid, notSupported } from '../core/errors.ts'
import { GROUP_OWNERS, type GroupOwner } from '../tree/types.ts'
import { breakdownPart, cohortIds, type NodeBreakdown } from './computable-breakdown.ts'
import { allOf, group, type NodeGroup } from './computable-filter.ts'
import { DEFAULT_DATE_FROM } from './computable-trends.ts'
import type { Entity } from './entity.ts'
import { checkFunnel } from './funnel-rules.ts'
import type { Exclusion, FunnelEntity, FunnelsQuery } from './funnels.ts'

/** What an event must be: its name or its action, and its properties. */
export interface NodeEntity {
  /** null: any event. */
  readonly event: string | null
  readonly actionId: number | null
  readonly filter: NodeGroup
  /** Where it stands in the query, for errors. */
  readonly attr: string
}
export interface NodeStep extends NodeEntity {
  readonly name: string | null
  readonly customName: string | null
  /** Only a person's first event: of all that have the name, or of those that match. */
  readonly first: 'named' | 'matching' | null
  readonly isOptional: boolean
}
/** Between reaching `from` and reaching `to`, steps counted from 0. */
export interface NodeExclusion extends NodeEntity {
  readonly from: number
  readonly to: number
}
export type Attribution = 'first_touch' | 'last_touch' | 'all_events' | 'step'

export interface FunnelBreakdown {
  readonly parts: readonly NodeBreakdown[]
  readonly cohorts: readonly (number | 'all')[] | null
  /** null: all values. */
  readonly limit: number | null
  readonly attribution: Attribution
  /** The step, counted from 0, whose event has the value. */
  readonly step: number
  /** Values are texts, not lists of them. */
  readonly isPlain: boolean
}

export interface ComputableFunnels {
  readonly kind: 'FunnelsQuery'
  readonly series: readonly NodeStep[]
  readonly exclusions: readonly NodeExclusion[]
  readonly view: 'steps' | 'trends' | 'time_to_convert'
  readonly order: 'ordered' | 'strict' | 'unordered'
  readonly windowSeconds: number
  readonly fromStep: number
  readonly toStep: number
  readonly binCount: number | null
  /** Who goes through the funnel; null: persons. */
  readonly group: GroupOwner | null
  readonly aggregateBy: { readonly text: string; readonly attr: string } | null
  readonly breakdown: FunnelBreakdown | null
  readonly dateFrom: string
  readonly dateTo: string | null
  readonly explicitDate: boolean
  readonly interval: 'minute' | 'hour' | 'day' | 'week' | 'month'
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
}

const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800, month: 2_678_400 }
const DEFAULT_WINDOW = 14
/** 3,000 years: a longer window is the same one. */
const MAX_WINDOW_SECONDS = 94_608_000_000

/** The wire node -> the node that is computed. Throws the 400s of docs/funnels.md 11. */
export function computableFunnels(query: FunnelsQuery, path: readonly string[]): ComputableFunnels {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const interval = query.interval ?? 'day'
  if (interval === 'second' || interval === 'quarter' || interval === 'year')
    throw notSupported(attr('interval'), `The interval ${interval}`)
  const filter = query.funnelsFilter ?? {}
  const steps = query.series.map((entity, index) => step(entity, [...path, 'series', String(index)]))
  const view = filter.funnelVizType ?? 'steps'
  const order = filter.funnelOrderType ?? 'ordered'
  const exclusions = (filter.exclusions ?? []).map((item, index) =>
    exclusion(item, [...path, 'funnelsFilter', 'exclusions', String(index)]),
  )
  const fromStep = filter.funnelFromStep ?? 0
  const toStep = filter.funnelToStep ?? steps.length - 1
  const breakdown = funnelBreakdown(query, attr)
  checkFunnel({ steps, exclusions, view, order, fromStep, toStep, breakdown })
  const unit = SECONDS[filter.funnelWindowIntervalUnit ?? 'day']
  const aggregateBy = filter.funnelAggregateByHogQL?.trim()
  return {
    kind: 'FunnelsQuery',
    series: steps,
    exclusions,
    view,
    order,
    windowSeconds: Math.min(
      ((filter.funnelWindowInterval ?? 0) > 0 ? Number(filter.funnelWindowInterval) : DEFAULT_WINDOW) * unit,
      MAX_WINDOW_SECONDS,
    ),
    fromStep,
    toStep,
    binCount: typeof filter.binCount === 'number' ? Math.min(Math.max(Math.floor(filter.binCount), 1), 90) : null,
    group:
      query.aggregation_group_type_index == null ? null : (GROUP_OWNERS[query.aggregation_group_type_index] ?? null),
    aggregateBy:
      aggregateBy && aggregateBy !== 'person_id'
        ? { text: aggregateBy, attr: attr('funnelsFilter', 'funnelAggregateByHogQL') }
        : null,
    breakdown,
    dateFrom: query.dateRange?.date_from || DEFAULT_DATE_FROM,
    dateTo: query.dateRange?.date_to || null,
    explicitDate: query.dateRange?.explicitDate ?? false,
    interval,
    filter: group(query.properties ?? [], [...path, 'properties']),
    filterTestAccounts: query.filterTestAccounts ?? false,
  }
}

/** What events an entity means. Throws 400 for a table of a warehouse. */
export function nodeEntity(entity: FunnelEntity | Exclusion | Entity, path: readonly string[]): NodeEntity {
  if (entity.kind === 'DataWarehouseNode') throw notSupported([...path, 'kind'].join('__'), 'A step of a warehouse')
  const groups = (['properties', 'fixedProperties'] as const).map((key) => group(entity[key] ?? [], [...path, key]))
  return {
    event: entity.kind === 'EventsNode' ? entity.event || null : null,
    actionId: entity.kind === 'ActionsNode' ? entity.id : null,
    filter: allOf(groups),
    attr: path.join('__'),
  }
}

const FIRST: ReadonlyMap<string, NodeStep['first']> = new Map([
  ['first_time_for_user', 'named'],
  ['first_time_for_user_with_filters', 'matching'],
  ['first_matching_event_for_user', 'matching'],
])

const step = (entity: FunnelEntity, path: readonly string[]): NodeStep => ({
  ...nodeEntity(entity, path),
  name: entity.name ?? null,
  customName: entity.custom_name ?? null,
  first: FIRST.get(entity.math ?? '') ?? null,
  isOptional: entity.optionalInFunnel === true,
})

const exclusion = (entity: Exclusion, path: readonly string[]): NodeExclusion => ({
  ...nodeEntity(entity, path),
  from: entity.funnelFromStep,
  to: entity.funnelToStep,
})

function funnelBreakdown(query: FunnelsQuery, attr: (...keys: (string | number)[]) => string): FunnelBreakdown | null {
  const filter = query.breakdownFilter
  const several = filter?.breakdowns?.length ? filter.breakdowns : null
  if (!filter || (!several && (filter.breakdown == null || filter.breakdown === ''))) return null
  const { breakdownAttributionType, breakdownAttributionValue } = query.funnelsFilter ?? {}
  const at = (...keys: (string | number)[]) => attr('breakdownFilter', ...keys)
  const type = several?.[0]?.type ?? filter.breakdown_type ?? 'event'
  const shared = {
    attribution: breakdownAttributionType ?? 'first_touch',
    step: breakdownAttributionValue ?? 0,
    isPlain: type === 'group',
  } as const
  if (type === 'cohort' && !several)
    return { ...shared, parts: [], cohorts: cohortIds(filter.breakdown, at('breakdown')), limit: null }
  const items = several ?? asList(filter.breakdown).map((property) => ({ property, type }))
  if (items.length > 3) throw invalid(at('breakdown'), 'A funnel is broken down by three properties at most.')
  const parts = items.map((item) =>
    breakdownPart(
      {
        group_type_index: filter.breakdown_group_type_index,
        normalize_url: filter.breakdown_normalize_url,
        ...item,
        histogram_bin_count: null,
      },
      (key) => at(key === 'property' ? 'breakdown' : key),
    ),
  )
  return { ...shared, parts, cohorts: null, limit: type === 'hogql' ? null : (filter.breakdown_limit ?? 25) }
}

const asList = (value: unknown) => (Array.isArray(value) ? value : [value]) as (string | number)[]
