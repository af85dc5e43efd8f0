/** Plans HogQLQuery: a text -> the query that it says (docs/hogql.md). */
import { parseQuery } from '../hogql/parse/queries.ts'
import { bindResult, type ResultQuery } from '../hogql/result.ts'
import type { HogqlNode } from '../nodes/hogql/node.ts'
import type { PlanScope } from './context.ts'
import { bindContext } from './filter.ts'

export interface HogqlPlan {
  readonly kind: 'HogQLQuery'
  readonly result: ResultQuery
  readonly timezone: string
}

/** The node of a SQL query -> its plan. Throws a 400 that names the place if the text says no query. */
export function planHogql({ text: { text, attr } }: HogqlNode, scope: PlanScope): HogqlPlan {
  const result = bindResult(parseQuery(text, attr), bindContext(scope, attr))
  return { kind: 'HogQLQuery', result, timezone: scope.project.timezone }
}
