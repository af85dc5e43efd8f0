/** What values are told apart by. */
import { notSupported } from '../core/errors.ts'
import { bindExpression } from '../hogql/expressions.ts'
import { callOf } from '../hogql/syntax.ts'
import type { NodeBreakdown } from '../nodes/breakdown.ts'
import { call } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { PlanScope, PropertyRef } from './context.ts'
import { bindingScope, metadataText, requireCohort } from './filter.ts'
import { sessionPropertyType } from './session.ts'
import { syntaxOf } from './syntax.ts'

/** The value of events without one, and of all values beyond the limit; PostHog's words. */
export const BREAKDOWN_NONE = '$$_posthog_breakdown_null_$$'
export const BREAKDOWN_OTHER = '$$_posthog_breakdown_other_$$'

/** Most values that a breakdown without a limit may have. */
export const MAX_GROUPS = 2_000
/** Most numbers of one result. */
export const MAX_CELLS = 200_000

export interface BreakdownPart {
  readonly property: PropertyRef | null
  /** In place of a property: a text, and for a histogram the number that it may be. */
  readonly expression: { readonly text: Expr; readonly number: Expr | null } | null
  readonly normalizeUrl: boolean
  readonly bins: number | null
}

/** A cohort that is told apart, or everybody. */
export interface CohortValue {
  readonly id: number | 'all'
  readonly name: string
}

/** `attr`: the place of the insight. Throws 400 for a cohort that does not exist, 503 for one whose members are not known yet. */
export const planCohorts = (ids: readonly (number | 'all')[], attr: string, scope: PlanScope): CohortValue[] =>
  ids.map((id) =>
    id === 'all'
      ? { id, name: 'all users' }
      : { id, name: requireCohort(id, `${attr}__breakdownFilter__breakdown`, scope).name },
  )

/** Throws 400 for an expression that cannot be read and for what sessions do not have. */
export function planBreakdownPart(part: NodeBreakdown, scope: PlanScope): BreakdownPart {
  const { of, property, attr, normalizeUrl, bins } = part
  if (of === 'hogql') return { property: null, expression: breakdownExpression(part, scope), normalizeUrl, bins }
  if (of === 'event_metadata') {
    const text = metadataText(property, scope)
    return { property: null, expression: { text, number: call('parseNumber', text) }, normalizeUrl, bins }
  }
  if (of === 'session' && sessionPropertyType(property) === undefined)
    throw notSupported(attr, `Breaking down by the session property ${property}`)
  return { property: { of, key: property }, expression: null, normalizeUrl, bins }
}

function breakdownExpression(part: NodeBreakdown, scope: PlanScope) {
  const { property, attr, bins } = part
  const syntax = syntaxOf(part, property, attr)
  const of = (type: 'toString' | 'toFloat') =>
    bindExpression(callOf(type, syntax.at, syntax), bindingScope(scope, attr)).expr
  return { text: of('toString'), number: bins === null ? null : of('toFloat') }
}
