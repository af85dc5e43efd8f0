/** Plans EventsQuery: a table of events (docs/events-query.md). */
import { DateTime } from 'luxon'
import { hasAggregate } from '../hogql/bind.ts'
import { desugar } from '../hogql/desugar.ts'
import { hogqlError } from '../hogql/error.ts'
import { bindResult, type ResultQuery } from '../hogql/result.ts'
import { type Ast, callOf, type OrderAst, type SelectAst } from '../hogql/syntax.ts'
import type { EventPlace, EventsNode } from '../nodes/events-query/node.ts'
import type { NodeText } from '../nodes/insight.ts'
import { planAction } from './action.ts'
import { type ActorsSourcePlan, planSource } from './actors.ts'
import type { Filter } from './condition.ts'
import { dateScope, type PlanScope } from './context.ts'
import { readDate } from './dates.ts'
import { requireAction } from './entity.ts'
import { bindContext, planFilter } from './filter.ts'
import { resolveDefinitions } from './hogql.ts'
import { isCount, nameOf, orderSyntaxOf, syntaxOf } from './syntax.ts'
import { testAccountFilter } from './test-accounts.ts'

export interface EventsPlan {
  readonly kind: 'EventsQuery'
  readonly result: ResultQuery
  /** The texts of `select`, which name the columns, and what each shows. */
  readonly columns: readonly { readonly text: string; readonly cell: CellKind }[]
  /** Instants; both are outside. */
  readonly after: string | null
  readonly before: string
  readonly events: readonly string[] | null
  readonly filter: Filter
  readonly source: ActorsSourcePlan | null
  /** As of the node. */
  readonly start: EventPlace | null
  readonly limit: number
  readonly offset: number
  readonly timezone: string
}

/** A value, the whole event, or its whole person. */
export type CellKind = 'value' | 'event' | 'person'

const CELLS: ReadonlyMap<string, CellKind> = new Map([
  ['*', 'event'],
  ['person', 'person'],
])

/** Fields of a cell, in the order in which its tuple has them. */
export const CELL_FIELDS: Readonly<Record<Exclude<CellKind, 'value'>, readonly string[]>> = {
  event: [
    'uuid',
    'event',
    'properties',
    'timestamp',
    'team_id',
    'distinct_id',
    'elements_chain',
    'created_at',
    'person_mode',
  ],
  person: ['distinct_id', 'person.id', 'person.created_at', 'person.properties', 'person.has_profile'],
}

/** How many rows a page has unless the query says it. */
const PAGE = 100
/** What came in the last seconds may have a time that is ahead of ours. */
const AHEAD_SECONDS = 5

/**
 * The node of a table of events -> its plan. Throws 400 naming the field if an expression, a filter, a date or an action is
 * invalid; 503 if a cohort is not calculated yet.
 */
export function planEvents(node: EventsNode, scope: PlanScope): EventsPlan {
  const attr = place(node, 'select')
  const context = { ...bindContext(scope, attr), placeOf: placeOf(node) }
  const query = resolveDefinitions(eventsSyntax(node), attr, scope)
  const limit = node.limit ?? scope.mostRows ?? PAGE
  const result = bindResult(query, context, { pageSize: limit })
  return {
    kind: 'EventsQuery',
    result,
    columns: node.select.map((item) => ({ text: item.text, cell: cellOf(textSyntax(item)) })),
    after: node.after === null ? null : instantOf(node.after, place(node, 'after'), scope),
    before: node.before === null ? soon(scope) : instantOf(node.before, place(node, 'before'), scope),
    events: node.events,
    filter: { kind: 'and', args: [planFilter(node.filter, scope), ...otherFilters(node, scope)] },
    source: node.source && planSource(node.source, scope),
    start: node.start,
    limit,
    offset: node.offset,
    timezone: scope.project.timezone,
  }
}

const place = ({ path }: EventsNode, key: string): string => [...path, key].join('__')

function otherFilters(node: EventsNode, scope: PlanScope): Filter[] {
  const { actionId, steps, filterTestAccounts } = node
  const action = actionId === null ? null : requireAction(actionId, place(node, 'actionId'), scope.context)
  return [
    planFilter(testAccountFilter({ filterTestAccounts }, scope.project), scope),
    ...(action ? [planAction(action.steps, scope)] : []),
    ...(steps ? [planAction(steps, scope)] : []),
  ]
}

const cellOf = (ast: Ast): CellKind => CELLS.get(nameOf(ast) ?? '') ?? 'value'
const textSyntax = (item: NodeText): Ast => syntaxOf(item, item.text, item.attr)

const instantOf = (text: string, attr: string, scope: PlanScope): string =>
  readDate(text, dateScope(scope), attr).at.toUTC().toISO() ?? ''

