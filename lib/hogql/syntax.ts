/**
 * The syntax tree of HogQL: plain data, with the place of each node in its text (`at`, index of its first character).
 * The parser makes an `Ast`, `desugar` a `PlainAst`, in which everything that has a longer spelling is spelled so. An
 * engine that prints HogQL makes a `PlainAst` or an `Ast` and prints that.
 */
import type { Typed } from './rules.ts'

export type Ast =
  | LiteralAst
  | FieldAst
  | ListOf<Ast>
  | CallOf<Ast>
  | LambdaOf<Ast>
  | AliasOf<Ast>
  | SubqueryOf<Ast>
  | InCohortOf<Ast>
  | Between
  | Case
  | Placeholder
  | BoundAst
  | Star
export type PlainAst =
  | LiteralAst
  | FieldAst
  | ListOf<PlainAst>
  | CallOf<PlainAst>
  | LambdaOf<PlainAst>
  | AliasOf<PlainAst>
  | SubqueryOf<PlainAst>
  | InCohortOf<PlainAst>
  | BoundAst
  | Star
export type QueryAst = QueryOf<Ast>
export type PlainQueryAst = QueryOf<PlainAst>

export interface LiteralAst {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
  readonly at: number
}
/** `events.properties.plan` */
export interface FieldAst {
  readonly kind: 'field'
  readonly chain: readonly string[]
  readonly at: number
}
/** `[1, 2]`, `(1, 2)` */
export interface ListOf<E> {
  readonly kind: 'list'
  readonly brackets: 'array' | 'tuple'
  readonly items: readonly E[]
  readonly at: number
}
/** Functions and operators alike: `a + b` is `plus(a, b)`. */
export interface CallOf<E> {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly E[]
  /** `quantile(0.9)(x)`: the expressions in the first brackets. */
  readonly params: readonly E[]
  readonly distinct: boolean
  readonly over?: WindowOf<E>
  /** `over w`: the name of a window of the select; `desugar` writes the window itself. */
  readonly overName?: string
  readonly at: number
}
/** `*`, `events.*` */
export interface Star {
  readonly kind: 'star'
  readonly table: string | null
  readonly at: number
}
/** `{name}`, `{filters}`, `{variables.plan}`; the query is given what stands there before it is bound. */
export interface Placeholder {
  readonly kind: 'placeholder'
  readonly chain: readonly string[]
  readonly at: number
}
/** What stands in the place of `{filters}` and the like: an expression over the tables of its select, under their aliases. */
export interface BoundAst {
  readonly kind: 'bound'
  readonly typed: Typed
  readonly at: number
}
/** `(a, b) -> a + b` */
export interface LambdaOf<E> {
  readonly kind: 'lambda'
  readonly names: readonly string[]
  readonly body: E
  readonly at: number
}
/** `expr as name`, as a column of a select and as a named part of a table function. */
export interface AliasOf<E> {
  readonly kind: 'alias'
  readonly expr: E
  readonly name: string
  readonly at: number
}
export interface SubqueryOf<E> {
  readonly kind: 'subquery'
  readonly query: QueryOf<E>
  readonly at: number
}
export interface WindowOf<E> {
  readonly partitionBy: readonly E[]
  readonly orderBy: readonly OrderOf<E>[]
  readonly frame: FrameAst | null
}
export interface FrameAst {
  readonly unit: 'rows' | 'range' | 'groups'
  readonly from: FrameBound
  readonly to: FrameBound
}
/** `1 preceding`; `rows` is null for all of them. */
export type FrameBound =
  | { readonly kind: 'current' }
  | { readonly kind: 'preceding' | 'following'; readonly rows: number | null }
export interface OrderOf<E> {
  readonly expr: E
  readonly descending: boolean
  readonly nulls: 'first' | 'last' | null
}

