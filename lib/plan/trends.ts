import { invalid, resultTooLarge } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { bindAggregate } from '../hogql/expressions.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import type { MathName } from '../nodes/entity.ts'
import type { NodeSeries, TrendsNode } from '../nodes/trends/node.ts'
import type { Expr } from '../tree/expr.ts'
import type { Bounds, GroupOwner, Interval } from '../tree/types.ts'
import { actionEvent, planAction, planElement } from './action.ts'
import { type ActiveDays, type ActiveRange, activeDays, activeRange } from './active.ts'
import { type BreakdownPart, type CohortValue, planBreakdownPart, planCohorts } from './breakdown.ts'
import { iso } from './calendar.ts'
import type { PropertyRef, QueryContext } from './context.ts'
import { type Bucket, buckets, dateRange, dayOf, labelOf, previousRange } from './dates.ts'
import { type Filter, type FilterGroup, type FilterInput, planFilter, scopeOf } from './filter.ts'
import { type Formula, parseFormula } from './formula.ts'
import { testAccountFilter } from './test-accounts.ts'

/** How values become an answer: a value a bucket, a running sum of them, or one value for the range. */
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
  /** What each bucket looks back on for weekly and monthly active users; they overlap. */
  readonly active: Readonly<Partial<Record<ActiveDays, ActiveRange>>>
}

export interface TrendsSeries {
  /** The name that every event of the series has; null: any. */
  readonly event: string | null
  /** What makes an event one of the series: the steps of its action. */
  readonly action: Filter | null
  readonly math: MathName
  readonly property: PropertyRef | null
  /** The value of a bucket in place of a math: an aggregate over its events. */
  readonly aggregate: Expr | null
  /** The groups that are counted in place of persons. */
  readonly group: GroupOwner | null
  /** A bucket counts the actors of so many days before its end, itself included. */
  readonly activeDays: ActiveDays | null
  readonly groupTypeIndex: number | null
  readonly multiplier: number
  readonly filter: FilterGroup
  /** The one value of a breakdown by cohort that is being counted. */
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
  readonly kind: 'trends'
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

const TOTAL_DISPLAYS: readonly string[] = ['BoldNumber', 'ActionsPie', 'ActionsBarValue', 'ActionsTable', 'WorldMap']
const MAX_CELLS = 200_000

/** The date range alone: it needs no context, so that the cache can tell how fresh a result must be. */
export function trendsRange(node: TrendsNode, project: Project, now: Date, earliest: string | null = null) {
  const shape = shapeOf(node)
  // one value for the range has no interval: its ends are rounded as days are
  const interval: Interval = shape === 'total' ? 'day' : node.interval
  const input = {
    dateFrom: node.dateFrom,
    dateTo: node.dateTo,
    interval,
    explicitDate: node.explicitDate,
    exact: node.display === 'BoldNumber',
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    now,
    earliest,
  }
  return { input, shape, range: dateRange(input) }
}

const shapeOf = (node: TrendsNode): Shape => {
  if (TOTAL_DISPLAYS.includes(node.display)) return 'total'
  return node.display === 'ActionsLineGraphCumulative' ? 'cumulative' : 'series'
}

/** Everything that later stages need, absolute. Throws 400 for dates, filters, formulas and sizes that cannot be. */
export function planTrends(node: TrendsNode, project: Project, context: QueryContext, now: Date): TrendsPlan {
  const { input, shape, range } = trendsRange(node, project, now, context.earliest)
  const filterInput: FilterInput = {
    context,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    now,
    element: (test) => planElement(test, filterInput),
  }
  const shared = [node.filter, testAccountFilter(node, project)].map((g) => planFilter(g, filterInput))
  const ranges = node.compare ? [range, previousRange(range, node.compareTo, input)] : [range]
  const looksBack = node.series.flatMap(({ math }) => activeDays(math) ?? [])
  const lookBack = shape === 'total' ? 'total' : input.interval
  const periods = ranges.map((r, i): TrendsPeriod => {
    const list: Bucket[] =
      shape === 'total'
        ? [{ start: r.from, bounds: { from: iso(r.countFrom), to: iso(r.end) } }]
        : buckets(r, input.interval, project.weekStartDay)
    return {
      label: node.compare ? (i === 0 ? 'current' : 'previous') : null,
      dateFrom: r.from.toISO({ suppressMilliseconds: true }) ?? '',
      dateTo: r.to.toISO({ suppressMilliseconds: true }) ?? '',
      bounds: list.map((b) => b.bounds),
      days: list.map((b) => dayOf(b.start, input.interval)),
      labels: list.map((b) => labelOf(b.start, input.interval, range)),
      active: Object.fromEntries(looksBack.map((days) => [days, activeRange(list, r, days, lookBack)])),
      starts: list.map((b) => b.start.toISO({ suppressMilliseconds: true }) ?? ''),
    }
  })
  const plan: TrendsPlan = {
    kind: 'trends',
    shape,
    interval: input.interval,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    periods,
    series: node.series.map(
      (s, index): TrendsSeries => ({
        ...entityOf(s, index, context, filterInput),
        math: s.math,
        property: s.mathProperty === null ? null : { of: s.mathPropertyOf, key: s.mathProperty },
        aggregate:
          s.mathHogql &&
          bindAggregate(parseExpression(s.mathHogql.text, s.mathHogql.attr), scopeOf(filterInput, s.mathHogql.attr)),
        group: s.mathGroup,
        activeDays: activeDays(s.math),
        groupTypeIndex: s.mathGroupTypeIndex,
        multiplier: s.multiplier,
        filter: { kind: 'and', args: [planFilter(s.filter, filterInput), ...shared] },
        customName: s.customName,
        mathAsSent: s.mathAsSent,
        mathHogql: s.mathHogql?.text ?? null,
      }),
    ),
    breakdown: node.breakdown && {
      parts: node.breakdown.parts.map((part) => planBreakdownPart(part, filterInput)),
      limit: node.breakdown.limit,
      hideOther: node.breakdown.hideOther,
      asList: node.breakdown.asList,
      cohorts: node.breakdown.cohorts && planCohorts(node.breakdown.cohorts, context),
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

/** The values of a breakdown are ranked once for all series of a formula, so that each has its true operands (docs/decisions.md). */
export const ranksTogether = ({ formulas, breakdown, series }: TrendsPlan): boolean =>
  formulas.length > 0 && series.length > 1 && breakdown !== null && breakdown.cohorts === null

/** What a series counts, and its name. Throws a 400 for an action that is not there. */
function entityOf(series: NodeSeries, index: number, context: QueryContext, input: FilterInput) {
  if (series.actionId === null) {
    const label = series.event ?? 'All events'
    return { event: series.event, action: null, label, name: series.name ?? label, id: series.event }
  }
  const action = context.actions.get(series.actionId)
  if (!action)
    throw invalid(`query__series__${index}__id`, `Action with ID ${series.actionId} does not exist.`, 'does_not_exist')
  return {
    event: actionEvent(action.steps),
    action: planAction(action.steps, input),
    label: action.name,
    name: series.name ?? action.name,
    id: action.name,
  }
}
