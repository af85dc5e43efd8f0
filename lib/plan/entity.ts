/** The events that an entity of a node stands for. */
import { invalid } from '../core/errors.ts'
import type { NodeEntity } from '../nodes/insight.ts'
import { planAction } from './action.ts'
import type { Filter, FilterGroup } from './condition.ts'
import type { PlanScope, ResolvedAction } from './context.ts'
import { planFilter } from './filter.ts'

export interface PlannedEntity {
  /** The name that its events have; null: any, or those of the action. */
  readonly event: string | null
  /** What makes an event one of the action. */
  readonly action: Filter | null
  readonly filter: FilterGroup
}

/** The action of an entity; null for an entity that is an event. Throws a 400 for an action that does not exist. */
export function entityAction(
  { actionId, attr }: NodeEntity,
  { context }: Pick<PlanScope, 'context'>,
): ResolvedAction | null {
  return actionId === null ? null : requireAction(actionId, `${attr}__id`, context)
}

/** Throws a 400 that names `attr` for an action that does not exist. */
export function requireAction(id: number, attr: string, { actions }: PlanScope['context']): ResolvedAction {
  const action = actions.get(id)
  if (!action) throw invalid(attr, `Action ID ${id} does not exist!`, 'does_not_exist')
  return action
}

/** Throws a 400 for an action that does not exist and for filters that cannot be. */
export function planEntity(entity: NodeEntity, scope: PlanScope): PlannedEntity {
  const action = entityAction(entity, scope)
  return {
    event: entity.event,
    action: action && planAction(action.steps, scope),
    filter: planFilter(entity.filter, scope),
  }
}
