/** Plans stickiness: a node -> series with resolved actions, typed filters and absolute instants (docs/stickiness.md). */
import type { StickinessSeries as NodeSeries, StickinessNode } from '../nodes/stickiness/node.ts'
import type { Bounds, Interval } from '../tree/types.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanScope } from './context.ts'
import { type Bucket, buckets, previousRange, shownEnds } from './dates.ts'
import { entityAction, type PlannedEntity, planEntity } from './entity.ts'
import { type EventActor, planEventActor } from './event-actor.ts'
import { planFilter } from './filter.ts'
import { periodOf } from './period.ts'
import { testAccountFilter } from './test-accounts.ts'

export interface StickinessPeriod {
  readonly label: 'current' | 'previous' | null
  /** ISO instants shown in the answer. */
  readonly dateFrom: string
  readonly dateTo: string
  /** The slots: an actor is counted by the number of those in which it was active. */
  readonly bounds: readonly Bounds[]
}

export interface StickinessSeries extends PlannedEntity {
  readonly actor: EventActor
  /** The name of the event or of the action; null: any event. */
  readonly name: string | null
  readonly customName: string | null
  readonly mathAsSent: string
}

export interface StickinessPlan {
  readonly kind: 'StickinessQuery'
  readonly interval: Interval
  readonly intervalCount: number
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly periods: readonly StickinessPeriod[]
  readonly series: readonly StickinessSeries[]
  readonly criteria: StickinessNode['criteria']
  readonly isCumulative: boolean
}

/**
 * The node of stickiness -> its plan. Throws 400 naming the field if a date, a filter or an expression is invalid or an
 * action does not exist, `result_too_large` if there are too many intervals; 503 if a cohort is not calculated yet.
 */
export function planStickiness(node: StickinessNode, scope: PlanScope): StickinessPlan {
  const { project, context } = scope
  const { input, range, interval } = periodOf(node, scope, context.earliest)
  const ranges = node.compare ? [range, previousRange(range, node.compareTo, input)] : [range]
  const shared = [node.filter, testAccountFilter(node, project)].map((filter) => planFilter(filter, scope))
  return {
    kind: 'StickinessQuery',
    interval,
    intervalCount: node.intervalCount,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    periods: ranges.map((each, index) => ({
      label: node.compare ? (index === 0 ? 'current' : 'previous') : null,
      ...shownEnds(each),
      bounds: slots(buckets(each, interval, project.weekStartDay), node.intervalCount),
    })),
    series: node.series.map((series) => planSeries(series, shared, scope)),
    criteria: node.criteria,
    isCumulative: node.isCumulative,
  }
}

function planSeries(series: NodeSeries, shared: readonly FilterGroup[], scope: PlanScope): StickinessSeries {
  const entity = planEntity(series, scope)
  return {
    ...entity,
    filter: { kind: 'and', args: [entity.filter, ...shared] },
    actor: planEventActor(series.group, series.mathHogql, scope),
    name: entityAction(series, scope)?.name ?? series.event,
    customName: series.customName,
    mathAsSent: series.mathAsSent,
  }
}

/** Slots of `count` intervals each, counted back from the last; the first may be shorter. */
function slots(intervals: readonly Bucket[], count: number): Bounds[] {
  const found: Bounds[] = []
  for (let end = intervals.length; end > 0; end -= count) {
    const [first, ...more] = intervals.slice(Math.max(end - count, 0), end)
    if (first) found.unshift({ from: first.bounds.from, to: (more.at(-1) ?? first).bounds.to })
  }
  return found
}
