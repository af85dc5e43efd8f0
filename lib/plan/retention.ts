/** Plans retention: a node -> whole intervals, resolved events and typed filters (docs/retention.md). */
import { resultTooLarge } from '../core/errors.ts'
import type { RetentionNode } from '../nodes/retention/node.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import { type BreakdownPart, type CohortValue, MAX_CELLS, planBreakdownPart, planCohorts } from './breakdown.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanScope, PropertyRef } from './context.ts'
import { buckets, shownEnds } from './dates.ts'
import { type PlannedEntity, planEntity } from './entity.ts'
import { type EventActor, planEventActor } from './event-actor.ts'
import { planFilter } from './filter.ts'
import { periodOf } from './period.ts'
import { testAccountFilter } from './test-accounts.ts'

export interface RetentionPlan {
  readonly kind: 'RetentionQuery'
  readonly interval: Interval
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  /** The interval of each row. */
  readonly bounds: readonly Bounds[]
  /** The start of each row's interval: an ISO instant in the project's time zone. */
  readonly starts: readonly string[]
  /** The label of each column. */
  readonly columns: readonly string[]
  /** The number of intervals in each column after the first. */
  readonly widths: readonly number[]
  readonly target: PlannedEntity
  readonly returning: PlannedEntity
  /** Target and return are different events or actions, whatever their filters. */
  readonly isOfTwo: boolean
  readonly starting: RetentionNode['starts']
  readonly cumulative: boolean
  readonly minimumOccurrences: number
  readonly rolling: boolean
  readonly hasBrackets: boolean
  readonly aggregate: { readonly fn: 'sum' | 'avg'; readonly property: PropertyRef } | null
  readonly actor: EventActor
  /** Holds for starts and returns. */
  readonly filter: FilterGroup
  readonly breakdown: {
    /** null: by cohorts. */
    readonly part: BreakdownPart | null
    readonly cohorts: readonly CohortValue[]
    readonly limit: number
    readonly hideOther: boolean
  } | null
  /** For a breakdown by cohorts, of which each is computed apart: the one of this query. */
  readonly cohort?: CohortValue['id']
  readonly dateFrom: string
  readonly dateTo: string
}

/**
 * The node of a retention -> its plan. Throws 400 naming the field if a date, a filter or an expression is invalid or
 * an action does not exist, 400 `result_too_large` if the result could have too many cells, 503 if a cohort is not
 * calculated yet.
 */
export function planRetention(node: RetentionNode, scope: PlanScope): RetentionPlan {
  const { project, context } = scope
  const { range, interval } = periodOf(node, scope, context.earliest)
  const rows = buckets(range, interval, project.weekStartDay)
  const shared = [node.filter, testAccountFilter(node, project)].map((filter) => planFilter(filter, scope))
  checkCells(rows.length, node)
  const widths = node.brackets ?? Array.from({ length: node.totalIntervals - 1 }, () => 1)
  return {
    kind: 'RetentionQuery',
    interval,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    bounds: rows.map(({ bounds }) => bounds),
    starts: rows.map(({ start }) => start.toISO({ suppressMilliseconds: true }) ?? ''),
    columns: columnLabels(interval, widths),
    widths,
    target: planEntity(node.target, scope),
    returning: planEntity(node.returning, scope),
    isOfTwo: node.isOfTwo,
    starting: node.starts,
    cumulative: node.cumulative,
    minimumOccurrences: node.minimumOccurrences,
    rolling: node.rolling,
    hasBrackets: node.brackets !== null,
    aggregate: node.aggregate && {
      fn: node.aggregate.fn,
      property: { of: node.aggregate.of, key: node.aggregate.property },
    },
    actor: planEventActor(node.group, null, scope),
    filter: { kind: 'and', args: shared },
    breakdown: node.breakdown && {
      part: node.breakdown.parts[0] ? planBreakdownPart(node.breakdown.parts[0], scope) : null,
      cohorts: planCohorts(node.breakdown.cohorts ?? [], node.attr, scope),
      limit: node.breakdown.limit,
      hideOther: node.breakdown.hideOther,
    },
    ...shownEnds(range),
  }
}

/** The number of columns of a retention. */
export const columnCount = ({ brackets, totalIntervals }: RetentionNode): number =>
  brackets ? brackets.length + 1 : totalIntervals

/** Throws 400 `result_too_large` if the result could have too many cells. */
function checkCells(rows: number, node: RetentionNode): void {
  const { breakdown } = node
  const cells = rows * columnCount(node) * (breakdown ? breakdown.limit + 1 : 1)
  if (cells > MAX_CELLS)
    throw resultTooLarge(`The result could have ${cells} cells; at most ${MAX_CELLS} are possible.`)
}

/** The name of an interval as in labels: `Day`. */
export const intervalName = (interval: Interval): string => `${interval[0]?.toUpperCase()}${interval.slice(1)}`

/** `Day 0`, `Day 1`, and `Day 2-4` for a column of several intervals. */
function columnLabels(interval: Interval, widths: readonly number[]): string[] {
  const name = intervalName(interval)
  let last = 0
  const later = widths.map((width) => {
    const first = last + 1
    last += width
    return `${name} ${width === 1 ? first : `${first}-${last}`}`
  })
  return [`${name} 0`, ...later]
}
