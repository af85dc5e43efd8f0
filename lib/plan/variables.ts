/** Variables of a project: the values that a SQL text reads as `{variables.code_name}` (docs/hogql.md 10). */
import { nearest } from '../core/nearest.ts'
import type { HogqlVariable } from '../nodes/hogql/node.ts'
import { checkVariableValue } from '../nodes/variable.ts'
import type { PlanScope, QueryContext } from './context.ts'

/**
 * The value of the variable of a code name: that which the query gives, else the variable's default. `error` makes a 400
 * that points at the placeholder; it is thrown if the query does not name the variable, if there is none, or if the
 * variable does not allow the value.
 */
export function variableValue(
  codeName: string,
  given: readonly HogqlVariable[],
  { context: { variables } }: PlanScope,
  error: (detail: string) => Error,
): unknown {
  const named = given.find((each) => (each.codeName ?? variables.get(each.id)?.codeName) === codeName)
  if (!named) throw error(`Variable ${codeName} is missing from query.${didYouMean(codeName, given, variables)}`)
  const variable = variables.get(named.id)
  if (variable?.codeName !== codeName) throw error(`Variable ${codeName} does not exist.`)
  if (named.isNull) return null
  if (named.value === undefined || named.value === null) return variable.defaultValue
  return checkVariableValue(variable, named.value, (detail) => error(`Variable ${codeName}: ${detail}`))
}

function didYouMean(codeName: string, given: readonly HogqlVariable[], variables: QueryContext['variables']): string {
  const known = given.flatMap(({ id, codeName: own }) => own ?? variables.get(id)?.codeName ?? [])
  const meant = nearest(codeName, known)
  return meant === undefined ? '' : ` Did you mean: ${meant}?`
}
