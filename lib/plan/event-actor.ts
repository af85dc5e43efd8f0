/** Who did an event: the actor that a kind of insight counts. */
import { bindText } from '../hogql/expressions.ts'
import type { NodeText } from '../nodes/insight.ts'
import { column } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { GroupOwner } from '../tree/types.ts'
import type { PlanScope } from './context.ts'
import { bindingScope } from './filter.ts'
import { syntaxOf } from './syntax.ts'

/** Whose events belong together: a person's, a group's, or all with the same value of an expression. */
export type EventActor =
  | { readonly kind: 'person' }
  | { readonly kind: 'group'; readonly owner: GroupOwner }
  | { readonly kind: 'text'; readonly expr: Expr }

/**
 * The actor of events. `group`: the type of groups that act; null: persons. `expression`: its values act in place of
 * both. Throws 400 naming the expression if it is invalid.
 */
export function planEventActor(group: GroupOwner | null, expression: NodeText | null, scope: PlanScope): EventActor {
  if (group) return { kind: 'group', owner: group }
  if (!expression) return { kind: 'person' }
  const { text, attr } = expression
  return { kind: 'text', expr: bindText(syntaxOf(expression, text, attr), bindingScope(scope, attr)) }
}

/** The column or expression of events that identifies the actor. */
export const actorColumn = (actor: EventActor): Expr =>
  actor.kind === 'text' ? actor.expr : column('events', actor.kind === 'person' ? 'person_id' : `$${actor.owner}`)
