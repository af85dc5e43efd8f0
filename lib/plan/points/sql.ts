import { bindQuery } from '../../hogql/bind-query.ts'
import { hogqlError } from '../../hogql/error.ts'
import type { SqlPoint } from '../../nodes/actors/sql-point.ts'
import type { Select } from '../../tree/relation.ts'
import type { PlanScope } from '../context.ts'
import { bindContext } from '../filter.ts'
import { resolvedSyntax } from '../hogql.ts'

/** The persons whose ids a query gives. */
export interface SqlPointPlan {
  readonly kind: 'SqlPoint'
  /** Its column `c0` is the id of a person, or the text of one. */
  readonly query: Select
  readonly isText: boolean
}

/** Throws a 400 if the text says no query, or if its first column is no person. */
export function planSqlPoint({ query: node }: SqlPoint, scope: PlanScope): SqlPointPlan {
  const { attr } = node.text
  const { query, columns } = bindQuery(resolvedSyntax(node, scope).resolved, bindContext(scope, attr))
  const [first] = columns
  const isPerson = first?.type === 'id' && first.idOf === 'person'
  if (!isPerson && first?.type !== 'text') throw hogqlError('The first column must be the id of a person.', 0, attr)
  return {
    kind: 'SqlPoint',
    query: { ...query, columns: query.columns.map(({ expr }, index) => ({ expr, as: `c${index}` })) },
    isText: !isPerson,
  }
}
