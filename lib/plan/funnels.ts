/** Plans funnels: a node -> steps with resolved actions, typed filters and absolute instants (docs/funnels.md). */
import type { Attribution, FunnelsNode, NodeStep } from '../nodes/funnels/node.ts'
import { type BreakdownPart, type CohortValue, planBreakdownPart, planCohorts } from './breakdown.ts'
import { iso } from './calendar.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanScope } from './context.ts'
import { buckets, shownEnds } from './dates.ts'
import { entityAction, type PlannedEntity, planEntity } from './entity.ts'
import { type EventActor, planEventActor } from './event-actor.ts'
import { planFilter } from './filter.ts'
import { dayOf, labelOf } from './labels.ts'
import { periodOf } from './period.ts'
import { testAccountFilter } from './test-accounts.ts'

export interface FunnelStep extends PlannedEntity {
  readonly first: NodeStep['first']
  readonly isOptional: boolean
  /** `action_id` of the answer: the event's name or the action's id. */
  readonly id: string | number | null
  readonly name: string
  readonly customName: string | null
  readonly type: 'events' | 'actions'
}
export interface FunnelExclusion extends PlannedEntity {
  readonly from: number
  readonly to: number
}
/** The breakdown value that stands for all values beyond the limit. */
export const FUNNEL_OTHER = 'Other'

export interface FunnelsPlan {
  readonly kind: 'FunnelsQuery'
  readonly view: FunnelsNode['view']
  readonly order: FunnelsNode['order']
  readonly windowSeconds: number
  readonly steps: readonly FunnelStep[]
  readonly exclusions: readonly FunnelExclusion[]
  readonly fromStep: number
  readonly toStep: number
  readonly binCount: number | null
  readonly actor: EventActor
  readonly filter: FilterGroup
  readonly breakdown: {
    readonly parts: readonly BreakdownPart[]
    readonly cohorts: readonly CohortValue[] | null
    readonly limit: number | null
    readonly attribution: Attribution
    readonly step: number
    readonly isPlain: boolean
  } | null
  /** ISO instants, half-open. */
  readonly from: string
  readonly to: string
  readonly dateFrom: string
  readonly dateTo: string
  /** For the view `trends`: the first instant of each interval that is inside the range. */
  readonly starts: readonly string[]
  /** For the view `trends`: the start of each interval, even if the range begins later. */
  readonly entries: readonly string[]
  readonly days: readonly string[]
  readonly labels: readonly string[]
}

/**
 * The node of a funnel -> its plan. Throws 400 naming the field if a date, a filter or an expression is invalid or an
 * action does not exist; 503 if a cohort is not calculated yet.
 */
export function planFunnels(node: FunnelsNode, scope: PlanScope): FunnelsPlan {
  const { project, context } = scope
  const { range, interval } = periodOf(node, scope, context.earliest)
  const list = node.view === 'trends' ? buckets(range, interval, project.weekStartDay) : []
  const shared = [node.filter, testAccountFilter(node, project)].map((filter) => planFilter(filter, scope))
  return {
    kind: 'FunnelsQuery',
    view: node.view,
    order: node.order,
    windowSeconds: node.windowSeconds,
    steps: node.series.map((step) => planStep(step, scope)),
    exclusions: node.exclusions.map(({ from, to, ...entity }) => ({
      ...planEntity(entity, scope),
      from,
      to,
    })),
    fromStep: node.fromStep,
    toStep: node.toStep,
    binCount: node.binCount,
    actor: planEventActor(node.group, node.aggregateBy, scope),
    filter: { kind: 'and', args: shared },
    // as in PostHog, the time to convert ignores the breakdown
    breakdown:
      node.view === 'time_to_convert'
        ? null
        : node.breakdown && {
            ...node.breakdown,
            parts: node.breakdown.parts.map((part) => planBreakdownPart(part, scope)),
            cohorts: node.breakdown.cohorts && planCohorts(node.breakdown.cohorts, node.attr, scope),
          },
    from: iso(range.countFrom),
    to: iso(range.end),
    ...shownEnds(range),
    starts: list.map(({ bounds }) => bounds.from),
    entries: list.map(({ start }) => iso(start)),
    days: list.map(({ start }) => dayOf(start, interval)),
    labels: list.map(({ start }) => labelOf(start, interval, range)),
  }
}

function planStep(step: NodeStep, scope: PlanScope): FunnelStep {
  const action = entityAction(step, scope)
  return {
    ...planEntity(step, scope),
    first: step.first,
    isOptional: step.isOptional,
    id: step.actionId ?? step.event,
    name: action?.name ?? step.event ?? step.name ?? 'All events',
    customName: step.customName,
    type: action ? 'actions' : 'events',
  }
}
