/** What those who converted did or have more often than the others (docs/funnels.md 13). */
import type { Project } from '../core/project.ts'
import type { FunnelPoint } from '../nodes/actors/funnel-point.ts'
import type { CorrelationNode, CorrelationPoint } from '../nodes/correlation/node.ts'
import { planElement } from './action.ts'
import type { QueryContext } from './context.ts'
import { type FilterGroup, type FilterInput, planFilter } from './filter.ts'
import { type FunnelEntity, type FunnelsPlan, planEntity, planFunnels } from './funnels.ts'

export interface CorrelationPlan {
  readonly kind: 'correlation'
  /** null: nothing to compare. */
  readonly people: CorrelatedPeople | null
  readonly of: CorrelationNode['of']
  readonly properties: readonly string[] | null
  readonly excludedProperties: readonly string[]
  readonly events: readonly string[]
  /** Those of the steps among them. */
  readonly excludedEvents: readonly string[]
  readonly excludedEventProperties: readonly string[]
}

/** Everybody who got to a step of a funnel; success is to complete it. */
export interface CorrelatedPeople {
  readonly funnels: FunnelsPlan
  readonly step: number
}

export interface CorrelationPointPlan {
  readonly kind: 'correlation'
  readonly people: CorrelatedPeople
  readonly converted: boolean | null
  readonly entity: FunnelEntity | null
  readonly properties: FilterGroup
}

/** Throws what planning a funnel throws. */
export function planCorrelation(
  node: CorrelationNode,
  project: Project,
  context: QueryContext,
  now: Date,
): CorrelationPlan {
  const { point, of, properties, excludedProperties, events, excludedEvents, excludedEventProperties } = node
  return {
    kind: 'correlation',
    people: point && planPeople(point, project, context, now),
    of,
    properties,
    excludedProperties,
    events,
    excludedEvents: [...new Set([...excludedEvents, ...(point ? stepNames(point, context) : [])])],
    excludedEventProperties,
  }
}

/** The ways of a funnel as its steps, whatever the chart shows and is broken down by. */
const planPeople = ({ source, step }: FunnelPoint, project: Project, context: QueryContext, now: Date) => ({
  funnels: planFunnels({ ...source, view: 'steps', breakdown: null }, project, context, now),
  step,
})

const stepNames = ({ source }: FunnelPoint, { actions }: QueryContext): string[] =>
  source.series.flatMap(({ event, actionId }) => {
    if (actionId === null) return event === null ? [] : [event]
    return (actions.get(actionId)?.steps ?? []).flatMap((step) => step.event || [])
  })

export function planCorrelationPoint(
  { source, converted, entity, properties }: CorrelationPoint,
  project: Project,
  context: QueryContext,
  now: Date,
): CorrelationPointPlan {
  const { timezone, weekStartDay } = project
  const input: FilterInput = { context, timezone, weekStartDay, now, element: (test) => planElement(test, input) }
  return {
    kind: 'correlation',
    people: planPeople(source.point, project, context, now),
    converted,
    entity: entity && planEntity(entity, context, input),
    properties: planFilter(properties, input),
  }
}
