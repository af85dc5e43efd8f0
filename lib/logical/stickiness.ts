/** Queries of stickiness (docs/stickiness.md): in how many slots was each actor active? */
import { actorColumn } from '../plan/event-actor.ts'
import type { StickinessPeriod, StickinessPlan, StickinessSeries } from '../plan/stickiness.ts'
import { and, call, column, compare, value } from '../tree/build.ts'
import type { Compare, Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { actorTest, countOfRows, eventsOf, perActor } from './events.ts'

const OPERATORS = { gte: '>=', lte: '<=', exact: '=' } as const satisfies Record<string, Compare['op']>

/** Does a number compare with another as the criterion says? */
export const countTest = (count: Expr, { operator, value: than }: NonNullable<StickinessPlan['criteria']>): Expr =>
  compare(count, OPERATORS[operator], value(than, 'int'))

/** A query for each series and each of its periods. Columns: `slots`, and `value`: the actors that were active in so many. */
export const buildStickiness = (plan: StickinessPlan): Select[] =>
  plan.series.flatMap((series) =>
    plan.periods.map((period): Select => {
      const slots = column('active', 'slots')
      return {
        kind: 'select',
        columns: [
          { expr: slots, as: 'slots' },
          { expr: countOfRows, as: 'value' },
        ],
        from: { kind: 'query', alias: 'active', query: activeSlots(plan, series, period) },
        groupBy: [slots],
      }
    }),
  )

/** Columns `actor`, `slots`: in how many slots of the period each actor was active. */
export function activeSlots(plan: StickinessPlan, series: StickinessSeries, period: StickinessPeriod): Select {
  const { criteria, interval, intervalCount, weekStartDay, timezone } = plan
  const events = and(
    eventsOf(series, { from: { kind: 'bucketFrom' }, to: { kind: 'bucketTo' } }),
    actorTest(series.actor),
  )
  const actor = column('slot', 'actor')
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      { expr: call('countAll'), as: 'slots' },
    ],
    from: {
      kind: 'buckets',
      alias: 'slot',
      bounds: period.bounds,
      overlapping: false,
      interval: intervalCount === 1 ? interval : null,
      weekStartDay,
      timezone,
      each: perActor(actorColumn(series.actor), events, {
        values: criteria ? [{ expr: call('countAll'), as: 'events' }] : [],
      }),
    },
    ...(criteria ? { where: countTest(column('slot', 'events'), criteria) } : {}),
    groupBy: [actor],
  }
}
