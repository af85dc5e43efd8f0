import { invalid, notSupported } from '../core/errors.ts'
import { GROUP_OWNERS, type GroupOwner, type PropertyOwner } from '../tree/query.ts'
import type { Entity, MathName } from './entity.ts'
import type { Operator, Properties, PropertyFilter, PropertyGroup } from './property-filter.ts'
import type { DISPLAYS, TrendsQuery } from './trends.ts'

export const COMPUTED_MATHS = [
  'total',
  'dau',
  'unique_group',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'p75',
  'p90',
  'p95',
  'p99',
  'weekly_active',
  'monthly_active',
  'unique_session',
  'first_time_for_user',
  'first_matching_event_for_user',
  'avg_count_per_actor',
  'min_count_per_actor',
  'max_count_per_actor',
  'median_count_per_actor',
  'p75_count_per_actor',
  'p90_count_per_actor',
  'p95_count_per_actor',
  'p99_count_per_actor',
] as const
/** Maths of a property. */
const PROPERTY_MATHS: readonly string[] = ['sum', 'avg', 'min', 'max', 'median', 'p75', 'p90', 'p95', 'p99']
/** Maths that count groups when the series names a group type. */
const GROUP_MATHS: readonly string[] = ['unique_group', 'weekly_active', 'monthly_active']

export type ComputedMath = (typeof COMPUTED_MATHS)[number]

/** A filter that is filled in; those that are not do not filter and are gone. */
export interface NodeTest {
  readonly key: string
  readonly of: PropertyOwner | 'element'
  readonly operator: Operator
  readonly values: readonly (string | number | boolean)[]
  /** Where it stands in the query, for errors. */
  readonly attr: string
}
export interface NodeGroup {
  readonly type: 'AND' | 'OR'
  readonly values: readonly (NodeTest | NodeGroup)[]
}

export interface NodeSeries {
  /** null: any event. */
  readonly event: string | null
  readonly actionId: number | null
  readonly name: string | null
  readonly customName: string | null
  readonly math: ComputedMath
  readonly mathAsSent: string | null
  readonly mathProperty: string | null
  readonly mathPropertyOf: 'event' | 'person'
  /** The type of the groups that are counted in place of persons. */
  readonly mathGroup: GroupOwner | null
  readonly mathGroupTypeIndex: number | null
  readonly multiplier: number
  readonly filter: NodeGroup
}

export interface NodeBreakdown {
  readonly property: string
  readonly of: PropertyOwner
  readonly normalizeUrl: boolean
  /** Numbers in so many ranges of the same width. */
  readonly bins: number | null
}

export interface ComputableTrends {
  readonly kind: 'TrendsQuery'
  readonly series: readonly NodeSeries[]
  readonly dateFrom: string | null
  readonly dateTo: string | null
  readonly explicitDate: boolean
  readonly interval: 'minute' | 'hour' | 'day' | 'week' | 'month'
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
  readonly breakdown: {
    readonly parts: readonly NodeBreakdown[]
    readonly limit: number
    readonly hideOther: boolean
    /** `breakdowns` was sent: values are lists. */
    readonly asList: boolean
  } | null
  readonly compare: boolean
  readonly compareTo: string | null
  readonly display: (typeof DISPLAYS)[number]
  readonly formulas: readonly { readonly formula: string; readonly customName: string | null }[]
  readonly smoothing: number
  /** Echoed in each item's `filter`. */
  readonly echo: Readonly<Record<string, unknown>>
}

const MAX_BINS = 200
const WITHOUT_VALUE: readonly string[] = ['is_set', 'is_not_set']

/** The wire node -> the node that is computed. Throws 400 `not_supported` naming the option that is not built. */
export function computableTrends(query: TrendsQuery, path: readonly string[]): ComputableTrends {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const interval = query.interval ?? 'day'
  if (interval === 'second' || interval === 'quarter' || interval === 'year')
    throw notSupported(attr('interval'), `The interval ${interval}`)
  if (query.dateRange?.date_from === 'all') throw notSupported(attr('dateRange', 'date_from'), 'The date all')
  if (query.samplingFactor != null && query.samplingFactor !== 1) throw notSupported(attr('samplingFactor'), 'Sampling')
  if (query.aggregation_group_type_index != null)
    throw notSupported(attr('aggregation_group_type_index'), 'Aggregating by group')
  if (query.conversionGoal != null) throw notSupported(attr('conversionGoal'), 'A conversion goal')
  const trends = query.trendsFilter ?? {}
  const display = trends.display ?? 'ActionsLineGraph'
  if (display === 'CalendarHeatmap') throw notSupported(attr('trendsFilter', 'display'), 'The display CalendarHeatmap')
  return {
    kind: 'TrendsQuery',
    series: query.series.map((entity, i) => series(entity, [...path, 'series', String(i)])),
    dateFrom: query.dateRange?.date_from || null,
    dateTo: query.dateRange?.date_to || null,
    explicitDate: query.dateRange?.explicitDate ?? false,
    interval,
    filter: group(query.properties ?? [], [...path, 'properties']),
    filterTestAccounts: query.filterTestAccounts ?? false,
    breakdown: breakdown(query.breakdownFilter, display, attr),
    compare: query.compareFilter?.compare ?? false,
    compareTo: query.compareFilter?.compare ? (query.compareFilter.compare_to ?? null) : null,
    display,
    formulas: formulas(trends),
    smoothing: trends.smoothingIntervals ?? 1,
    echo: echo(query),
  }
}

