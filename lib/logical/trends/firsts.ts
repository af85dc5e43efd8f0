/** Maths that count an actor once in the range, in the bucket of its first event. */
import type { TrendsPeriod, TrendsPlan, TrendsSeries } from '../../plan/trends.ts'
import { and, call, column, compare } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { QuerySource, Select } from '../../tree/relation.ts'
import { countOfRows, EVENTS, eventPerson, firstEvents, perActor, rangeOf, timestamp } from '../events.ts'
import { breakdownKey, conditions } from './events.ts'

/**
 * For running sums. Source `counted` (`bucket`, `key`, `value`): actors in the bucket of their first event in the
 * range.
 */
export function firstAppearances(
  plan: TrendsPlan,
  series: TrendsSeries,
  actor: Expr,
  period: TrendsPeriod,
): QuerySource {
  const key = breakdownKey(plan, series, period)
  const starts = period.bounds.map((b) => b.from)
  const { from, to } = rangeOf(period)
  const bucket = call('bucketIndex', column('firsts', 'first'), { kind: 'list', values: starts, type: 'instant' })
  const keyColumn = key ? [{ expr: column('firsts', 'key'), as: 'key' }] : []
  return {
    kind: 'query',
    alias: 'counted',
    query: {
      kind: 'select',
      columns: [{ expr: bucket, as: 'bucket' }, ...keyColumn, { expr: countOfRows, as: 'value' }],
      from: {
        kind: 'query',
        alias: 'firsts',
        query: perActor(actor, conditions(series, from, to), {
          key,
          values: [{ expr: call('min', timestamp), as: 'first' }],
        }),
      },
      groupBy: [bucket, ...(key ? [column('firsts', 'key')] : [])],
    },
  }
}

/**
 * For first times. Source `counted` (`bucket`, `key`, `value`): persons in the bucket of their first event ever, if it
 * lies in the range and matches the filters. For `first_time_for_user` the first event is chosen without the filters.
 */
export function countedFirsts(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): QuerySource {
  const key = plan.breakdown !== null
  const starts = period.bounds.map((b) => b.from)
  const bucket = call('bucketIndex', column('first_events', 'first'), { kind: 'list', values: starts, type: 'instant' })
  return {
    kind: 'query',
    alias: 'counted',
    query: {
      kind: 'select',
      columns: [
        { expr: bucket, as: 'bucket' },
        ...(key ? [{ expr: column('first_events', 'key'), as: 'key' }] : []),
        { expr: countOfRows, as: 'value' },
      ],
      from: { kind: 'query', alias: 'first_events', query: firstEventsInRange(plan, series, period) },
      groupBy: [bucket, ...(key ? [column('first_events', 'key')] : [])],
    },
  }
}

const NO_FILTER: TrendsSeries['filter'] = { kind: 'and', args: [] }

/**
 * Columns `actor`, `first` (instant) and, with a breakdown, `key`: persons whose first event ever lies in the range.
 */
export function firstEventsInRange(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): Select {
  const key = breakdownKey(plan, series, period)
  const { from, to } = rangeOf(period)
  const filter = series.math === 'first_matching_event_for_user' ? series.filter : NO_FILTER
  const firsts = firstEvents({ ...series, filter }, to, eventPerson)
  const first = column('firsts', 'first')
  return {
    kind: 'select',
    columns: [
      ...(key ? [{ expr: call('min', key), as: 'key' }] : []),
      { expr: column('firsts', 'actor'), as: 'actor' },
      { expr: first, as: 'first' },
    ],
    from: EVENTS,
    joins: [
      {
        source: { kind: 'query', alias: 'firsts', query: firsts },
        on: and(compare(column('firsts', 'actor'), '=', eventPerson), compare(first, '=', timestamp)),
      },
    ],
    where: conditions(series, from, to),
    groupBy: [column('firsts', 'actor'), first],
  }
}
