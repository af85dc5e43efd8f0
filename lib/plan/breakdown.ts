/** What values are told apart by. */
import { notSupported } from '../core/errors.ts'
import { bindExpression } from '../hogql/expressions.ts'
import { parseExpression } from '../hogql/parse/expressions.ts'
import { callOf } from '../hogql/syntax.ts'
import type { NodeBreakdown } from '../nodes/breakdown.ts'
import { call } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { PropertyRef, QueryContext } from './context.ts'
import { type FilterInput, metadataText, requireCohort, scopeOf } from './filter.ts'
import { sessionPropertyType } from './session.ts'

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

/** Throws 400 for a cohort that is not there, 503 for one whose members are not known yet. */
export const planCohorts = (ids: readonly (number | 'all')[], context: QueryContext): CohortValue[] =>
  ids.map((id) =>
    id === 'all'
      ? { id, name: 'all users' }
      : { id, name: requireCohort(id, 'query__breakdownFilter__breakdown', context).name },
  )

/** Throws 400 for an expression that cannot be read and for what sessions do not have. */
export function planBreakdownPart(
  { of, property, attr, normalizeUrl, bins }: NodeBreakdown,
  input: FilterInput,
): BreakdownPart {
  if (of === 'hogql')
    return { property: null, expression: breakdownExpression(property, attr, bins !== null, input), normalizeUrl, bins }
  if (of === 'event_metadata') {
    const text = metadataText(property, input)
    return { property: null, expression: { text, number: call('parseNumber', text) }, normalizeUrl, bins }
  }
  if (of === 'session' && sessionPropertyType(property) === undefined)
    throw notSupported('query__breakdownFilter', `Breaking down by the session property ${property}`)
  return { property: { of, key: property }, expression: null, normalizeUrl, bins }
}

function breakdownExpression(text: string, attr: string, isNumber: boolean, input: FilterInput) {
  const of = (type: 'toString' | 'toFloat') => {
    const ast = parseExpression(text, attr)
    return bindExpression(callOf(type, ast.at, ast), scopeOf(input, attr)).expr
  }
  return { text: of('toString'), number: isNumber ? of('toFloat') : null }
}
