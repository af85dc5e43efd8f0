/** The events of a step, an exclusion or an entity. */
import type { FunnelEntity } from '../../plan/funnels.ts'
import { and, column, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import { buildFilter } from '../filters.ts'

/** Does the event have the entity's name, or match its action? */
export const namedTest = ({ event, action }: FunnelEntity): Expr =>
  and(
    ...(event === null ? [] : [compare(column('events', 'event'), '=', value(event, 'text'))]),
    ...(action ? [buildFilter(action)] : []),
  )

/** Is the event one of the entity? */
export const entityTest = (entity: FunnelEntity): Expr => and(namedTest(entity), buildFilter(entity.filter))
