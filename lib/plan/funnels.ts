/** node + context + now -> everything a funnel needs, absolute (docs/funnels.md). */
import { invalid } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import { bindText } from '../hogql/expressions.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import type { Attribution, FunnelsNode, NodeStep } from '../nodes/funnels/node.ts'
import type { NodeEntity } from '../nodes/insight.ts'
import { column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { GroupOwner } from '../tree/types.ts'
import { planAction, planElement } from './action.ts'
import { type BreakdownPart, type CohortValue, planBreakdownPart, planCohorts } from './breakdown.ts'
import { iso } from './calendar.ts'
import type { QueryContext } from './context.ts'
import { buckets, dateRange, dayOf, labelOf } from './dates.ts'
import { type Filter, type FilterGroup, type FilterInput, planFilter, scopeOf } from './filter.ts'
import { testAccountFilter } from './test-accounts.ts'

/** What makes an event one of a step or an exclusion. */
export interface FunnelEntity {
  readonly event: string | null
  readonly action: Filter | null
  readonly filter: FilterGroup
}
export interface FunnelStep extends FunnelEntity {
  readonly first: NodeStep['first']
  readonly isOptional: boolean
  /** `action_id` of the answer: the event's name or the action's id. */
  readonly id: string | number | null
  readonly name: string
  readonly customName: string | null
  readonly type: 'events' | 'actions'
}
export interface FunnelExclusion extends FunnelEntity {
  readonly from: number
  readonly to: number
}
/** Who goes through: a person, a group of a type, or whatever has one text. */
export type FunnelActor =
  | { readonly kind: 'person' }
  | { readonly kind: 'group'; readonly owner: GroupOwner }
  | { readonly kind: 'text'; readonly expr: Expr }

/** The value of the groups beyond the limit. */
export const FUNNEL_OTHER = 'Other'

export interface FunnelsPlan {
  readonly kind: 'funnels'
  readonly view: FunnelsNode['view']
  readonly order: FunnelsNode['order']
  readonly windowSeconds: number
  readonly steps: readonly FunnelStep[]
  readonly exclusions: readonly FunnelExclusion[]
  readonly fromStep: number
  readonly toStep: number
  readonly binCount: number | null
  readonly actor: FunnelActor
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
  /** Of trends. */
  readonly starts: readonly string[]
  /** Starts of the intervals, also where the range begins later. */
  readonly entries: readonly string[]
  readonly days: readonly string[]
  readonly labels: readonly string[]
}

/** The date range alone: it needs no context. */
export function funnelsRange(node: FunnelsNode, project: Project, now: Date, earliest: string | null = null) {
  const input = {
    dateFrom: node.dateFrom,
    dateTo: node.dateTo,
    interval: node.view === 'trends' ? node.interval : ('day' as const),
    explicitDate: node.explicitDate,
    exact: false,
    timezone: project.timezone,
    weekStartDay: project.weekStartDay,
    now,
    earliest,
  }
  return { input, range: dateRange(input) }
}

/** Throws 400 for dates, filters, actions and expressions that cannot be. */
export function planFunnels(node: FunnelsNode, project: Project, context: QueryContext, now: Date): FunnelsPlan {
  const { timezone, weekStartDay } = project
  const { range, input } = funnelsRange(node, project, now, context.earliest)
  const filterInput: FilterInput = {
    context,
    timezone,
    weekStartDay,
    now,
    element: (test) => planElement(test, filterInput),
  }
  const list = node.view === 'trends' ? buckets(range, input.interval, weekStartDay) : []
  const shared = [node.filter, testAccountFilter(node, project)].map((filter) => planFilter(filter, filterInput))
  return {
    kind: 'funnels',
    view: node.view,
    order: node.order,
    windowSeconds: node.windowSeconds,
    steps: node.series.map((step) => planStep(step, context, filterInput)),
    exclusions: node.exclusions.map(({ from, to, ...entity }) => ({
      ...planEntity(entity, context, filterInput),
      from,
      to,
    })),
    fromStep: node.fromStep,
    toStep: node.toStep,
    binCount: node.binCount,
    actor: planActor(node, filterInput),
    filter: { kind: 'and', args: shared },
    // times are those of everybody
    breakdown:
      node.view === 'time_to_convert'
        ? null
        : node.breakdown && {
            ...node.breakdown,
            parts: node.breakdown.parts.map((part) => planBreakdownPart(part, filterInput)),
            cohorts: node.breakdown.cohorts && planCohorts(node.breakdown.cohorts, context),
          },
    from: iso(range.countFrom),
    to: iso(range.end),
    dateFrom: range.from.toISO({ suppressMilliseconds: true }) ?? '',
    dateTo: range.to.toISO({ suppressMilliseconds: true }) ?? '',
    starts: list.map(({ bounds }) => bounds.from),
    entries: list.map(({ start }) => iso(start)),
    days: list.map(({ start }) => dayOf(start, input.interval)),
    labels: list.map(({ start }) => labelOf(start, input.interval, range)),
  }
}

/** Throws 400 for an action that is not there. */
export function planEntity(
  { event, actionId, filter }: NodeEntity,
  context: QueryContext,
  input: FilterInput,
): FunnelEntity {
  const action = actionId === null ? null : requireAction(actionId, context)
  return { event, action: action && planAction(action.steps, input), filter: planFilter(filter, input) }
}

function requireAction(id: number, { actions }: QueryContext) {
  const action = actions.get(id)
  if (!action) throw invalid(null, `Action ID ${id} does not exist!`)
  return action
}

function planStep(step: NodeStep, context: QueryContext, input: FilterInput): FunnelStep {
  const action = step.actionId === null ? null : requireAction(step.actionId, context)
  return {
    ...planEntity(step, context, input),
    first: step.first,
    isOptional: step.isOptional,
    id: step.actionId ?? step.event,
    name: action?.name ?? step.event ?? step.name ?? 'All events',
    customName: step.customName,
    type: action ? 'actions' : 'events',
  }
}

function planActor({ group, aggregateBy }: FunnelsNode, input: FilterInput): FunnelActor {
  if (group) return { kind: 'group', owner: group }
  if (!aggregateBy) return { kind: 'person' }
  const { text, attr } = aggregateBy
  return { kind: 'text', expr: bindText(parseExpression(text, attr), scopeOf(input, attr)) }
}

/** The events that the actor goes by. */
export const actorColumn = (actor: FunnelActor): Expr =>
  actor.kind === 'text' ? actor.expr : column('events', actor.kind === 'person' ? 'person_id' : `$${actor.owner}`)