const soon = ({ now }: PlanScope): string =>
  DateTime.fromJSDate(now, { zone: 'utc' }).plus({ seconds: AHEAD_SECONDS }).toISO() ?? ''

const known = new WeakMap<EventsNode, SelectAst>()

/** The query that the texts of the node say. Throws 400 `hogql_syntax_error` naming a text that cannot be parsed. */
export function eventsSyntax(node: EventsNode): SelectAst {
  const made = known.get(node) ?? makeSyntax(node)
  known.set(node, made)
  return made
}

function makeSyntax(node: EventsNode): SelectAst {
  const columns = node.select.map((item, index) => placed(columnOf(item), index))
  const conditions = node.where.map((item, index) => placed(textSyntax(item), node.select.length + index))
  const isGrouped = columns.some(aggregates)
  const cell = isGrouped ? node.select.find((item) => cellOf(textSyntax(item)) !== 'value') : undefined
  if (cell) throw hogqlError(`${cell.text} cannot stand beside an aggregate.`, 0, cell.attr)
  const person: Ast[] =
    node.person === null ? [] : [equals(field('person_id'), { kind: 'literal', value: node.person, at: 0 })]
  const keys = isGrouped ? columns.filter((ast) => !aggregates(ast)) : []
  return {
    kind: 'select',
    with: [],
    values: [],
    distinct: false,
    columns: columns.map((expr, index): Ast => ({ kind: 'alias', expr, name: `column ${index}`, at: expr.at })),
    from: { kind: 'table', name: 'events', alias: null, at: 0 },
    joins: [],
    arrayJoin: null,
    where: allOf([...person, ...conditions.filter((ast) => !aggregates(ast))]),
    groupBy: keys,
    having: allOf(conditions.filter(aggregates)),
    windows: [],
    orderBy: [
      ...(node.orderBy?.map((item, index) => placed(orderOf(item), node.select.length + node.where.length + index)) ??
        defaultOrder(node, columns)),
      // rows with equal values need a fixed order, or pages would repeat and miss rows
      ...(isGrouped ? keys : [field('uuid')]).map((expr) => ascending(expr)),
    ],
    limitBy: null,
    limit: null,
    offset: { kind: 'literal', value: node.offset, at: 0 },
    at: 0,
  }
}

/** Each text has so many places of the query: more than it can have characters. */
const SPAN = 100_000

/** The syntax of the `index`-th text, its places those that the query has for it. */
function placed<T>(part: T, index: number): T {
  if (Array.isArray(part)) return part.map((each) => placed(each, index)) as T
  if (typeof part !== 'object' || part === null) return part
  const entries = Object.entries(part).map(([key, each]) => [
    key,
    key === 'at' && typeof each === 'number' ? each + index * SPAN : placed(each, index),
  ])
  return Object.fromEntries(entries)
}

const placeOf = (node: EventsNode) => {
  const texts = [...node.select, ...node.where, ...(node.orderBy ?? [])]
  return (at: number) => ({ attr: texts[Math.floor(at / SPAN)]?.attr ?? '', at: at % SPAN })
}

const aggregates = (ast: Ast): boolean => hasAggregate(desugar(ast))
const field = (name: string): Ast => ({ kind: 'field', chain: name.split('.'), at: 0 })
const equals = (a: Ast, b: Ast): Ast => callOf<Ast>('equals', 0, a, b)
const ascending = (expr: Ast): OrderAst => ({ expr, descending: false, nulls: null })
const descending = (expr: Ast): OrderAst => ({ expr, descending: true, nulls: null })

const allOf = ([first, ...more]: readonly Ast[]): Ast | null =>
  first === undefined ? null : more.length === 0 ? first : callOf<Ast>('and', 0, first, ...more)

function columnOf(item: NodeText): Ast {
  const ast = textSyntax(item)
  const cell = cellOf(ast)
  if (cell === 'value') return ast
  return { kind: 'list', brackets: 'tuple', items: CELL_FIELDS[cell].map(field), at: 0 }
}

/** `count()` or another aggregate, the greatest first; else the newest, if the time is shown; else the first column. */
function defaultOrder({ select }: EventsNode, columns: readonly Ast[]): OrderAst[] {
  const time = select.findIndex((item) => nameOf(textSyntax(item)) === 'timestamp')
  const at = [columns.findIndex(isCount), columns.findIndex(aggregates), time].find((index) => index >= 0)
  if (at !== undefined) return [descending(columns[at] as Ast)]
  const [first] = columns
  if (first?.kind !== 'list') return first ? [ascending(first)] : []
  return [ascending(first.items[0] as Ast)]
}

function orderOf(item: NodeText): OrderAst {
  const order = orderSyntaxOf(item)
  const cell = cellOf(order.expr)
  const [first] = cell === 'value' ? [] : CELL_FIELDS[cell]
  return first ? { ...order, expr: field(first) } : order
}
