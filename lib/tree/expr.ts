/**
 * Expressions: plain readonly data about the tables of the catalog. An engine may have nodes of its own beside these: it
 * lowers `Expr` to `Expr<X>`, and nothing but the engine knows its `X`.
 */
import type { SqlFunction } from './functions.ts'
import type {
  AggregateFunction,
  LambdaFunction,
  LanguageFunction,
  PatternFunction,
  WindowFunction,
} from './language.ts'
import type { Regex } from './regex.ts'
import type { Select } from './relation.ts'
import type { GroupOwner, PropertyOwner, Scalar, SqlType } from './types.ts'

/** Nodes that one engine alone has. */
export interface Extension {
  readonly expr: { readonly kind: string }
  readonly source: { readonly kind: string; readonly alias: string }
}
/** No nodes but those of the tree. */
export interface Logical extends Extension {
  readonly expr: never
  readonly source: never
}

export interface Value {
  readonly kind: 'value'
  readonly value: Scalar
  readonly type: SqlType
  /** It was made of the time at which it was asked: the next time it is another one. */
  readonly ofNow?: true
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
  /** Of a query that is read: a number that may be NaN. */
  readonly mayBeNaN?: true
}
/** A property of a row, or of the person, session or group that it leads to, read as `type`. */
export interface PropertyRead {
  readonly kind: 'property'
  /** Alias of the table. */
  readonly table: string
  readonly of: PropertyOwner
  readonly key: string
  readonly type: SqlType
}
/** What rows are grouped by in place of a text of theirs, none and '' being the same; never null. */
export interface BreakdownKey<X extends Extension = Logical> {
  readonly kind: 'breakdownKey'
  readonly of: Expr<X>
}
/** The text ('' = none) of a key that `breakdownKey` made of `of`, which reads `events`. */
export interface BreakdownText<X extends Extension = Logical> {
  readonly kind: 'breakdownText'
  readonly of: Expr<X>
  readonly key: Expr<X>
}
export interface Call<X extends Extension = Logical> {
  readonly kind: 'call'
  readonly fn: SqlFunction
  readonly args: readonly Expr<X>[]
}
export interface Compare<X extends Extension = Logical> {
  readonly kind: 'compare'
  readonly op: '=' | '!=' | '<' | '<=' | '>' | '>='
  readonly left: Expr<X>
  readonly right: Expr<X>
  /** Text is ordered by code points, not by the database's locale. */
  readonly byCodePoint?: boolean
  /** The side that may be NaN, of which no comparison but `!=` is true. */
  readonly mayBeNaN?: 'left' | 'right'
}
export interface In<X extends Extension = Logical> {
  readonly kind: 'in'
  readonly expr: Expr<X>
  readonly list: List
}
export interface LikeMatch<X extends Extension = Logical> {
  readonly kind: 'match'
  /** Looks for a part; `%` and `_` of the pattern are live. */
  readonly how: 'like' | 'ilike'
  readonly expr: Expr<X>
  readonly pattern: string
}
export interface RegexMatch<X extends Extension = Logical> {
  readonly kind: 'match'
  readonly how: 'regex'
  readonly expr: Expr<X>
  readonly pattern: Regex
}
/** The text with each match of the pattern replaced; one that would become very long is cut. */
export interface ReplaceMatches<X extends Extension = Logical> {
  readonly kind: 'replaceMatches'
  readonly expr: Expr<X>
  readonly pattern: Regex
  readonly replacement: string
}
/** A function of a text and a regular expression; language.ts says which there are and what they give. */
export interface PatternCall<X extends Extension = Logical> {
  readonly kind: 'patternCall'
  readonly fn: PatternFunction
  readonly expr: Expr<X>
  readonly pattern: Regex
  /** What else the function takes. */
  readonly args: readonly Expr<X>[]
}
export type Match<X extends Extension = Logical> = LikeMatch<X> | RegexMatch<X>
/** An element of the chain has a value of the attribute that passes the test, which reads `element.value`. */
export interface AnyElement<X extends Extension = Logical> {
  readonly kind: 'anyElement'
  readonly attribute: 'text' | 'href'
  readonly chain: Expr<X>
  readonly test: Expr<X>
}
export interface Logic<X extends Extension = Logical> {
  readonly kind: 'and' | 'or'
  readonly args: readonly Expr<X>[]
}
export interface Not<X extends Extension = Logical> {
  readonly kind: 'not'
  readonly arg: Expr<X>
}
export interface IsNull<X extends Extension = Logical> {
  readonly kind: 'isNull'
  readonly arg: Expr<X>
}
export interface If<X extends Extension = Logical> {
  readonly kind: 'if'
  readonly condition: Expr<X>
  readonly whenTrue: Expr<X>
  readonly whenFalse: Expr<X>
}
/** The person is a member of the cohort. */
export interface InCohort<X extends Extension = Logical> {
  readonly kind: 'inCohort'
  readonly person: Expr<X>
  readonly cohort: number
}
/** The greatest value of `of` in the rows of the partition that come before this one; rows that tie do not count. */
export interface LatestBefore<X extends Extension = Logical> {
  readonly kind: 'latestBefore'
  readonly of: Expr<X>
  readonly partitionBy: Expr<X>
  readonly orderBy: Expr<X>
}
/** Over the rows of the partition in their order. */
interface Window<X extends Extension> {
  readonly kind: 'window'
  readonly partitionBy: readonly Expr<X>[]
  readonly orderBy: readonly Order<X>[]
  /** No rows tie, or what ties is the same: an engine need not look whether they do. */
  readonly isStrict?: boolean
}
/** The sum or an extreme up to this row and those that tie with it; the value of the next row, or of the one before; null if there is none. */
export interface WindowCall<X extends Extension = Logical> extends Window<X> {
  readonly fn: 'sum' | 'min' | 'max' | 'lead' | 'lag'
  readonly of: Expr<X>
}
/** From 1. */
export interface RowNumber<X extends Extension = Logical> extends Window<X> {
  readonly fn: 'rowNumber'
  readonly of: null
}
/** A function of queries that clients write; language.ts says which there are and what they give. */
export interface FunctionCall<X extends Extension = Logical> {
  readonly kind: 'function'
  readonly fn: LanguageFunction
  readonly args: readonly Expr<X>[]
}
/** Over the rows of a group, or of a window if there is one. */
export interface AggregateCall<X extends Extension = Logical> {
  readonly kind: 'aggregate'
  readonly fn: AggregateFunction
  readonly args: readonly Expr<X>[]
  readonly distinct?: boolean
  /** The rows that count. */
  readonly filter?: Expr<X>
  /** The order of the rows, where the aggregate depends on it. */
  readonly orderBy?: readonly Order<X>[]
  readonly over?: WindowOver<X>
}
/** `row_number` and its like, which stand over a window only. */
export interface WindowFunctionCall<X extends Extension = Logical> {
  readonly kind: 'windowFunction'
  readonly fn: WindowFunction
  readonly args: readonly Expr<X>[]
  readonly over: WindowOver<X>
}
export interface WindowOver<X extends Extension = Logical> {
  readonly partitionBy: readonly Expr<X>[]
  readonly orderBy: readonly Order<X>[]
  readonly frame?: WindowFrame
}
export interface WindowFrame {
  readonly unit: 'rows' | 'range' | 'groups'
  readonly from: WindowFrameBound
  readonly to: WindowFrameBound
}
/** `rows` is null for all of them. */
export type WindowFrameBound =
  | { readonly kind: 'current' }
  | { readonly kind: 'preceding' | 'following'; readonly rows: number | null }
