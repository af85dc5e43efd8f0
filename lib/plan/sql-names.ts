/** What the SQL of a node names that must be loaded before the node is planned. */
import type { QueryAst } from '../hogql/syntax.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { NamedInTexts, Reference } from './context.ts'
import { eventsSyntax } from './events-query.ts'
import { type NamesInText, namesInText } from './hogql-references.ts'
import { querySyntax } from './syntax.ts'

/** Its own query, or the one that its texts are parts of. */
function sqlOf(node: QueryNode): QueryAst | null {
  if (node.kind === 'HogQLQuery') return querySyntax(node.text)
  return node.kind === 'EventsQuery' ? eventsSyntax(node).query : null
}

export const readsSql = ({ kind }: QueryNode): boolean => kind === 'HogQLQuery' || kind === 'EventsQuery'

const NOTHING_NAMED: NamesInText = { properties: [], cohorts: [], actions: [] }

export function namesInSql(node: QueryNode): NamesInText {
  const query = sqlOf(node)
  return query ? namesInText(query) : NOTHING_NAMED
}

export function sqlReferences(node: QueryNode): Reference[] {
  const { properties, cohorts } = namesInSql(node)
  return [...properties, ...numbersOf(cohorts).map((id): Reference => ({ of: 'cohort', key: String(id) }))]
}

export function namedInSql(node: QueryNode): NamedInTexts {
  const { cohorts, actions } = namesInSql(node)
  const variables = node.kind === 'HogQLQuery' ? node.variables.map(({ id }) => id) : []
  return { cohorts: textsOf(cohorts), actions: textsOf(actions), variables }
}

export const numbersOf = (ids: readonly (number | string)[]) => ids.filter((id) => typeof id === 'number')
const textsOf = (ids: readonly (number | string)[]) => ids.filter((id) => typeof id === 'string')
