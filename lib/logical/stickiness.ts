/** Queries of stickiness (docs/stickiness.md): in how many slots was each actor active? */
import { actorColumn } from '../plan/event-actor.ts'
import type { StickinessPeriod, StickinessPlan, StickinessSeries } from '../plan/stickiness.ts'
import { and, call, column, compare, value } from '../tree/build.ts'
import type { Compare, Expr } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { activity, actorTest, countOfRows, entityTest } from './events.ts'

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
  const test = and(entityTest(series), actorTest(series.actor))
  const slots = { bounds: period.bounds, interval: intervalCount === 1 ? interval : null, weekStartDay, timezone }
  const actor = column('slot', 'actor')
  return {
    kind: 'select',
    columns: [
      { expr: actor, as: 'actor' },
      { expr: call('countAll'), as: 'slots' },
    ],
    from: activity('slot', slots, actorColumn(series.actor), test, {
      values: criteria ? [{ expr: call('countAll'), as: 'events' }] : [],
    }),
    ...(criteria ? { where: countTest(column('slot', 'events'), criteria) } : {}),
    groupBy: [actor],
  }
}
