/** Expressions: plain readonly data. */
import type { SqlFunction } from './functions.ts'
import type { Regex } from './regex.ts'
import type { Select } from './relation.ts'
import type { GroupOwner, PropertyOwner, Scalar, SqlType } from './types.ts'

export interface Value {
  readonly kind: 'value'
  readonly value: Scalar
  readonly type: SqlType
}
/** Values of one type, bound as one array. */
export interface List {
  readonly kind: 'list'
  readonly values: readonly (string | number | boolean)[]
  readonly type: SqlType
}
export interface Column {
  readonly kind: 'column'
  /** Alias of the source. */
  readonly table: string
  readonly name: string
}
/** Logical: a property of a row, or of the person, session or group that it leads to, read as `type`. */
export interface PropertyRead {
  readonly kind: 'property'
  /** Alias of the table. */
  readonly table: string
  readonly of: PropertyOwner
  readonly key: string
  readonly type: SqlType
}
/** Logical: what rows are grouped by before the values of a property are ranked; never null. */
export interface BreakdownKey {
  readonly kind: 'breakdownKey'
  readonly of: Expr
}
/** Logical: the text ('' = none) of a key that `breakdownKey` made of the property. */
export interface BreakdownText {
  readonly kind: 'breakdownText'
  readonly owner: PropertyOwner
  readonly property: string
  readonly key: Expr
}
export interface Call {
  readonly kind: 'call'
  readonly fn: SqlFunction
  readonly args: readonly Expr[]
}
export interface Compare {
  readonly kind: 'compare'
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='
  readonly left: Expr
  readonly right: Expr
  /** Text is ordered by code points, not by the database's locale. */
  readonly byCodePoint?: boolean
}
export interface In {
  readonly kind: 'in'
  readonly expr: Expr
  readonly list: List
}
export interface LikeMatch {
  readonly kind: 'match'
  /** Looks for a part; `%` and `_` of the pattern are live. */
  readonly how: 'like' | 'ilike'
  readonly expr: Expr
  readonly pattern: string
}
export interface RegexMatch {
  readonly kind: 'match'
  readonly how: 'regex'
  readonly expr: Expr
  readonly pattern: Regex
}
export type Match = LikeMatch | RegexMatch
/** An element of the chain has a value of the attribute that passes the test, which reads `element.value`. */
export interface AnyElement {
  readonly kind: 'anyElement'
  readonly attribute: 'text' | 'href'
  readonly chain: Expr
  readonly test: Expr
}
export interface Logic {
  readonly kind: 'and' | 'or'
  readonly args: readonly Expr[]
}
export interface Not {
  readonly kind: 'not'
  readonly arg: Expr
}
export interface IsNull {
  readonly kind: 'isNull'
  readonly arg: Expr
}
export interface If {
  readonly kind: 'if'
  readonly condition: Expr
  readonly whenTrue: Expr
  readonly whenFalse: Expr
}
/** Logical: the person is a member of the cohort. */
export interface InCohort {
  readonly kind: 'inCohort'
  readonly person: Expr
  readonly cohort: number
}
/** The greatest value of `of` in the rows of the partition that come before this one; rows that tie do not count. */
export interface LatestBefore {
  readonly kind: 'latestBefore'
  readonly of: Expr
  readonly partitionBy: Expr
  readonly orderBy: Expr
}
/** Over the rows of the partition in their order: the sum or the greatest up to this one and those that tie with it, or the value of the next one. */
export interface WindowCall {
  readonly kind: 'window'
  readonly fn: 'sum' | 'max' | 'lead'
  readonly of: Expr
  readonly partitionBy: Expr | null
  readonly orderBy: Expr
}
export interface RowNumber {
  readonly kind: 'rowNumber'
  readonly orderBy: readonly Order[]
}
/** The bounds of the bucket a `buckets` source is at. */
export interface BucketBound {
  readonly kind: 'bucketFrom' | 'bucketTo'
}
/** Logical: who a row of `persons` or `groups` is, as one JSON object. */
export interface ActorCell {
  readonly kind: 'actorCell'
  /** Alias of the table. */
  readonly table: string
  readonly of: 'person' | GroupOwner
}
/** Physical: `(properties ->> key)` and its typed forms. */
export interface JsonRead {
  readonly kind: 'jsonRead'
  readonly json: Expr
  readonly key: string
  readonly type: SqlType
  /** The zone of texts that name none. */
  readonly timezone: string
}
/** Physical: a function that one engine alone has, by the name that the engine gives it. */
export interface NativeCall {
  readonly kind: 'native'
  readonly fn: string
  readonly args: readonly Expr[]
}
/** The value of the only row and column, or null; the query is run once, or for each row if it reads columns of this one. */
export interface ScalarQuery {
  readonly kind: 'scalarQuery'
  readonly query: Select
}
/** `expr` is one of the values of the only column; the query is run once. */
export interface InQuery {
  readonly kind: 'inQuery'
  readonly expr: Expr
  readonly query: Select
  /** Null is neither in nor out, even where the query gives nothing. The values are numbers above -1. */
  readonly nullStays?: boolean
}
/** Physical: the query, which reads columns of this one, has a row. */
export interface Exists {
  readonly kind: 'exists'
  readonly query: Select
}
export type Expr =
  | Value
  | List
  | Column
  | PropertyRead
  | BreakdownKey
  | BreakdownText
  | Call
  | Compare
  | In
  | Match
  | AnyElement
  | Logic
  | Not
  | IsNull
  | If
  | RowNumber
  | WindowCall
  | BucketBound
  | JsonRead
  | NativeCall
  | ScalarQuery
  | InQuery
  | InCohort
  | LatestBefore
  | Exists
  | ActorCell
export interface Order {
  readonly expr: Expr
  readonly descending?: boolean
  /** Text by code points, not by the database's locale. */
  readonly byCodePoint?: boolean
  /** Whichever the direction. */
  readonly nullsLast?: boolean
}
