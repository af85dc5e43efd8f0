/** What every query of trends says of the events it reads. */
import type { TrendsPlan, TrendsSeries } from '../plan/trends.ts'
import {
  and,
  type BreakdownKey,
  call,
  column,
  compare,
  type Expr,
  isNull,
  not,
  type PropertyRead,
  type Source,
  value,
} from '../tree/query.ts'
import { buildFilter } from './filters.ts'

export const EVENTS: Source = { kind: 'table', name: 'events', alias: 'events' }
export const timestamp = column('events', 'timestamp')
export const countOfRows = call('toFloat', call('countAll'))

export const breakdownRead = (plan: TrendsPlan): PropertyRead | null =>
  plan.breakdown && { kind: 'property', of: plan.breakdown.property.of, key: plan.breakdown.property.key, type: 'text' }

/** What rows are grouped by; null without a breakdown. */
export function breakdownKey(plan: TrendsPlan): BreakdownKey | null {
  const property = breakdownRead(plan)
  return property && { kind: 'breakdownKey', property }
}

export const ofEvent = ({ event, action }: TrendsSeries): Expr[] => [
  ...(event === null ? [] : [compare(column('events', 'event'), '=', value(event, 'text'))]),
  ...(action ? [buildFilter(action)] : []),
]

/** The events of a series from `from` until before `to`. */
export function conditions(series: TrendsSeries, from: Expr, to: Expr): Expr {
  // an event without a group counts for none
  const inGroup = series.group ? [not(isNull(column('events', `$${series.group}`)))] : []
  return and(
    ...ofEvent(series),
    compare(timestamp, '>=', from),
    compare(timestamp, '<', to),
    ...inGroup,
    buildFilter(series.filter),
  )
}
