/** Logical query -> HogQL text that can be pasted into a query, and that our parser reads as the same query. */

import { unreachable } from '../../core/assert.ts'
import type {
  CallOf,
  FrameAst,
  FrameBound,
  JoinOf,
  OrderOf,
  PlainAst,
  PlainQueryAst,
  PlainSelect,
  PlainSource,
  WindowOf,
} from '../../hogql/syntax.ts'
import { isAlias } from '../../hogql/words.ts'
import type { PropertyTypes } from '../../plan/filter.ts'
import type { Select } from '../../tree/relation.ts'
import { lowerHogql } from './lower.ts'

export const printHogql = (query: Select, types: PropertyTypes): string => printQuery(lowerHogql(query, types))

function printQuery(query: PlainQueryAst): string {
  return query.kind === 'union' ? query.queries.map(printQuery).join(' union all ') : select(query)
}

function select(query: PlainSelect): string {
  const clause = (words: string, ...texts: readonly string[]) =>
    texts.length > 0 ? [`${words} ${texts.join(', ')}`] : []
  const optional = (words: string, ast: PlainAst | null) => (ast ? clause(words, expression(ast)) : [])
  return [
    ...clause('with', ...query.with.map(({ name, query: of }) => `${identifier(name)} as (${printQuery(of)})`)),
    ...clause(query.distinct ? 'select distinct' : 'select', ...query.columns.map(aliased)),
    ...(query.from ? [`from ${source(query.from)}`] : []),
    ...query.joins.map(join),
    ...optional('where', query.where),
    ...clause('group by', ...query.groupBy.map(expression)),
    ...optional('having', query.having),
    ...clause('order by', ...query.orderBy.map(order)),
    ...optional('limit', query.limit),
    ...optional('offset', query.offset),
  ].join(' ')
}

const JOINS: Readonly<Record<JoinOf<PlainAst>['how'], string>> = {
  inner: 'join',
  left: 'left join',
  right: 'right join',
  full: 'full join',
  cross: 'cross join',
}
const join = ({ how, source: of, on }: JoinOf<PlainAst>): string =>
  `${JOINS[how]} ${source(of)}${on ? ` on ${expression(on)}` : ''}`

function source(of: PlainSource): string {
  const alias = of.alias === null ? '' : ` as ${identifier(of.alias)}`
  switch (of.kind) {
    case 'table':
      return `${identifier(of.name)}${alias}`
    case 'tableQuery':
      return `(${printQuery(of.query)})${alias}`
    case 'tableFunction':
      return `${of.name}(${of.args.map(aliased).join(', ')})${alias}`
    default:
      return of satisfies never
  }
}

const aliased = (ast: PlainAst): string =>
  ast.kind === 'alias' ? `${expression(ast.expr)} as ${identifier(ast.name)}` : expression(ast)

function order({ expr, descending, nulls }: OrderOf<PlainAst>): string {
  return `${expression(expr)}${descending ? ' desc' : ''}${nulls ? ` nulls ${nulls}` : ''}`
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['equals', '='],
  ['notEquals', '!='],
  ['less', '<'],
  ['lessOrEquals', '<='],
  ['greater', '>'],
  ['greaterOrEquals', '>='],
  ['like', 'like'],
  ['ilike', 'ilike'],
  ['notLike', 'not like'],
  ['notILike', 'not ilike'],
  ['in', 'in'],
  ['notIn', 'not in'],
  ['=~', '=~'],
  ['!~', '!~'],
])
/** How tightly a text holds together: what is looser stands in brackets. */
const LOOSE = { lambda: 0, or: 1, and: 2, not: 3, comparison: 4, operand: 5 } as const

function tightness(ast: PlainAst): number {
  if (ast.kind === 'lambda') return LOOSE.lambda
  if (ast.kind === 'inCohort') return LOOSE.comparison
  if (ast.kind !== 'call' || ast.over) return LOOSE.operand
  if ((ast.name === 'and' || ast.name === 'or') && ast.args.length > 1) return LOOSE[ast.name]
  if (ast.name === 'not') return LOOSE.not
  return OPERATORS.has(ast.name) || ast.name === 'isNull' || ast.name === 'isNotNull' ? LOOSE.comparison : LOOSE.operand
}