function formulas(trends: NonNullable<TrendsQuery['trendsFilter']>) {
  if (trends.formulaNodes?.length)
    return trends.formulaNodes.map((node) => ({ formula: node.formula, customName: node.custom_name ?? null }))
  const texts = trends.formulas?.length ? trends.formulas : trends.formula ? [trends.formula] : []
  return texts.map((formula) => ({ formula, customName: null }))
}

function breakdown(
  filter: TrendsQuery['breakdownFilter'],
  display: string,
  attr: (...keys: (string | number)[]) => string,
): ComputableTrends['breakdown'] {
  const list = filter?.breakdowns?.length ? filter.breakdowns : null
  if (!filter || (!list && (filter.breakdown == null || filter.breakdown === ''))) return null
  const at = (...keys: (string | number)[]) => attr('breakdownFilter', ...keys)
  if (filter.breakdown_path_cleaning) throw notSupported(at('breakdown_path_cleaning'), 'Path cleaning')
  if (!list && Array.isArray(filter.breakdown)) throw notSupported(at('breakdown'), 'Breaking down by a list')
  const parts = list
    ? list.map((item, index) => breakdownPart(item, (key) => at('breakdowns', index, key)))
    : [breakdownPart(singleBreakdown(filter), (key) => at(SINGLE_KEYS[key] ?? key))]
  return {
    parts,
    limit: filter.breakdown_limit ?? (display === 'WorldMap' ? 250 : 25),
    hideOther: filter.breakdown_hide_other_aggregation ?? false,
    asList: list !== null,
  }
}

type BreakdownItem = NonNullable<NonNullable<TrendsQuery['breakdownFilter']>['breakdowns']>[number]

const SINGLE_KEYS: Readonly<Record<string, string>> = {
  property: 'breakdown',
  type: 'breakdown_type',
  group_type_index: 'breakdown_group_type_index',
  normalize_url: 'breakdown_normalize_url',
  histogram_bin_count: 'breakdown_histogram_bin_count',
}

const singleBreakdown = (filter: NonNullable<TrendsQuery['breakdownFilter']>): BreakdownItem => ({
  property: String(filter.breakdown),
  type: filter.breakdown_type,
  group_type_index: filter.breakdown_group_type_index,
  normalize_url: filter.breakdown_normalize_url,
  histogram_bin_count: filter.breakdown_histogram_bin_count,
})

function breakdownPart(item: BreakdownItem, attr: (key: string) => string): NodeBreakdown {
  const type = item.type ?? 'event'
  if (type !== 'event' && type !== 'person' && type !== 'group')
    throw notSupported(attr('type'), `Breaking down by ${type}`)
  const bins = item.histogram_bin_count ?? null
  if (bins !== null && (bins < 1 || bins > MAX_BINS))
    throw invalid(attr('histogram_bin_count'), `A histogram has 1 to ${MAX_BINS} bins.`)
  return {
    property: String(item.property),
    of: type === 'group' ? groupOwner(item.group_type_index, attr('group_type_index')) : type,
    normalizeUrl: item.normalize_url ?? false,
    bins,
  }
}

