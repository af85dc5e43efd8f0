/**
 * Breakdowns by properties of persons. Events are counted for each person first, so that the properties of a person are
 * read once for each bucket and not once for each event.
 */
import type { TrendsPeriod, TrendsPlan, TrendsSeries } from '../../plan/trends.ts'
import { call, column, compare } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { QuerySource } from '../../tree/relation.ts'
import { renameTable } from '../../tree/walk.ts'
import { countOfRows, eventPerson, perActor } from '../events.ts'
import { bucketsOf } from './buckets.ts'
import { breakdownKey, conditions } from './events.ts'

const COUNTED: readonly string[] = ['total', 'dau', 'weekly_active', 'monthly_active']

/** Can the breakdown be applied after the events are counted for each person? */
export const isOfPersons = ({ breakdown }: TrendsPlan, { math, group, property }: TrendsSeries): boolean =>
  !!breakdown &&
  !breakdown.cohorts &&
  breakdown.parts.every((part) => part.property?.of === 'person' && part.bins === null) &&
  COUNTED.includes(math) &&
  !group &&
  !property

/** Source `counted` with the columns `bucket`, `key`, `value`. */
export function countedByPersons(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): QuerySource {
  const bucket = column('per_actor', 'bucket')
  const key = renameTable(breakdownKey(plan, series, period) as Expr, 'events', 'persons')
  const events = conditions(series, { kind: 'bucketFrom' }, { kind: 'bucketTo' })
  const counts = perActor(eventPerson, events, { values: [{ expr: countOfRows, as: 'events' }] })
  const activity = bucketsOf(plan, series, period, 'per_actor', counts)
  return {
    kind: 'query',
    alias: 'counted',
    query: {
      kind: 'select',
      columns: [
        { expr: bucket, as: 'bucket' },
        { expr: key, as: 'key' },
        { expr: series.math === 'total' ? call('sum', column('per_actor', 'events')) : countOfRows, as: 'value' },
      ],
      from: activity,
      joins: [
        {
          source: { kind: 'table', name: 'persons', alias: 'persons' },
          on: compare(column('persons', 'id'), '=', column('per_actor', 'actor')),
          left: true,
        },
      ],
      groupBy: [bucket, key],
    },
  }
}
