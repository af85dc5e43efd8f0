import type { TrendsPeriod, TrendsPlan, TrendsSeries } from '../plan/trends.ts'
import {
  and,
  type Buckets,
  call,
  column,
  compare,
  type Expr,
  isNull,
  not,
  type PropertyRead,
  type QuerySource,
  type Select,
  type Source,
  type SqlFunction,
  value,
} from '../tree/query.ts'
import { buildFilter } from './filters.ts'

/** What stands for a missing, null or empty value, and for the values beyond the limit (contract/trends.md 5). */
export const BREAKDOWN_NONE = '$$_posthog_breakdown_null_$$'
export const BREAKDOWN_OTHER = '$$_posthog_breakdown_other_$$'

const EVENTS: Source = { kind: 'table', name: 'events', alias: 'events' }
const timestamp = column('events', 'timestamp')
/** Who is counted once, for the maths that count somebody. */
function actorOf(series: TrendsSeries): Expr | null {
  if (series.group) return column('events', `$${series.group}`)
  return series.math === 'dau' ? column('events', 'person_id') : null
}

const bucketFrom: Expr = { kind: 'bucketFrom' }
const bucketTo: Expr = { kind: 'bucketTo' }

/**
 * One series of one period. Columns: `bucket` (index from 0), `value`, and with a breakdown `breakdown` (text).
 * Buckets and values without events are absent.
 */
export function buildTrends(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): Select {
  const actor = actorOf(series)
  const counted =
    plan.shape === 'cumulative' && actor
      ? firstAppearances(plan, series, actor, period)
      : perBucket(plan, series, actor, period)
  return plan.breakdown ? ranked(plan, counted) : plain(counted)
}

const plain = (counted: Source): Select => ({
  kind: 'select',
  columns: [
    { expr: column('counted', 'bucket'), as: 'bucket' },
    { expr: column('counted', 'value'), as: 'value' },
  ],
  from: counted,
})

const breakdownRead = (plan: TrendsPlan): PropertyRead | null =>
  plan.breakdown && { kind: 'property', of: plan.breakdown.property.of, key: plan.breakdown.property.key, type: 'text' }

function conditions(series: TrendsSeries, from: Expr, to: Expr): Expr {
  const event = series.event === null ? [] : [compare(column('events', 'event'), '=', value(series.event, 'text'))]
  // an event without a group counts for none
  const inGroup = series.group ? [not(isNull(column('events', `$${series.group}`)))] : []
  return and(
    ...event,
    compare(timestamp, '>=', from),
    compare(timestamp, '<', to),
    ...inGroup,
    buildFilter(series.filter),
  )
}

/** source `counted`: bucket, key (with a breakdown), value. */
function perBucket(plan: TrendsPlan, series: TrendsSeries, actor: Expr | null, period: TrendsPeriod): Buckets {
  const where = conditions(series, bucketFrom, bucketTo)
  const read = breakdownRead(plan)
  const key: Expr | null = read && { kind: 'breakdownKey', property: read }
  const keyColumn = key ? [{ expr: key, as: 'key' }] : []
  const each: Select = actor
    ? {
        kind: 'select',
        columns: [
          ...(key ? [{ expr: column('seen', 'key'), as: 'key' }] : []),
          { expr: call('toFloat', call('countAll')), as: 'value' },
        ],
        from: {
          kind: 'query',
          alias: 'seen',
          query: {
            kind: 'select',
            columns: [...keyColumn, { expr: actor, as: 'actor' }],
            from: EVENTS,
            where,
            groupBy: [...(key ? [key] : []), actor],
          },
        },
        ...(key ? { groupBy: [column('seen', 'key')] } : {}),
      }
    : {
        kind: 'select',
        columns: [...keyColumn, { expr: aggregate(series), as: 'value' }],
        from: EVENTS,
        where,
        ...(key ? { groupBy: [key] } : {}),
      }
  return {
    kind: 'buckets',
    alias: 'counted',
    bounds: period.bounds,
    interval: plan.interval,
    weekStartDay: plan.weekStartDay,
    timezone: plan.timezone,
    each,
  }
}

