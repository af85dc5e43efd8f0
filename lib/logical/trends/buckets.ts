/** Counts one value for each bucket: events, actors or an aggregate of a property. */
import type { TrendsPeriod, TrendsPlan, TrendsSeries } from '../../plan/trends.ts'
import { call, column, property, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { SqlFunction } from '../../tree/functions.ts'
import type { Buckets, Select } from '../../tree/relation.ts'
import { countOfRows, EVENTS, perActor } from '../events.ts'
import { breakdownKey, conditions } from './events.ts'

const bucketFrom: Expr = { kind: 'bucketFrom' }
const bucketTo: Expr = { kind: 'bucketTo' }

/**
 * Source `counted` with the columns `bucket`, `key` (with a breakdown), `value`. `actor`: counted once; null: counts
 * events.
 */
export function perBucket(plan: TrendsPlan, series: TrendsSeries, actor: Expr | null, period: TrendsPeriod): Buckets {
  const where = conditions(series, bucketFrom, bucketTo)
  const key = breakdownKey(plan, series, period)
  const keyColumn = key ? [{ expr: key, as: 'key' }] : []
  const aggregateOfActors =
    series.property?.of === 'session' ? (AGGREGATES[series.math] ?? QUANTILES[series.math]) : PER_ACTOR[series.math]
  // a session counts once in each bucket, with its whole duration
  const ofActor: Expr =
    series.property?.of === 'session' ? property(series.property.of, series.property.key, 'float') : countOfRows
  const each: Select = actor
    ? {
        kind: 'select',
        columns: [
          ...(key ? [{ expr: column('per_actor', 'key'), as: 'key' }] : []),
          { expr: aggregateOfActors ? ofActors(aggregateOfActors) : countOfRows, as: 'value' },
        ],
        from: {
          kind: 'query',
          alias: 'per_actor',
          query: perActor(actor, where, {
            key,
            values: aggregateOfActors ? [{ expr: ofActor, as: 'count' }] : [],
            groupBy: ofActor === countOfRows ? [] : [ofActor],
          }),
        },
        ...(key ? { groupBy: [column('per_actor', 'key')] } : {}),
      }
    : {
        kind: 'select',
        columns: [...keyColumn, { expr: aggregate(series), as: 'value' }],
        from: EVENTS,
        where,
        ...(key ? { groupBy: [key] } : {}),
      }
  return bucketsOf(plan, series, period, 'counted', each)
}

/** The query `each` for every bucket of the period. For rolling actives it reads the window of the bucket. */
export const bucketsOf = (
  { interval, weekStartDay, timezone }: TrendsPlan,
  { activeDays }: TrendsSeries,
  period: TrendsPeriod,
  alias: string,
  each: Select,
): Buckets => ({
  kind: 'buckets',
  alias,
  bounds: (activeDays && period.active[activeDays]?.bounds) || period.bounds,
  overlapping: activeDays !== null,
  interval,
  weekStartDay,
  timezone,
  each,
})

const QUANTILES: Partial<Record<TrendsSeries['math'], number>> = {
  median: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
}
const AGGREGATES: Partial<Record<TrendsSeries['math'], SqlFunction>> = {
  sum: 'numberSum',
  avg: 'numberAvg',
  min: 'min',
  max: 'max',
}

/** Maths that aggregate the number of events of each actor: a function, or the fraction of a quantile. */
export const PER_ACTOR: Partial<Record<TrendsSeries['math'], SqlFunction | number>> = {
  avg_count_per_actor: 'avg',
  min_count_per_actor: 'min',
  max_count_per_actor: 'max',
  median_count_per_actor: 0.5,
  p75_count_per_actor: 0.75,
  p90_count_per_actor: 0.9,
  p95_count_per_actor: 0.95,
  p99_count_per_actor: 0.99,
}

/** An aggregate over the number of events of each actor. */
function ofActors(how: SqlFunction | number): Expr {
  const count = column('per_actor', 'count')
  const result = typeof how === 'number' ? call('quantile', value(how, 'float'), count) : call(how, count)
  return call('coalesce', result, value(0, 'float'))
}

function aggregate(series: TrendsSeries): Expr {
  if (series.aggregate) return call('coalesce', series.aggregate, value(0, 'float'))
  if (series.property === null) return countOfRows
  const number = property(series.property.of, series.property.key, 'float')
  const quantile = QUANTILES[series.math]
  const fn = AGGREGATES[series.math]
  const result =
    quantile !== undefined ? call('quantile', value(quantile, 'float'), number) : call(fn ?? 'numberSum', number)
  return call('coalesce', result, value(0, 'float'))
}
