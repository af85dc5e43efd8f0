import { invalid, notSupported } from '../core/errors.ts'
import type { PropertyOwner } from '../tree/types.ts'
import { cohortId, columnProperty, groupOwner, isMetadata } from './filter.ts'
import type { TrendsQuery } from './trends/wire.ts'

const MAX_BINS = 200
const MAX_COHORTS = 25

export interface NodeBreakdown {
  readonly property: string
  /** `hogql`: the property is an expression. */
  readonly of: PropertyOwner | 'hogql' | 'event_metadata'
  /** The place in the request, for errors. */
  readonly attr: string
  readonly normalizeUrl: boolean
  /** The number of bins of a histogram; null for no histogram. */
  readonly bins: number | null
}

export interface NodeBreakdowns {
  readonly parts: readonly NodeBreakdown[]
  /** The cohorts of a breakdown by cohort, which has no parts. */
  readonly cohorts: readonly (number | 'all')[] | null
  readonly limit: number
  readonly hideOther: boolean
  /** The client sent `breakdowns`: the values of the answer are lists. */
  readonly asList: boolean
}

/**
 * `breakdownFilter` of a trend -> the breakdown of its node; null if the query has none. `attr` makes the name of a key
 * in the request. Throws 400 `invalid_input` if the breakdown is invalid, `not_supported` if it is not computed yet.
 */
export function parseBreakdowns(
  filter: TrendsQuery['breakdownFilter'],
  display: string,
  attr: (...keys: (string | number)[]) => string,
): NodeBreakdowns | null {
  const list = filter?.breakdowns?.length ? filter.breakdowns : null
  if (!filter || (!list && (filter.breakdown == null || filter.breakdown === ''))) return null
  const at = (...keys: (string | number)[]) => attr('breakdownFilter', ...keys)
  if (filter.breakdown_path_cleaning) throw notSupported(at('breakdown_path_cleaning'), 'Path cleaning')
  if (!list && filter.breakdown_type === 'cohort') {
    const cohorts = parseCohortIds(filter.breakdown, at('breakdown'))
    return { parts: [], cohorts, limit: cohorts.length, hideOther: false, asList: false }
  }
  if (!list && Array.isArray(filter.breakdown)) throw notSupported(at('breakdown'), 'Breaking down by a list')
  const parts = list
    ? list.map((item, index) => parseBreakdownPart(item, (key) => at('breakdowns', index, key)))
    : [parseBreakdownPart(singleBreakdown(filter), (key) => at(SINGLE_KEYS[key] ?? key))]
  return {
    parts,
    cohorts: null,
    limit: filter.breakdown_limit ?? (display === 'WorldMap' ? 250 : 25),
    hideOther: filter.breakdown_hide_other_aggregation ?? false,
    asList: list !== null,
  }
}

/**
 * The cohorts of a breakdown, without duplicates; 0 is `all`. Throws 400 `invalid_input` if one is neither an id nor
 * `all`.
 */
export function parseCohortIds(breakdown: unknown, attr: string): (number | 'all')[] {
  const list = (Array.isArray(breakdown) ? breakdown : [breakdown]) as (string | number)[]
  if (list.length === 0) throw invalid(attr, 'A breakdown by cohort names one at least.')
  if (list.length > MAX_COHORTS) throw invalid(attr, `A breakdown names ${MAX_COHORTS} cohorts at most.`)
  return [...new Set(list.map((id) => (id === 'all' ? id : cohortId(id, attr) || 'all')))]
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

/**
 * One item of `breakdowns` -> one part of the breakdown of a node. Throws 400 `invalid_input` if the item is invalid,
 * `not_supported` if it is not computed yet.
 */
export function parseBreakdownPart(item: BreakdownItem, attr: (key: string) => string): NodeBreakdown {
  const of = breakdownOwner(item, attr)
  const bins = item.histogram_bin_count ?? null
  if (bins !== null && (bins < 1 || bins > MAX_BINS))
    throw invalid(attr('histogram_bin_count'), `A histogram has 1 to ${MAX_BINS} bins.`)
  return {
    property: (item.type === 'event_metadata' && columnProperty(String(item.property))) || String(item.property),
    attr: attr('property'),
    of,
    normalizeUrl: item.normalize_url ?? false,
    bins,
  }
}

function breakdownOwner(item: BreakdownItem, attr: (key: string) => string): NodeBreakdown['of'] {
  const type = item.type ?? 'event'
  switch (type) {
    case 'event':
    case 'person':
    case 'session':
    case 'hogql':
      return type
    case 'group':
      return groupOwner(item.group_type_index, attr('group_type_index'))
    case 'event_metadata':
      if (columnProperty(String(item.property))) return 'event'
      if (isMetadata(String(item.property))) return type
      throw notSupported(attr('property'), `Breaking down by event_metadata ${item.property}`)
    default:
      throw notSupported(attr('type'), `Breaking down by ${type}`)
  }
}
