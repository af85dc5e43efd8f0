/** What the SQL of a node names that must be loaded before the node is planned. */
import type { QueryAst } from '../hogql/syntax.ts'
import type { HogqlNode } from '../nodes/hogql/node.ts'
import type { QueryNode } from '../nodes/index.ts'
import type { NodeText } from '../nodes/insight.ts'
import type { NamedInTexts, Reference } from './context.ts'
import { eventsSyntax } from './events-query.ts'
import { type NamesInText, namesInText } from './hogql-references.ts'
import { querySyntax } from './syntax.ts'

/** The SQL query that a node is, or whose people it is about. */
export function hogqlOf(node: QueryNode): HogqlNode | null {
  if (node.kind === 'HogQLQuery') return node
  const source = node.kind === 'ActorsQuery' || node.kind === 'EventsQuery' ? node.source : null
  return source?.kind === 'SqlPoint' ? source.query : null
}

/** Its own query, the one that its texts are parts of, and that of its source. */
function sqlOf(node: QueryNode): QueryAst[] {
  const hogql = hogqlOf(node)
  return [...(hogql ? [querySyntax(hogql.text)] : []), ...(node.kind === 'EventsQuery' ? [eventsSyntax(node)] : [])]
}

export function namesInSql(node: QueryNode): NamesInText {
  const names = sqlOf(node).map(namesInText)
  return {
    properties: names.flatMap(({ properties }) => properties),
    cohorts: names.flatMap(({ cohorts }) => cohorts),
    actions: names.flatMap(({ actions }) => actions),
    events: names.flatMap(({ events }) => events),
  }
}

/** The texts that may name cohorts and actions. */
export function sqlTexts(node: QueryNode): NodeText[] {
  const hogql = hogqlOf(node)
  return [
    ...(hogql ? [hogql.text] : []),
    ...(node.kind === 'EventsQuery' ? [...node.select, ...node.where, ...(node.orderBy ?? [])] : []),
  ]
}

export function sqlReferences(node: QueryNode): Reference[] {
  const { properties, cohorts } = namesInSql(node)
  return [...properties, ...numbersOf(cohorts).map((id): Reference => ({ of: 'cohort', key: String(id) }))]
}

export function namedInSql(node: QueryNode): NamedInTexts {
  const { cohorts, actions } = namesInSql(node)
  const variables = hogqlOf(node)?.variables.map(({ id }) => id) ?? []
  return { cohorts: textsOf(cohorts), actions: textsOf(actions), variables }
}

export const numbersOf = (ids: readonly (number | string)[]) => ids.filter((id) => typeof id === 'number')
const textsOf = (ids: readonly (number | string)[]) => ids.filter((id) => typeof id === 'string')
