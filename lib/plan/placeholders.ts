/** What the placeholders of a SQL text stand for: values, variables and filters of its query (docs/hogql.md 10). */

import { nearest } from '../core/nearest.ts'
import { hogqlError } from '../hogql/error.ts'
import { rewriteQuery } from '../hogql/rewrite.ts'

import type { Ast, Placeholder, QueryAst, SelectAst } from '../hogql/syntax.ts'
import { partsOf } from '../hogql/walk-syntax.ts'
import type { HogqlNode } from '../nodes/hogql/node.ts'
import { value } from '../tree/build.ts'
import type { PlanScope } from './context.ts'
import { dateOf, filtersCondition } from './hogql-filters.ts'
import { variableValue } from './variables.ts'

/** The query with something in the place of each placeholder. Throws a 400 that names the place of one without. */
export function fillPlaceholders(query: QueryAst, node: HogqlNode, scope: PlanScope): QueryAst {
  return rewriteQuery(query, (ast, select) => {
    if (ast.kind === 'call' && COMPARISONS.includes(ast.name) && comparesOpenEnd(ast, node, scope))
      return { kind: 'literal', value: true, at: ast.at }
    return ast.kind === 'placeholder' ? fill(ast, select, node, scope) : undefined
  })
}

function fill(placeholder: Placeholder, select: SelectAst, node: HogqlNode, scope: PlanScope): Ast {
  const { chain, at } = placeholder
  const { attr } = node.text
  const [first = '', second] = chain
  const error = (detail: string) => hogqlError(detail, at, attr)
  if (first === 'filters') return fillFilters(placeholder, select, node, scope)
  if (first === 'variables') {
    if (second === undefined || chain.length > 2) throw error(`{${chain.join('.')}} names no variable.`)
    return constant(variableValue(second, node.variables, scope, error), at, error)
  }
  const found = node.values.find(([name]) => name === first)
  if (!found || chain.length > 1) throw error(unknownPlaceholder(chain.join('.'), node))
  return constant(found[1], at, error)
}

function unknownPlaceholder(name: string, { values }: HogqlNode): string {
  if (values.length === 0) return `Unresolved placeholder: {${name}}`
  const names = values.map(([known]) => known).slice(0, 20)
  const meant = nearest(name, names)
  return `Placeholder {${name}} is not available in this context.${meant === undefined ? '' : ` Did you mean {${meant}}?`} You can use the following: ${names.join(', ')}`
}

/** How many values a list may have. */
const MOST_ITEMS = 10_000

/** A value of JSON as syntax. Throws a 400 for an object. */
function constant(json: unknown, at: number, error: (detail: string) => Error): Ast {
  if (json === null || typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean')
    return { kind: 'literal', value: json, at }
  if (!Array.isArray(json)) throw error('The value of a placeholder is a text, a number, a boolean, null or a list.')
  if (json.length > MOST_ITEMS) throw error(`A list has ${MOST_ITEMS} values at most.`)
  return { kind: 'list', brackets: 'array', items: json.map((item) => constant(item, at, error)), at }
}

function fillFilters({ chain, at }: Placeholder, select: SelectAst, node: HogqlNode, scope: PlanScope): Ast {
  const { filters } = node
  const { attr } = node.text
  if (!filters) throw hogqlError('There are no filters.', at, attr)
  if (chain.length === 1)
    return {
      kind: 'bound',
      typed: { expr: filtersCondition(filters, select, scope, { at, attr }), type: 'boolean' },
      at,
    }
  const end = endOf(chain)
  const name = `{${chain.join('.')}}`
  if (!end)
    throw hogqlError(
      `Unsupported filters placeholder \`${name}\`. Supported filters placeholders are: \`{filters}\`, \`{filters.dateRange.from}\`, \`{filters.dateRange.to}\`.`,
      at,
      attr,
    )
  const instant = dateOf(filters, end, scope)
  if (instant === null)
    throw hogqlError(
      `The \`${name}\` placeholder must be used directly in a comparison (e.g. \`timestamp > ${name}\`) when the date range is not set.`,
      at,
      attr,
    )
  return { kind: 'bound', typed: { expr: value(instant, 'instant'), type: 'instant' }, at }
}

const endOf = (chain: readonly string[]): 'from' | 'to' | undefined => {
  const [filters, range, end, ...more] = chain
  if (filters !== 'filters' || range !== 'dateRange' || more.length > 0) return undefined
  return end === 'from' || end === 'to' ? end : undefined
}

const COMPARISONS: readonly string[] = [
  ...['equals', 'notEquals', 'less', 'lessOrEquals', 'greater', 'greaterOrEquals'],
  ...['like', 'notLike', 'ilike', 'notILike', 'in', 'notIn', '=~', '!~'],
]

/** Does the comparison name an end of the range that is open? Then it holds. */
function comparesOpenEnd(comparison: Ast, { filters }: HogqlNode, scope: PlanScope): boolean {
  if (!filters) return false
  const names = (ast: Ast): boolean => {
    if (ast.kind === 'call' && COMPARISONS.includes(ast.name)) return false
    const end = ast.kind === 'placeholder' ? endOf(ast.chain) : undefined
    return end ? dateOf(filters, end, scope) === null : partsOf(ast).some(names)
  }
  return partsOf(comparison).some(names)
}
