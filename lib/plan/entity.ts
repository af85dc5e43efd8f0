/** Plans the entities of a node: which events does an event or action in `series` mean? */
import { invalid } from '../core/errors.ts'
import type { NodeEntity } from '../nodes/insight.ts'
import { planAction } from './action.ts'
import type { Filter, FilterGroup } from './condition.ts'
import type { PlanScope, ResolvedAction } from './context.ts'
import { planFilter } from './filter.ts'

export interface PlannedEntity {
  /** The name of the events; null for any event and for actions. */
  readonly event: string | null
  /** The filter that events of the action meet; null if the entity is no action. */
  readonly action: Filter | null
  readonly filter: FilterGroup
}

/** The action of an entity; null if it is an event. Throws 400 `does_not_exist` if there is no such action. */
export function entityAction(
  { actionId, attr }: NodeEntity,
  { context }: Pick<PlanScope, 'context'>,
): ResolvedAction | null {
  return actionId === null ? null : requireAction(actionId, `${attr}__id`, context)
}

/** The action with an id. Throws 400 `does_not_exist` naming `attr` if there is no such action. */
export function requireAction(id: number, attr: string, { actions }: PlanScope['context']): ResolvedAction {
  const action = actions.get(id)
  if (!action) throw invalid(attr, `Action ID ${id} does not exist!`, 'does_not_exist')
  return action
}

/**
 * Name, action and filters of an entity. Throws 400 `does_not_exist` for its action, and the errors of `planFilter`.
 */
export function planEntity(entity: NodeEntity, scope: PlanScope): PlannedEntity {
  const action = entityAction(entity, scope)
  return {
    event: entity.event,
    action: action && planAction(action.steps, scope),
    filter: planFilter(entity.filter, scope),
  }
}