/** Persons or groups counted in the bucket of their first event, for running sums. */
function firstAppearances(plan: TrendsPlan, series: TrendsSeries, actor: Expr, period: TrendsPeriod): QuerySource {
  const read = breakdownRead(plan)
  const key: Expr | null = read && { kind: 'breakdownKey', property: read }
  const starts = period.bounds.map((b) => b.from)
  const from = value(starts[0] ?? null, 'instant')
  const to = value(period.bounds.at(-1)?.to ?? null, 'instant')
  const bucket = call('bucketIndex', column('firsts', 'first'), { kind: 'list', values: starts, type: 'instant' })
  const keyColumn = key ? [{ expr: column('firsts', 'key'), as: 'key' }] : []
  return {
    kind: 'query',
    alias: 'counted',
    query: {
      kind: 'select',
      columns: [{ expr: bucket, as: 'bucket' }, ...keyColumn, { expr: call('toFloat', call('countAll')), as: 'value' }],
      from: {
        kind: 'query',
        alias: 'firsts',
        query: {
          kind: 'select',
          columns: [
            ...(key ? [{ expr: key, as: 'key' }] : []),
            { expr: actor, as: 'actor' },
            { expr: call('min', timestamp), as: 'first' },
          ],
          from: EVENTS,
          where: conditions(series, from, to),
          groupBy: [...(key ? [key] : []), actor],
        },
      },
      groupBy: [bucket, ...(key ? [column('firsts', 'key')] : [])],
    },
  }
}

const QUANTILES: Partial<Record<TrendsSeries['math'], number>> = {
  median: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
}
const AGGREGATES: Partial<Record<TrendsSeries['math'], SqlFunction>> = {
  sum: 'sum',
  avg: 'avg',
  min: 'min',
  max: 'max',
}

function aggregate(series: TrendsSeries): Expr {
  if (series.property === null) return call('toFloat', call('countAll'))
  const number: PropertyRead = { kind: 'property', of: series.property.of, key: series.property.key, type: 'float' }
  const quantile = QUANTILES[series.math]
  const fn = AGGREGATES[series.math]
  const result = quantile !== undefined ? call('quantile', value(quantile, 'float'), number) : call(fn ?? 'sum', number)
  return call('coalesce', result, value(0, 'float'))
}

/** Ranks the values of the range, keeps the first `limit`, sums the rest into one. */
function ranked(plan: TrendsPlan, counted: Source): Select {
  const read = breakdownRead(plan) as PropertyRead
  const limit = value(plan.breakdown?.limit ?? 25, 'int')
  const none = value(BREAKDOWN_NONE, 'text')
  const breakdown = column('texts', 'breakdown')
  const total = call('sum', column('sums', 'value'))
  const isNone: Expr = {
    kind: 'if',
    condition: compare(breakdown, '=', none),
    whenTrue: value(1, 'int'),
    whenFalse: value(0, 'int'),
  }
  const text = (key: Expr): Expr => ({ kind: 'breakdownText', property: read, key })
  const named = (t: Expr): Expr => ({
    kind: 'if',
    condition: compare(t, '=', value('', 'text')),
    whenTrue: none,
    whenFalse: t,
  })
  const result: Expr = {
    kind: 'if',
    condition: compare(column('ranks', 'rank'), '<=', limit),
    whenTrue: breakdown,
    whenFalse: value(BREAKDOWN_OTHER, 'text'),
  }
  const bucket = column('counts', 'bucket')
  const table = (name: string): { kind: 'table'; name: string; alias: string } => ({ kind: 'table', name, alias: name })
  return {
    kind: 'select',
    with: [
      {
        name: 'counts',
        query: {
          kind: 'select',
          columns: ['bucket', 'key', 'value'].map((name) => ({ expr: column('counted', name), as: name })),
          from: counted,
        },
      },
      {
        name: 'sums',
        query: {
          kind: 'select',
          columns: [
            { expr: column('counts', 'key'), as: 'key' },
            { expr: call('sum', column('counts', 'value')), as: 'value' },
          ],
          from: table('counts'),
          groupBy: [column('counts', 'key')],
        },
      },
      {
        name: 'texts',
        query: {
          kind: 'select',
          columns: [
            { expr: column('sums', 'key'), as: 'key' },
            { expr: named(text(column('sums', 'key'))), as: 'breakdown' },
          ],
          from: table('sums'),
        },
      },
      {
        name: 'ranks',
        query: {
          kind: 'select',
          columns: [
            { expr: breakdown, as: 'breakdown' },
            {
              expr: {
                kind: 'rowNumber',
                orderBy: [
                  ...(plan.shape === 'total' ? [] : [{ expr: isNone }]),
                  { expr: total, descending: true },
                  { expr: breakdown, byCodePoint: true },
                ],
              },
              as: 'rank',
            },
          ],
          from: table('texts'),
          joins: [{ source: table('sums'), on: compare(column('sums', 'key'), '=', column('texts', 'key')) }],
          groupBy: [breakdown],
        },
      },
    ],
    columns: [
      { expr: bucket, as: 'bucket' },
      { expr: result, as: 'breakdown' },
      { expr: call('sum', column('counts', 'value')), as: 'value' },
    ],
    from: table('counts'),
    joins: [
      { source: table('texts'), on: compare(column('texts', 'key'), '=', column('counts', 'key')) },
      { source: table('ranks'), on: compare(column('ranks', 'breakdown'), '=', breakdown) },
    ],
    groupBy: [bucket, result],
  }
}
