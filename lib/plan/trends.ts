import { resultTooLarge } from '../core/errors.ts'
import { bindAggregate } from '../hogql/expressions.ts'
import type { MathName } from '../nodes/entity.ts'
import type { NodeSeries, TrendsNode } from '../nodes/trends/node.ts'
import type { Expr } from '../tree/expr.ts'
import type { Bounds, GroupOwner, Interval } from '../tree/types.ts'
import { actionEvent, planAction } from './action.ts'
import { type ActiveDays, type ActiveRange, activeDays, activeRange } from './active.ts'
import { type BreakdownPart, type CohortValue, MAX_CELLS, planBreakdownPart, planCohorts } from './breakdown.ts'
import { iso } from './calendar.ts'
import type { Filter, FilterGroup } from './condition.ts'
import type { PlanScope, PropertyRef } from './context.ts'
import { type Bucket, buckets, previousRange, shownEnds } from './dates.ts'
import { entityAction } from './entity.ts'
import { bindingScope, planFilter } from './filter.ts'
import { type Formula, parseFormula } from './formula.ts'
import { dayOf, labelOf } from './labels.ts'
import { isTotal, periodOf } from './period.ts'
import { syntaxOf } from './syntax.ts'
import { testAccountFilter } from './test-accounts.ts'

/** The form of the answer: a value for each bucket, a running sum of them, or one value for the range. */
export type Shape = 'series' | 'cumulative' | 'total'

export interface TrendsPeriod {
  readonly label: 'current' | 'previous' | null
  /** ISO instants shown in the answer. */
  readonly dateFrom: string
  readonly dateTo: string
  readonly bounds: readonly Bounds[]
  readonly days: readonly string[]
  readonly labels: readonly string[]
  readonly starts: readonly string[]
  /** For weekly and monthly active users: the window of each bucket. Windows overlap. */
  readonly active: Readonly<Partial<Record<ActiveDays, ActiveRange>>>
}

export interface TrendsSeries {
  /** The name of the series' events; null: any. */
  readonly event: string | null
  /** The filter that events of the series' action meet; null if the series is no action. */
  readonly action: Filter | null
  readonly math: MathName
  readonly property: PropertyRef | null
  /** The value of a bucket in place of a math: an aggregate over its events. */
  readonly aggregate: Expr | null
  /** The type of groups that is counted in place of persons. */
  readonly group: GroupOwner | null
  /** A bucket counts the actors that were active in so many days up to its end; null: in the bucket itself. */
  readonly activeDays: ActiveDays | null
  readonly groupTypeIndex: number | null
  readonly multiplier: number
  readonly filter: FilterGroup
  /** For a breakdown by cohort, which is computed cohort by cohort: the cohort of this query. */
  readonly cohort?: number | 'all'
  readonly label: string
  /** `action.id` of the answer: the name of the event or of the action. */
  readonly id: string | null
  readonly name: string | null
  readonly customName: string | null
  readonly mathAsSent: string
  readonly mathHogql: string | null
}

export interface TrendsPlan {
  readonly kind: 'TrendsQuery'
  readonly shape: Shape
  readonly interval: Interval
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly periods: readonly TrendsPeriod[]
  readonly series: readonly TrendsSeries[]
  readonly breakdown: {
    readonly parts: readonly BreakdownPart[]
    readonly limit: number
    readonly hideOther: boolean
    readonly asList: boolean
    readonly cohorts: readonly CohortValue[] | null
  } | null
  readonly formulas: readonly { readonly formula: Formula; readonly text: string; readonly customName: string | null }[]
  readonly smoothing: number
  readonly echo: Readonly<Record<string, unknown>>
}

const shapeOf = (node: TrendsNode): Shape => {
  if (isTotal(node)) return 'total'
  return node.display === 'ActionsLineGraphCumulative' ? 'cumulative' : 'series'
}

/**
 * The node of a trend -> its plan: absolute instants, resolved actions, typed filters. Throws 400 naming the field if a
 * date, a filter, an expression or a formula is invalid or an action does not exist, 400 `result_too_large` if the
 * result could have too many values, 503 if a cohort is not calculated yet.
 */