/**
 * A function of the elements of JSON arrays, which are walked in step. `body` is computed for each element and reads them as
 * columns `value_1` and so on of `alias`, which are JSON, and their `index` from 1; it may read the rows around it, too.
 */
export interface LambdaCall<X extends Extension = Logical> {
  readonly kind: 'lambda'
  readonly fn: LambdaFunction
  readonly alias: string
  readonly arrays: readonly Expr<X>[]
  readonly body: Expr<X>
  /** Of a fold: JSON that it begins with. */
  readonly initial?: Expr<X>
}
/** The bounds of the bucket a `buckets` source is at. */
export interface BucketBound {
  readonly kind: 'bucketFrom' | 'bucketTo'
}
/** Who a row of `persons` or `groups` is, as one JSON object. */
export interface ActorCell {
  readonly kind: 'actorCell'
  /** Alias of the table. */
  readonly table: string
  readonly of: 'person' | GroupOwner
}
/** The value of the only row and column, or null; the query is run once, or for each row if it reads columns of this one. */
export interface ScalarQuery<X extends Extension = Logical> {
  readonly kind: 'scalarQuery'
  readonly query: Select<X>
}
/** `expr` is one of the values of the only column; the query is run once. */
export interface InQuery<X extends Extension = Logical> {
  readonly kind: 'inQuery'
  readonly expr: Expr<X>
  readonly query: Select<X>
  /** Its values may be so many that they had better not be listed. */
  readonly isLarge?: boolean
}
export type Expr<X extends Extension = Logical> =
  | Value
  | List
  | Column
  | PropertyRead
  | BreakdownKey<X>
  | BreakdownText<X>
  | Call<X>
  | Compare<X>
  | In<X>
  | Match<X>
  | ReplaceMatches<X>
  | PatternCall<X>
  | AnyElement<X>
  | Logic<X>
  | Not<X>
  | IsNull<X>
  | If<X>
  | RowNumber<X>
  | WindowCall<X>
  | FunctionCall<X>
  | AggregateCall<X>
  | WindowFunctionCall<X>
  | LambdaCall<X>
  | BucketBound
  | ScalarQuery<X>
  | InQuery<X>
  | InCohort<X>
  | LatestBefore<X>
  | ActorCell
  | X['expr']
export interface Order<X extends Extension = Logical> {
  readonly expr: Expr<X>
  readonly descending?: boolean
  /** Text by code points, not by the database's locale. */
  readonly byCodePoint?: boolean
  /** Whichever the direction. */
  readonly nullsLast?: boolean
  readonly nullsFirst?: boolean
  /** The expression is the text of an id that rows are ordered by. */
  readonly ofId?: boolean
  /** NaN stands between the numbers and the nulls, whichever the direction. */
  readonly nanBesideNulls?: boolean
}