function series(entity: Entity, path: readonly string[]): NodeSeries {
  const attr = (key: string) => [...path, key].join('__')
  if (entity.kind === 'DataWarehouseNode') throw notSupported(attr('kind'), `A series of ${entity.kind}`)
  const math: MathName = entity.math ?? 'total'
  if (!isComputed(math)) throw notSupported(attr('math'), `The math ${math}`)
  if (entity.kind === 'EventsNode' && entity.limit != null) throw notSupported(attr('limit'), 'A limit on a series')
  if (entity.math_property_revenue_currency != null)
    throw notSupported(attr('math_property_revenue_currency'), 'Currency conversion')
  const of = propertyOwner(entity.math_property_type, attr('math_property_type'))
  if (entity.math_property === '$session_duration')
    throw notSupported(attr('math_property'), 'The property $session_duration')
  const needsProperty = PROPERTY_MATHS.includes(math)
  const countsGroups = math === 'unique_group' || (GROUP_MATHS.includes(math) && entity.math_group_type_index != null)
  return {
    event: entity.kind === 'EventsNode' ? (entity.event ?? null) : null,
    actionId: entity.kind === 'ActionsNode' ? entity.id : null,
    name: entity.name ?? null,
    customName: entity.custom_name ?? null,
    // PostHog counts events where the property of the math is missing
    math: needsProperty && !entity.math_property ? 'total' : math,
    mathAsSent: entity.math ?? null,
    mathProperty: needsProperty ? (entity.math_property ?? null) : null,
    mathPropertyOf: of,
    mathGroup: countsGroups ? groupOwner(entity.math_group_type_index, attr('math_group_type_index')) : null,
    mathGroupTypeIndex: entity.math_group_type_index ?? null,
    multiplier: needsProperty ? (entity.math_multiplier ?? 1) : 1,
    filter: {
      type: 'AND',
      values: [
        group(entity.properties ?? [], [...path, 'properties']),
        group(entity.fixedProperties ?? [], [...path, 'fixedProperties']),
      ].filter((g) => g.values.length > 0),
    },
  }
}

const isComputed = (math: MathName): math is ComputedMath => (COMPUTED_MATHS as readonly string[]).includes(math)

function propertyOwner(type: string | null | undefined, attr: string): 'event' | 'person' {
  if (type == null || type === 'event_properties' || type === 'event') return 'event'
  if (type === 'person_properties' || type === 'person') return 'person'
  throw notSupported(attr, `A property of type ${type}`)
}

/** Throws 400 for what is no index of a group type; absent = the first. */
function groupOwner(index: number | null | undefined, attr: string): GroupOwner {
  const owner = GROUP_OWNERS[index ?? 0]
  if (!owner) throw invalid(attr, `There are five group types at most, so ${index} is none.`)
  return owner
}

/** A list or group of wire filters -> the tests that are filled in. Throws 400 `not_supported` for types not built. */
export function group(properties: Properties, path: readonly string[]): NodeGroup {
  const isList = Array.isArray(properties)
  const values: readonly (PropertyGroup | PropertyFilter)[] = isList ? properties : properties.values
  const at = isList ? path : [...path, 'values']
  return {
    type: isList ? 'AND' : properties.type,
    values: values.flatMap((item, i): (NodeTest | NodeGroup)[] => {
      const itemPath = [...at, String(i)]
      if ('values' in item) {
        const inner = group(item, itemPath)
        return inner.values.length > 0 ? [inner] : []
      }
      return test(item, itemPath)
    }),
  }
}

function test(filter: PropertyFilter, path: readonly string[]): NodeTest[] {
  const attr = (key: string) => [...path, key].join('__')
  const type = filter.type ?? 'event'
  if (filter.key == null || filter.key === '') return []
  if (type !== 'event' && type !== 'person' && type !== 'feature' && type !== 'group' && type !== 'element')
    throw notSupported(attr('type'), `A filter of type ${type}`)
  const operator = filter.operator ?? 'exact'
  const values = (Array.isArray(filter.value) ? filter.value : [filter.value]).filter((v) => v != null)
  if (values.length === 0 && !WITHOUT_VALUE.includes(operator)) return []
  return [
    {
      key: String(filter.key),
      of:
        type === 'group'
          ? groupOwner(filter.group_type_index, attr('group_type_index'))
          : type === 'person' || type === 'element'
            ? type
            : 'event',
      operator,
      values: WITHOUT_VALUE.includes(operator) ? [] : values,
      attr: attr('value'),
    },
  ]
}

function echo(query: TrendsQuery): Record<string, unknown> {
  const present = (o: object | null | undefined) =>
    Object.fromEntries(Object.entries(o ?? {}).filter(([, v]) => v !== null && v !== undefined))
  return {
    insight: 'TRENDS',
    properties: query.properties ?? [],
    filter_test_accounts: query.filterTestAccounts ?? false,
    entity_type: 'events',
    interval: query.interval ?? 'day',
    ...present(query.trendsFilter),
    ...present(query.breakdownFilter),
  }
}
