/** Plans ActorsQuery: pages of persons and groups (docs/actors.md). */
import { invalid } from '../core/errors.ts'
import { canonicalJson } from '../core/json.ts'
import { hogqlError } from '../hogql/error.ts'
import { bindColumn } from '../hogql/expressions.ts'
import { actorFields, appearanceFields, eventCount, type Fields } from '../hogql/fields.ts'
import type { ValueInfo } from '../hogql/rules.ts'
import type { Ast } from '../hogql/syntax.ts'
import type { ActorChoice, ActorKind } from '../nodes/actors/choice.ts'
import type { ActorsNode, ActorsSource } from '../nodes/actors/node.ts'
import type { NodeText } from '../nodes/insight.ts'
import { call, column, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { FilterGroup } from './condition.ts'
import type { PlanScope } from './context.ts'
import { type CorrelationPointPlan, planCorrelationPoint } from './correlation.ts'
import { bindingScope, planFilter } from './filter.ts'
import { type FunnelPointPlan, planFunnelPoint } from './points/funnels.ts'
import { type LifecyclePointPlan, planLifecyclePoint } from './points/lifecycle.ts'
import { type PathsPointPlan, planPathsPoint } from './points/paths.ts'
import { planRetentionPoint, type RetentionPointPlan } from './points/retention.ts'
import { planSqlPoint, type SqlPointPlan } from './points/sql.ts'
import { planStickinessPoint, type StickinessPointPlan } from './points/stickiness.ts'
import { planTrendsPoint, type TrendsPointPlan } from './points/trends.ts'
import { columnCount } from './retention.ts'
import { isCount, nameOf, orderSyntaxOf, syntaxOf } from './syntax.ts'

export interface ActorColumn {
  /** The text in `select`, which is the column's name in the answer. */
  readonly text: string
  /** By which rows are ordered and grouped. */
  readonly expr: Expr
  readonly shown: Expr
  /** null: a JSON object of the whole person or group. */
  readonly info: ValueInfo | null
  readonly isAggregate: boolean
}

export type ActorsSourcePlan =
  | TrendsPointPlan
  | FunnelPointPlan
  | RetentionPointPlan
  | LifecyclePointPlan
  | StickinessPointPlan
  | PathsPointPlan
  | CorrelationPointPlan
  | SqlPointPlan

export interface ActorsPlan {
  readonly kind: 'ActorsQuery'
  readonly of: ActorKind
  readonly source: ActorsSourcePlan | null
  readonly columns: readonly ActorColumn[]
  readonly filter: FilterGroup
  readonly search: string | null
  readonly choice: ActorChoice | null
  readonly orderBy: readonly Order[]
  readonly limit: number
  readonly offset: number
  readonly timezone: string
}

/** The fields that expressions in `select`, `orderBy` and filters of a listing can name. */
export const fieldsOfActors = (node: ActorsNode): Fields => actorFields(node.of, sourceFields(node.source))

/** The fields of what led to the actors. */
function sourceFields(source: ActorsNode['source']): Fields {
  if (source?.kind === 'RetentionPoint') return appearanceFields(source.source.interval, columnCount(source.source))
  return source && HAVE_EVENTS.includes(source.kind) ? eventCount : () => undefined
}
const HAVE_EVENTS: readonly ActorsSource['kind'][] = ['TrendsPoint', 'FunnelPoint', 'PathsPoint', 'CorrelationPoint']

/** Is it a column that is no expression, such as `person` (the whole person) or `person.$delete`? */
export const isCell = (ast: Ast): boolean => CELLS.includes(nameOf(ast) ?? '')
const CELLS: readonly string[] = ['person', 'group', 'actor', 'person.$delete', 'group.$delete']

/**
 * The node of a listing -> its plan: bound expressions, typed filters, absolute instants. Throws 400 naming the field
 * if an expression, a filter, a date or the point of the insight is invalid; 503 if a cohort is not calculated yet.
 */
export function planActors(node: ActorsNode, scope: PlanScope): ActorsPlan {
  const { of } = node
  const fields = fieldsOfActors(node)
  const ofActors: PlanScope = { ...scope, fields }
  const resolve = (item: NodeText, ast: Ast) => bindColumn(ast, bindingScope(ofActors, item.attr))
  const texts = node.select.map((item) => syntaxOf(item, item.text, item.attr))
  const columns = node.select.map((item, index): ActorColumn => {
    const ast = texts[index] as Ast
    return { text: item.text, ...(cellOf(ast, of, item) ?? resolve(item, ast)) }
  })
  const object = columns.find(({ info }) => info === null)
  if (object && columns.some(({ isAggregate }) => isAggregate))
    throw invalid(
      node.select[columns.indexOf(object)]?.attr ?? null,
      `${object.text} cannot stand beside an aggregate.`,
    )
  const asked = node.orderBy?.map((item): Order => {
    const { expr: ast, descending, nulls } = orderSyntaxOf(item)
    const { expr, info, isAggregate } = isCell(ast)
      ? { expr: idOf(of), info: null, isAggregate: false }
      : resolve(item, ast)
    checkOrder(expr, isAggregate, columns, item)
    return { expr, descending, byCodePoint: info?.type === 'text', ...placeOfNulls(expr, info, nulls === 'first') }
  })
  return {
    kind: 'ActorsQuery',
    of,
    source: node.source && planSource(node.source, scope),
    columns,
    filter: planFilter(node.filter, ofActors),
    search: node.search,
    choice: node.choice,
    orderBy: asked ?? defaultOrder(columns, texts, of, node.source),
    limit: node.limit,
    offset: node.offset,
    timezone: scope.project.timezone,
  }
}

/**
 * In a listing with aggregates, rows can be ordered by selected columns and by aggregates alone. Throws 400
 * `invalid_input`.
 */
function checkOrder(expr: Expr, isAggregate: boolean, columns: readonly ActorColumn[], { text, attr }: NodeText): void {
  const isGrouped = columns.some((column) => column.isAggregate)
  if (isAggregate && !isGrouped)
    throw invalid(attr, `${text}: An aggregate can only order aggregates that are selected.`)
  const wanted = canonicalJson(expr)
  if (isGrouped && !isAggregate && !columns.some((column) => canonicalJson(column.expr) === wanted))
    throw invalid(attr, `${text}: Beside an aggregate, rows are ordered by what is selected.`)
}

/** A column that is never null is ordered as its index is. */
function placeOfNulls(expr: Expr, info: ValueInfo | null, isFirst: boolean): Pick<Order, 'nullsFirst' | 'nullsLast'> {
  if (expr.kind === 'column' && !info?.isNullable) return {}
  return isFirst ? { nullsFirst: true } : { nullsLast: true }
}

const idOf = (of: ActorKind): Expr => column(of === 'person' ? 'persons' : of, 'id')

function cellOf(ast: Ast, of: ActorKind, { attr }: NodeText) {
  const text = nameOf(ast)
  if (text === null || !CELLS.includes(text)) return undefined
  if (text.endsWith('.$delete')) {
    const one = value(1, 'int')
    return { expr: one, shown: one, info: { type: 'int' as const }, isAggregate: false }
  }
  if (text !== 'actor' && (text === 'person') !== (of === 'person'))
    throw hogqlError(`Unable to resolve field: ${text}`, 0, attr)
  const cell: Expr = { kind: 'actorCell', table: of === 'person' ? 'persons' : of, of }
  return { expr: cell, shown: cell, info: null, isAggregate: false }
}

/**
 * PostHog's default order: `count()`, else the first aggregate, else who appears most in a row of a retention, else
 * `created_at`, else the first column.
 */
function defaultOrder(
  columns: readonly ActorColumn[],
  texts: readonly Ast[],
  of: ActorKind,
  source: ActorsNode['source'],
): Order[] {
  const aggregate = columns[texts.findIndex(isCount)] ?? columns.find(({ isAggregate }) => isAggregate)
  if (aggregate) return [{ expr: aggregate.expr, descending: true, nullsLast: true }]
  if (source?.kind === 'RetentionPoint')
    return [{ expr: call('setSize', column('source', 'appearances')), descending: true }]
  const created = columns[texts.findIndex((ast) => nameOf(ast) === 'created_at')]
  if (created) return [{ expr: created.expr, descending: true, ...placeOfNulls(created.expr, created.info, false) }]
  const [first] = columns
  if (!first?.info) return [{ expr: idOf(of) }]
  return [{ expr: first.expr, byCodePoint: first.info.type === 'text', nullsLast: true }]
}

export function planSource(source: ActorsSource, scope: PlanScope): ActorsSourcePlan {
  switch (source.kind) {
    case 'TrendsPoint':
      return planTrendsPoint(source, scope)
    case 'FunnelPoint':
      return planFunnelPoint(source, scope)
    case 'RetentionPoint':
      return planRetentionPoint(source, scope)
    case 'LifecyclePoint':
      return planLifecyclePoint(source, scope)
    case 'StickinessPoint':
      return planStickinessPoint(source, scope)
    case 'PathsPoint':
      return planPathsPoint(source, scope)
    case 'CorrelationPoint':
      return planCorrelationPoint(source, scope)
    case 'SqlPoint':
      return planSqlPoint(source, scope)
    default:
      return source satisfies never
  }
}
