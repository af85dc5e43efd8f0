/** The events of a series, and the keys that a breakdown groups them by. */
import type { BreakdownPart } from '../../plan/breakdown.ts'
import { ranksTogether, type TrendsPeriod, type TrendsPlan, type TrendsSeries } from '../../plan/trends.ts'
import { and, call, column, isNull, not, value } from '../../tree/build.ts'
import type { Expr, PropertyRead } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { breakdownText, plainProperty, readBreakdown } from '../breakdown.ts'
import { EVENTS, eventsOf, rangeOf } from '../events.ts'

/**
 * The property of a breakdown by one property whose values are used as they are; else null. For such a property, an
 * engine may group rows by a key of its own.
 */
export function plainBreakdown({ breakdown }: TrendsPlan): PropertyRead | null {
  const [part, ...more] = breakdown?.parts ?? []
  return part && more.length === 0 ? plainProperty(part) : null
}

/**
 * The key by which rows are grouped; null without a breakdown. With several properties it is a list of texts. A missing
 * value is ''.
 */
export function breakdownKey(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): Expr | null {
  if (series.cohort !== undefined) return value(String(series.cohort), 'text')
  const plain = plainBreakdown(plan)
  if (plain) return { kind: 'breakdownKey', of: plain }
  const texts = (plan.breakdown?.parts ?? []).map((part) => partText(plan, part, series, period))
  const [first, ...more] = texts
  if (!first) return null
  return more.length === 0 ? first : call('texts', ...texts)
}

function partText(plan: TrendsPlan, part: BreakdownPart, series: TrendsSeries, period: TrendsPeriod): Expr {
  if (part.bins !== null) {
    const number = readBreakdown(part, 'float')
    // series that are ranked together need the same bins
    const all = ranksTogether(plan) ? plan.series : [series]
    const lows = all.map((each) => overRange(call('min', number), each, period))
    const highs = all.map((each) => overRange(call('max', number), each, period))
    const [low, high] = [oneOf('least', lows), oneOf('greatest', highs)]
    return call('coalesce', call('bin', number, low, high, value(part.bins, 'int')), value('', 'text'))
  }
  return breakdownText(part)
}

const oneOf = (fn: 'least' | 'greatest', ends: readonly Expr[]): Expr => {
  const [end] = ends
  return end && ends.length === 1 ? end : call(fn, ...ends)
}

/** An aggregate over all events of a series in a period. */
function overRange(aggregate: Expr, series: TrendsSeries, period: TrendsPeriod): Expr {
  const { from, to } = rangeOf(period)
  const query: Select = {
    kind: 'select',
    columns: [{ expr: aggregate, as: 'value' }],
    from: EVENTS,
    where: conditions(series, from, to),
  }
  return { kind: 'scalarQuery', query }
}

/** Is the event one of the series, at or after `from` and before `to`? If groups are counted, it must have a group. */
export const conditions = (series: TrendsSeries, from: Expr, to: Expr): Expr =>
  and(eventsOf(series, { from, to }), ...(series.group ? [not(isNull(column('events', `$${series.group}`)))] : []))
