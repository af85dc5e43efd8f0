import { invalid, notSupported } from '../../core/errors.ts'
import { type NodeBreakdowns, parseBreakdowns } from '../breakdown.ts'
import { parseFilter } from '../filter.ts'
import { type NodeEntity, parseGroup, parseHead } from '../insight.ts'
import type { RetentionNode } from './node.ts'
import type { RetentionEntity, RetentionQuery } from './wire.ts'

const STARTS = {
  retention_recurring: 'recurring',
  retention_first_time: 'first_time',
  retention_first_ever_occurrence: 'first_ever',
} as const
const INTERVALS = { Hour: 'hour', Day: 'day', Week: 'week', Month: 'month' } as const

/**
 * The RetentionQuery that a client sent -> our node. `path`: its place in the request. Throws 400 `invalid_input` if
 * two options exclude each other, `not_supported` naming an option that is not computed yet.
 */
export function parseRetention(query: RetentionQuery, path: readonly string[]): RetentionNode {
  const attr = (...keys: (string | number)[]) => [...path, ...keys].join('__')
  const filter = query.retentionFilter
  const entity = (key: 'targetEntity' | 'returningEntity') =>
    parseRetentionEntity(filter[key], [...path, 'retentionFilter', key])
  const [target, returning] = [entity('targetEntity'), entity('returningEntity')]
  const node: RetentionNode = {
    kind: 'RetentionQuery',
    ...parseHead({ ...query, interval: INTERVALS[filter.period ?? 'Day'] }, path),
    dateFrom: query.dateRange?.date_from || null,
    totalIntervals: totalIntervals(filter.totalIntervals),
    target,
    returning,
    isOfTwo: target.event !== returning.event || target.actionId !== returning.actionId,
    starts: STARTS[filter.retentionType ?? 'retention_recurring'],
    cumulative: filter.cumulative ?? false,
    minimumOccurrences: filter.minimumOccurrences || 1,
    rolling: filter.timeWindowMode === '24_hour_windows',
    brackets: filter.retentionCustomBrackets?.length ? filter.retentionCustomBrackets : null,
    aggregate: parseAggregate(filter, attr('retentionFilter', 'aggregationPropertyType')),
    group: parseGroup(query, path),
    breakdown: parseRetentionBreakdown(query.breakdownFilter, attr),
  }
  if (node.rolling && node.cumulative)
    throw invalid(
      attr('retentionFilter', 'cumulative'),
      'Cumulative retention is not supported for 24 hour windows.',
      'retention_cumulative_24_hour_windows_unsupported',
    )
  if (node.aggregate && (node.rolling || node.cumulative))
    throw invalid(
      attr('retentionFilter', 'aggregationType'),
      `Sum and average aggregation are not supported for ${node.rolling ? '24 hour windows' : 'cumulative retention'}.`,
    )
  return node
}

/** PostHog's default is 8; it takes 0 and null as 7. */
const totalIntervals = (sent: number | null | undefined): number => (sent === undefined ? 8 : sent || 7)

const PAGEVIEW: RetentionEntity = { id: '$pageview', type: 'events' }

function parseRetentionEntity(sent: RetentionEntity | null | undefined, path: readonly string[]): NodeEntity {
  const { id = null, type, properties } = sent ?? PAGEVIEW
  const attr = (key: string) => [...path, key].join('__')
  if (type === 'data_warehouse') throw notSupported(attr('type'), 'Retention of data_warehouse')
  const isAction = type === 'actions'
  const actionId = isAction && /^\d{1,9}$/.test(String(id)) ? Number(id) : null
  if (isAction && actionId === null) throw invalid(attr('id'), 'The id of an action is a number.')
  if (!isAction && typeof id === 'number') throw invalid(attr('id'), 'The id of an event is its name.')
  return {
    event: isAction || id === null ? null : String(id),
    actionId,
    filter: parseFilter(properties ?? [], [...path, 'properties']),
    attr: path.join('__'),
  }
}

/** As in PostHog, a sum without a property counts. Throws 400 `not_supported`. */
function parseAggregate(
  {
    aggregationType: fn,
    aggregationProperty: property,
    aggregationPropertyType: of,
  }: RetentionQuery['retentionFilter'],
  attr: string,
): RetentionNode['aggregate'] {
  if (!fn || fn === 'count' || !property) return null
  if (of === 'data_warehouse') throw notSupported(attr, 'A property of data_warehouse')
  return { fn, of: of ?? 'event', property }
}

/**
 * The first breakdown alone, as in PostHog; cohorts may stand in `breakdowns` too. Throws 400 `invalid_input` if it is
 * invalid, `not_supported` if it is not computed yet.
 */
function parseRetentionBreakdown(
  filter: RetentionQuery['breakdownFilter'],
  attr: (...keys: (string | number)[]) => string,
): NodeBreakdowns | null {
  const listed = filter?.breakdowns ?? []
  const cohorts = listed.filter(({ type }) => type === 'cohort').map(({ property }) => property)
  const breakdown =
    cohorts.length > 0
      ? parseBreakdowns({ breakdown_type: 'cohort', breakdown: cohorts }, '', attr)
      : parseBreakdowns(filter && { ...filter, breakdowns: listed.slice(0, 1) }, '', attr)
  if (!breakdown) return null
  const binned = breakdown.parts.find(({ bins }) => bins !== null)
  if (binned) throw notSupported(binned.attr, 'A histogram of retention')
  return { ...breakdown, limit: filter?.breakdown_limit ?? 25, asList: false }
}
