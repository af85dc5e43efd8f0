/** Plans the breakdowns of trends and funnels. */
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

/** PostHog's marks in results: for events that lack the breakdown value, and for all values beyond the limit. */
export const BREAKDOWN_NONE = '$$_posthog_breakdown_null_$$'
export const BREAKDOWN_OTHER = '$$_posthog_breakdown_other_$$'

/** The largest number of values that a breakdown without a limit can have. */
export const MAX_GROUPS = 2_000
/** The largest number of numbers in one result. */
export const MAX_CELLS = 200_000

export interface BreakdownPart {
  readonly property: PropertyRef | null
  /** In place of a property: an expression for the value as text and, for a histogram, as a number. */
  readonly expression: { readonly text: Expr; readonly number: Expr | null } | null
  readonly normalizeUrl: boolean
  readonly bins: number | null
}

/** One value of a breakdown by cohort: a cohort, or `all` users. */
export interface CohortValue {
  readonly id: number | 'all'
  readonly name: string
}

/**
 * The cohorts of a breakdown with their names. `attr`: the place of the insight in the request. Throws 400
 * `does_not_exist` if there is no such cohort, 503 if its members are not calculated yet.
 */
export const planCohorts = (ids: readonly (number | 'all')[], attr: string, scope: PlanScope): CohortValue[] =>
  ids.map((id) =>
    id === 'all'
      ? { id, name: 'all users' }
      : { id, name: requireCohort(id, `${attr}__breakdownFilter__breakdown`, scope).name },
  )

/**
 * One part of a breakdown, with its expression bound. Throws 400 naming it if the expression is invalid,
 * `not_supported` if sessions do not have the property.
 */
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
