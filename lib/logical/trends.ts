import type { CohortValue } from '../plan/breakdown.ts'
import { ranksTogether, type TrendsPeriod, type TrendsPlan, type TrendsSeries } from '../plan/trends.ts'
import { column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { Select, Source } from '../tree/relation.ts'
import { ofMembers } from './breakdown.ts'
import { activeBySteps } from './trends/active.ts'
import { PER_ACTOR, perBucket } from './trends/buckets.ts'
import { countedFirsts, firstAppearances } from './trends/firsts.ts'
import { countedByPersons, isOfPersons } from './trends/persons.ts'
import { countsOf, countsOfAll, rankedBreakdown } from './trends/ranks.ts'

/** The actor whom a math counts: a group, a session or a person; null for maths that count events. */
function actorOf({ math, group, property }: TrendsSeries): Expr | null {
  if (group) return column('events', `$${group}`)
  if (math === 'unique_session' || property?.of === 'session') return column('events', '$session_id')
  return COUNTS_PERSONS.includes(math) || PER_ACTOR[math] ? column('events', 'person_id') : null
}

const COUNTS_PERSONS: readonly string[] = ['dau', 'weekly_active', 'monthly_active']
/** Maths whose running sum counts an actor in the first bucket only. */
const FIRST_ONLY: readonly string[] = ['dau', 'unique_group']

/** The queries of a period: one for each series, or one for all series of a formula with a breakdown. */
export const buildTrendsPeriod = (plan: TrendsPlan, period: TrendsPeriod): Select[] =>
  ranksTogether(plan)
    ? [rankedBreakdown(plan, rankedCounts(plan, period))]
    : plan.series.map((series) => buildTrends(plan, series, period))

/**
 * The counts by which breakdown values are ranked: those of one series, or of all series if they are ranked together.
 */
export function rankedCounts(plan: TrendsPlan, period: TrendsPeriod, series?: TrendsSeries): Select {
  if (series && !ranksTogether(plan)) return countsOf(countedOf(plan, series, period))
  return countsOfAll(plan.series.map((each) => [countedOf(plan, each, period), each.multiplier]))
}

/**
 * One series of one period. Columns: `bucket` (index from 0), `value`, and with a breakdown `breakdown` (text).
 * Buckets and values without events are absent.
 */
function buildTrends(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): Select {
  if (plan.breakdown?.cohorts) return perCohort(plan, plan.breakdown.cohorts, series, period)
  return plan.breakdown
    ? rankedBreakdown(plan, rankedCounts(plan, period, series))
    : plain(countedOf(plan, series, period))
}

/** The series with one more filter: only events of the cohort's members count. */
export const ofCohort = (series: TrendsSeries, id: CohortValue['id']): TrendsSeries => ({
  ...series,
  filter: ofMembers(series.filter, id),
  cohort: id,
})

/** A query for each cohort, with the cohort as one more filter, so that all maths work as without a breakdown. */
function perCohort(
  plan: TrendsPlan,
  cohorts: readonly CohortValue[],
  series: TrendsSeries,
  period: TrendsPeriod,
): Select {
  const queries = cohorts.map(({ id }) => countsOf(countedOf(plan, ofCohort(series, id), period)))
  return {
    kind: 'select',
    columns: [
      { expr: column('cohorts', 'bucket'), as: 'bucket' },
      { expr: column('cohorts', 'key'), as: 'breakdown' },
      { expr: column('cohorts', 'value'), as: 'value' },
    ],
    from: { kind: 'union', queries, alias: 'cohorts' },
  }
}

/** Does the math count persons at their first event ever? */
export const isFirstMath = (math: TrendsSeries['math']): boolean =>
  math === 'first_time_for_user' || math === 'first_matching_event_for_user'

/** Source `counted`, by the strategy that suits the math. Columns `bucket`, `value`, and with a breakdown `key`. */
function countedOf(plan: TrendsPlan, series: TrendsSeries, period: TrendsPeriod): Source {
  const actor = actorOf(series)
  if (isFirstMath(series.math)) return countedFirsts(plan, series, period)
  const steps = series.activeDays && period.active[series.activeDays]?.steps
  if (steps && actor && !plan.breakdown)
    return { ...perBucket(plan, series, actor, period), together: activeBySteps(series, actor, steps, plan) }
  if (plan.shape === 'cumulative' && actor && FIRST_ONLY.includes(series.math))
    return firstAppearances(plan, series, actor, period)
  return isOfPersons(plan, series) ? countedByPersons(plan, series, period) : perBucket(plan, series, actor, period)
}

const plain = (counted: Source): Select => ({
  kind: 'select',
  columns: [
    { expr: column('counted', 'bucket'), as: 'bucket' },
    { expr: column('counted', 'value'), as: 'value' },
  ],
  from: counted,
})