const within = (ast: PlainAst, than: number): string =>
  tightness(ast) < than ? `(${expression(ast)})` : expression(ast)

function expression(ast: PlainAst): string {
  switch (ast.kind) {
    case 'literal':
      return typeof ast.value === 'string' ? quote(ast.value) : ast.value === null ? 'NULL' : String(ast.value)
    case 'field':
      return ast.chain.map((name, index) => (index === 0 ? identifier(name) : part(name))).join('.')
    case 'list': {
      const items = ast.items.map(expression).join(', ')
      return ast.brackets === 'array' ? `[${items}]` : `(${items})`
    }
    case 'lambda':
      return `${ast.names.length === 1 ? ast.names[0] : `(${ast.names.join(', ')})`} -> ${expression(ast.body)}`
    case 'alias':
      return aliased(ast)
    case 'subquery':
      return `(${printQuery(ast.query)})`
    case 'inCohort':
      return `${within(ast.expr, LOOSE.operand)} in cohort ${ast.cohort}`
    case 'bound':
      return unreachable('texts are printed before they are bound')
    case 'star':
      return ast.table === null ? '*' : `${identifier(ast.table)}.*`
    case 'call':
      return call(ast)
    default:
      return ast satisfies never
  }
}

function call(ast: CallOf<PlainAst>): string {
  const { name, args, over } = ast
  const [a, b] = args
  const operator = OPERATORS.get(name)
  if (!over && a && operator && b) return `${within(a, LOOSE.operand)} ${operator} ${within(b, LOOSE.operand)}`
  if (!over && a && args.length > 1 && (name === 'and' || name === 'or'))
    return args.map((arg) => within(arg, LOOSE[name] + 1)).join(` ${name} `)
  if (!over && a && name === 'not') return `not ${within(a, LOOSE.comparison)}`
  if (!over && a && (name === 'isNull' || name === 'isNotNull'))
    return `${within(a, LOOSE.operand)} is ${name === 'isNull' ? '' : 'not '}null`
  if (!over && a && b && name === 'arrayElement' && (a.kind === 'field' || a.kind === 'call'))
    return `${within(a, LOOSE.operand)}[${expression(b)}]`
  const params = ast.params.length > 0 ? `(${ast.params.map(expression).join(', ')})` : ''
  const text = `${name}${params}(${ast.distinct ? 'distinct ' : ''}${args.map(expression).join(', ')})`
  return over ? `${text} over (${window(over)})` : text
}

function window({ partitionBy, orderBy, frame }: WindowOf<PlainAst>): string {
  return [
    ...(partitionBy.length > 0 ? [`partition by ${partitionBy.map(expression).join(', ')}`] : []),
    ...(orderBy.length > 0 ? [`order by ${orderBy.map(order).join(', ')}`] : []),
    ...(frame ? [frameText(frame)] : []),
  ].join(' ')
}

const frameText = ({ unit, from, to }: FrameAst): string => `${unit} between ${bound(from)} and ${bound(to)}`
const bound = (of: FrameBound): string =>
  of.kind === 'current' ? 'current row' : `${of.rows ?? 'unbounded'} ${of.kind}`

const PLAIN_NAME = /^[A-Za-z_$][\w$]*$/
const WORDS: readonly string[] = ['null', 'true', 'false', 'case', 'interval', 'distinct', 'cohort']
const part = (name: string): string => (PLAIN_NAME.test(name) ? name : quotedName(name))
const identifier = (name: string): string =>
  PLAIN_NAME.test(name) && isAlias(name) && !WORDS.includes(name.toLowerCase()) ? name : quotedName(name)
const quotedName = (name: string): string => `\`${name.replace(/[\\`]/g, '\\$&').replaceAll('\n', '\\n')}\``

const quote = (text: string) => `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\0', '\\0')}'`
