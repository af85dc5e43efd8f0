/**
 * Plans funnel correlation: events and properties that are over-represented among people who converted (docs/funnels.md
 * 13).
 */
import type { FunnelPoint } from '../nodes/actors/funnel-point.ts'
import type { CorrelationNode, CorrelationPoint } from '../nodes/correlation/node.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanScope } from './context.ts'
import { type PlannedEntity, planEntity } from './entity.ts'
import { planFilter } from './filter.ts'
import { type FunnelsPlan, planFunnels } from './funnels.ts'

export interface CorrelationPlan {
  readonly kind: 'FunnelCorrelationQuery'
  /** null: the funnel has no steps, so there is nobody to compare. */
  readonly people: CorrelatedPeople | null
  readonly of: CorrelationNode['of']
  readonly properties: readonly string[] | null
  readonly excludedProperties: readonly string[]
  readonly events: readonly string[]
  /** The names that the client excludes, and the events of the funnel's steps. */
  readonly excludedEvents: readonly string[]
  readonly excludedEventProperties: readonly string[]
}

/** The people of a step of a funnel (`step` as in `FunnelPoint`). They converted if they completed the funnel. */
export interface CorrelatedPeople {
  readonly funnels: FunnelsPlan
  readonly step: number
}

export interface CorrelationPointPlan {
  readonly kind: 'CorrelationPoint'
  readonly people: CorrelatedPeople
  readonly converted: boolean | null
  readonly entity: PlannedEntity | null
  readonly properties: FilterGroup
}

/** The node of a correlation -> its plan. Throws the errors of `planFunnels`. */
export function planCorrelation(node: CorrelationNode, scope: PlanScope): CorrelationPlan {
  const { point, of, properties, excludedProperties, events, excludedEvents, excludedEventProperties } = node
  return {
    kind: 'FunnelCorrelationQuery',
    people: point && planPeople(point, scope),
    of,
    properties,
    excludedProperties,
    events,
    excludedEvents: [...new Set([...excludedEvents, ...(point ? stepNames(point, scope) : [])])],
    excludedEventProperties,
  }
}

/** Plans the funnel as one of steps without a breakdown, whatever its chart shows. */
const planPeople = ({ source, step }: FunnelPoint, scope: PlanScope) => ({
  funnels: planFunnels({ ...source, view: 'steps', breakdown: null }, scope),
  step,
})

const stepNames = ({ source }: FunnelPoint, { context: { actions } }: PlanScope): string[] =>
  source.series.flatMap(({ event, actionId }) => {
    if (actionId === null) return event === null ? [] : [event]
    return (actions.get(actionId)?.steps ?? []).flatMap((step) => step.event || [])
  })

/**
 * One number of a correlation, whose people are listed -> its plan. Throws the errors of `planFunnels` and
 * `planFilter`.
 */
export function planCorrelationPoint(
  { source, converted, entity, properties }: CorrelationPoint,
  scope: PlanScope,
): CorrelationPointPlan {
  return {
    kind: 'CorrelationPoint',
    people: planPeople(source.point, scope),
    converted,
    entity: entity && planEntity(entity, scope),
    properties: planFilter(properties, scope),
  }
}
