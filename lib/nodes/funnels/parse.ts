import { invalid } from '../../core/errors.ts'
import { parseBreakdownPart, parseCohortIds } from '../breakdown.ts'
import type { Entity } from '../entity.ts'
import { type NodeEntity, parseEntity, parseGroup, parseHead } from '../insight.ts'
import type { FunnelBreakdown, FunnelsNode, NodeExclusion, NodeStep } from './node.ts'
import { checkFunnel } from './rules.ts'
import type { Exclusion, FunnelEntity, FunnelsQuery } from './wire.ts'

const SECONDS = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800, month: 2_678_400 }
const DEFAULT_WINDOW = 14
/** 3,000 years. A longer window counts as this one. */
const MAX_WINDOW_SECONDS = 94_608_000_000

/**
 * The FunnelsQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `not_supported` if an
 * option is not computed yet, `invalid_input` if a rule of docs/funnels.md 11 is broken.
 */
export function parseFunnels(query: FunnelsQuery, path: readonly string[]): FunnelsNode {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const head = parseHead(query, path)
  const filter = query.funnelsFilter ?? {}
  const steps = query.series.map((entity, index) => parseStep(entity, [...path, 'series', String(index)]))
  const view = filter.funnelVizType ?? 'steps'
  const order = filter.funnelOrderType ?? 'ordered'
  const exclusions = (filter.exclusions ?? []).map((item, index) =>
    parseExclusion(item, [...path, 'funnelsFilter', 'exclusions', String(index)]),
  )
  const fromStep = filter.funnelFromStep ?? 0
  const toStep = filter.funnelToStep ?? steps.length - 1
  const breakdown = funnelBreakdown(query, attr)
  checkFunnel({ steps, exclusions, view, order, fromStep, toStep, breakdown })
  const unit = SECONDS[filter.funnelWindowIntervalUnit ?? 'day']
  const aggregateBy = filter.funnelAggregateByHogQL?.trim()
  return {
    kind: 'FunnelsQuery',
    ...head,
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
    group: parseGroup(query, path),
    aggregateBy:
      aggregateBy && aggregateBy !== 'person_id'
        ? { text: aggregateBy, attr: attr('funnelsFilter', 'funnelAggregateByHogQL') }
        : null,
    breakdown,
  }
}

const FIRST: ReadonlyMap<string, NodeStep['first']> = new Map([
  ['first_time_for_user', 'named'],
  ['first_time_for_user_with_filters', 'matching'],
  ['first_matching_event_for_user', 'matching'],
])

/** As `parseEntity`, but in funnels an event with an empty name means any event. */
export function parseStepEntity(entity: FunnelEntity | Exclusion | Entity, path: readonly string[]): NodeEntity {
  const parsed = parseEntity(entity, path)
  return { ...parsed, event: parsed.event || null }
}

const parseStep = (entity: FunnelEntity, path: readonly string[]): NodeStep => ({
  ...parseStepEntity(entity, path),
  name: entity.name ?? null,
  customName: entity.custom_name ?? null,
  first: FIRST.get(entity.math ?? '') ?? null,
  isOptional: entity.optionalInFunnel === true,
})

const parseExclusion = (entity: Exclusion, path: readonly string[]): NodeExclusion => ({
  ...parseStepEntity(entity, path),
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
    return { ...shared, parts: [], cohorts: parseCohortIds(filter.breakdown, at('breakdown')), limit: null }
  const items = several ?? asList(filter.breakdown).map((property) => ({ property, type }))
  if (items.length > 3) throw invalid(at('breakdown'), 'A funnel is broken down by three properties at most.')
  const parts = items.map((item) =>
    parseBreakdownPart(
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
