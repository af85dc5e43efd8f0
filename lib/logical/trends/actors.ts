/** The people or groups that one value of a trend counts. */

import { BREAKDOWN_NONE, BREAKDOWN_OTHER } from '../../plan/breakdown.ts'
import type { TrendsPointPlan } from '../../plan/points/trends.ts'
import { and, column, compare, isNull, or, value } from '../../tree/build.ts'
import type { Expr, List } from '../../tree/expr.ts'
import type { Select } from '../../tree/relation.ts'
import { countOfRows, eventPerson, perActor } from '../events.ts'
import { isFirstMath, ofCohort, rankedCounts } from '../trends.ts'
import { breakdownKey, conditions, plainBreakdown } from './events.ts'
import { firstEventsInRange } from './firsts.ts'
import { breakdownName, keysBeyond } from './ranks.ts'

/** Columns `actor`, `event_count`: the actors that the value counts, each once, with the number of their events. */
export function buildTrendsActors(point: TrendsPointPlan): Select {
  const { trends, period, bounds, breakdown } = point
  const cohort = trends.breakdown?.cohorts?.find(({ id }) => String(id) === breakdown?.[0])
  const series = cohort ? ofCohort(point.series, cohort.id) : point.series
  const from = value(bounds.from, 'instant')
  const to = value(bounds.to, 'instant')
  const test = (key: Expr | null) => (breakdown && !cohort && key ? [hasValue(point, breakdown, key)] : [])
  if (isFirstMath(series.math)) {
    const first = column('first_events', 'first')
    return {
      kind: 'select',
      columns: [
        { expr: column('first_events', 'actor'), as: 'actor' },
        { expr: value(1, 'float'), as: 'event_count' },
      ],
      from: { kind: 'query', alias: 'first_events', query: firstEventsInRange(trends, series, period) },
      where: and(compare(first, '>=', from), compare(first, '<', to), ...test(column('first_events', 'key'))),
    }
  }
  const actor = series.group ? column('events', `$${series.group}`) : eventPerson
  const events = and(conditions(series, from, to), ...test(breakdownKey(trends, series, period)))
  return perActor(actor, events, { values: [{ expr: countOfRows, as: 'event_count' }] })
}

function hasValue(point: TrendsPointPlan, wanted: readonly string[], key: Expr): Expr {
  const { trends, series, period } = point
  if (wanted.every((text) => text === BREAKDOWN_OTHER))
    return keysBeyond(trends, key, rankedCounts(trends, period, series))
  const texts = wanted.map((text) => (text === BREAKDOWN_NONE ? '' : text))
  const [text = ''] = texts
  const plain = plainBreakdown(trends)
  if (plain && key.kind === 'breakdownKey')
    return text === ''
      ? or(isNull(plain), compare(plain, '=', value('', 'text')))
      : compare(plain, '=', value(text, 'text'))
  if (plain) return compare(breakdownName(trends, key), '=', value(wanted[0] ?? '', 'text'))
  if (texts.length === 1) return compare(key, '=', value(text, 'text'))
  const list: List = { kind: 'list', values: texts, type: 'text' }
  return compare(key, '=', list)
}