/** `a not between b and c` */
export interface Between {
  readonly kind: 'between'
  readonly expr: Ast
  readonly low: Ast
  readonly high: Ast
  readonly negated: boolean
  readonly at: number
}
/** `case a when 1 then 2 else 3 end` */
export interface Case {
  readonly kind: 'case'
  readonly subject: Ast | null
  readonly branches: readonly { readonly when: Ast; readonly value: Ast }[]
  readonly otherwise: Ast | null
  readonly at: number
}
/** `person_id in cohort 3`; a text is a cohort's name. */
export interface InCohortOf<E> {
  readonly kind: 'inCohort'
  readonly expr: E
  readonly cohort: number | string
  readonly at: number
}

export type QueryOf<E> = SelectOf<E> | UnionOf<E>
export type SetOperator =
  | 'union all'
  | 'union distinct'
  | 'intersect'
  | 'intersect distinct'
  | 'except'
  | 'except distinct'
export interface UnionOf<E> {
  readonly kind: 'union'
  readonly operator: SetOperator
  /** Two or more; of a difference the first less all others. */
  readonly queries: readonly QueryOf<E>[]
  readonly at: number
}
export interface SelectOf<E> {
  readonly kind: 'select'
  readonly with: readonly CommonTableOf<E>[]
  /** `with 5 as five`, `with (select max(number) from numbers(3)) as most` */
  readonly values: readonly AliasOf<E>[]
  readonly distinct: boolean
  readonly columns: readonly E[]
  readonly from: SourceOf<E> | null
  readonly joins: readonly JoinOf<E>[]
  readonly arrayJoin: ArrayJoinOf<E> | null
  readonly where: E | null
  readonly groupBy: readonly E[]
  readonly having: E | null
  readonly windows: readonly NamedWindowOf<E>[]
  readonly orderBy: readonly OrderOf<E>[]
  readonly limitBy: LimitByOf<E> | null
  readonly limit: E | null
  readonly offset: E | null
  readonly at: number
}
/** `window w as (partition by a)` */
export interface NamedWindowOf<E> {
  readonly name: string
  readonly window: WindowOf<E>
  readonly at: number
}
/** `limit 2 offset 1 by plan` */
export interface LimitByOf<E> {
  readonly limit: E
  readonly offset: E | null
  readonly by: readonly E[]
}
/** `array join list as item`, `left array join …`: arrays are walked in step. */
export interface ArrayJoinOf<E> {
  readonly left: boolean
  readonly arrays: readonly E[]
  readonly at: number
}
export interface CommonTableOf<E> {
  readonly name: string
  readonly query: QueryOf<E>
  readonly at: number
}
export type SourceOf<E> = TableOf | TableFunctionOf<E> | TableQueryOf<E>
interface TableOf {
  readonly kind: 'table'
  readonly name: string
  readonly alias: string | null
  readonly at: number
}
interface TableFunctionOf<E> {
  readonly kind: 'tableFunction'
  readonly name: string
  readonly args: readonly E[]
  readonly alias: string | null
  readonly at: number
}
interface TableQueryOf<E> {
  readonly kind: 'tableQuery'
  readonly query: QueryOf<E>
  readonly alias: string | null
  readonly at: number
}
export interface JoinOf<E> {
  readonly how: 'inner' | 'left' | 'right' | 'full' | 'cross'
  /** One row that matches at most. */
  readonly any: boolean
  readonly source: SourceOf<E>
  readonly on: E | null
  /** Columns that both sides have and are equal in; none: `on` says it. */
  readonly using: readonly string[]
}

export type CallAst = CallOf<Ast>
export type SelectAst = SelectOf<Ast>
export type SourceAst = SourceOf<Ast>
export type WindowAst = WindowOf<Ast>
export type OrderAst = OrderOf<Ast>
export type PlainCall = CallOf<PlainAst>
export type PlainSelect = SelectOf<PlainAst>
export type PlainSource = SourceOf<PlainAst>

/** A call of a function, without `distinct` and what stands in brackets of its own. */
export const callOf = <E>(name: string, at: number, ...args: readonly E[]): CallOf<E> => ({
  kind: 'call',
  name,
  args,
  params: [],
  distinct: false,
  at,
})