export function planTrends(node: TrendsNode, scope: PlanScope): TrendsPlan {
  const { project, context } = scope
  const { input, range, interval } = periodOf(node, scope, context.earliest)
  const shape = shapeOf(node)
  const shared = [node.filter, testAccountFilter(node, project)].map((group) => planFilter(group, scope))
  const ranges = node.compare ? [range, previousRange(range, node.compareTo, input)] : [range]
  const looksBack = node.series.flatMap(({ math }) => activeDays(math) ?? [])
  const lookBack = shape === 'total' ? 'total' : interval
  const periods = ranges.map((r, i): TrendsPeriod => {
    const list: Bucket[] =
      shape === 'total'
        ? [{ start: r.from, bounds: { from: iso(r.countFrom), to: iso(r.end) } }]
        : buckets(r, interval, project.weekStartDay)
    return {
      label: node.compare ? (i === 0 ? 'current' : 'previous') : null,
      ...shownEnds(r),
      bounds: list.map((b) => b.bounds),
      days: list.map((b) => dayOf(b.start, interval)),
      labels: list.map((b) => labelOf(b.start, interval, range)),
      active: Object.fromEntries(looksBack.map((days) => [days, activeRange(list, r, days, lookBack)])),
      starts: list.map((b) => b.start.toISO({ suppressMilliseconds: true }) ?? ''),
    }
  })
  const plan: TrendsPlan = {
    kind: 'TrendsQuery',
    shape,
    interval: interval,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    periods,
    series: node.series.map(
      (s): TrendsSeries => ({
        ...countedEvents(s, scope),
        math: s.math,
        property: s.mathProperty === null ? null : { of: s.mathPropertyOf, key: s.mathProperty },
        aggregate:
          s.mathHogql &&
          bindAggregate(
            syntaxOf(s.mathHogql, s.mathHogql.text, s.mathHogql.attr),
            bindingScope(scope, s.mathHogql.attr),
          ),
        group: s.mathGroup,
        activeDays: activeDays(s.math),
        groupTypeIndex: s.mathGroupTypeIndex,
        multiplier: s.multiplier,
        filter: { kind: 'and', args: [planFilter(s.filter, scope), ...shared] },
        customName: s.customName,
        mathAsSent: s.mathAsSent,
        mathHogql: s.mathHogql?.text ?? null,
      }),
    ),
    breakdown: node.breakdown && {
      parts: node.breakdown.parts.map((part) => planBreakdownPart(part, scope)),
      limit: node.breakdown.limit,
      hideOther: node.breakdown.hideOther,
      asList: node.breakdown.asList,
      cohorts: node.breakdown.cohorts && planCohorts(node.breakdown.cohorts, node.attr, scope),
    },
    formulas: node.formulas.map(({ formula, customName }) => ({
      formula: parseFormula(formula, node.series.length, 'trendsFilter__formula'),
      text: formula,
      customName,
    })),
    smoothing: node.smoothing,
    echo: node.echo,
  }
  const cells =
    plan.series.length * periods.reduce((n, p) => n + p.bounds.length, 0) * ((plan.breakdown?.limit ?? 0) + 1)
  if (cells > MAX_CELLS)
    throw resultTooLarge(`The result could have ${cells} values; at most ${MAX_CELLS} are possible.`)
  return plan
}

/**
 * Are the values of the breakdown ranked once for all series? They are for formulas, so that each value has the numbers
 * of all operands (docs/decisions.md).
 */
export const ranksTogether = ({ formulas, breakdown, series }: TrendsPlan): boolean =>
  formulas.length > 0 && series.length > 1 && breakdown !== null && breakdown.cohorts === null

/** The events that a series counts, and its names. Throws 400 `does_not_exist` if there is no such action. */
function countedEvents(series: NodeSeries, scope: PlanScope) {
  const action = entityAction(series, scope)
  const label = action?.name ?? series.event ?? 'All events'
  return {
    event: action ? actionEvent(action.steps) : series.event,
    action: action && planAction(action.steps, scope),
    label,
    name: series.name ?? label,
    id: action?.name ?? series.event,
  }
}
