/**
 * The query tree: plain readonly data. The logical tree speaks of PostHog's tables (`events`, `person.properties.x`);
 * An engine's `lower` turns it into the physical tree of one engine, which has the nodes marked physical in place of the
 * ones marked logical.
 */
import type { SqlFunction } from './functions.ts'

export type Scalar = string | number | boolean | null
export type SqlType = 'text' | 'float' | 'int' | 'boolean' | 'instant'

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
  readonly table: string
  readonly name: string
}
export const GROUP_OWNERS = ['group_0', 'group_1', 'group_2', 'group_3', 'group_4'] as const
export type GroupOwner = (typeof GROUP_OWNERS)[number]
/** Whose property it is: the event's, or of its person, its session, its group of a type. */
export type PropertyOwner = 'event' | 'person' | 'session' | GroupOwner

/** Logical: a property, read as `type`. */
export interface PropertyRead {
  readonly kind: 'property'
  readonly of: PropertyOwner
  readonly key: string
  readonly type: SqlType
}
/** Logical: what rows are grouped by before values are ranked; never null. */
export interface BreakdownKey {
  readonly kind: 'breakdownKey'
  readonly property: PropertyRead
}
/** Logical: the text ('' = none) of a key that `breakdownKey` made. */
export interface BreakdownText {
  readonly kind: 'breakdownText'
  readonly property: PropertyRead
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
export interface Match {
  readonly kind: 'match'
  /** `like` and `ilike` look for a part; `%` and `_` of the pattern are live. */
  readonly how: 'like' | 'ilike' | 'regex'
  readonly expr: Expr
  readonly pattern: string
}
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
/** Logical, only in HogQL text: the index of every bucket that an instant lies in, a row for each. */
export interface BucketIndexes {
  readonly kind: 'bucketIndexes'
  readonly bounds: readonly Bounds[]
  readonly of: Expr
}
/** Logical, only in HogQL text: the start of the interval that an instant lies in. */
export interface IntervalStart {
  readonly kind: 'intervalStart'
  readonly interval: Interval
  readonly weekStartDay: 0 | 1
  readonly of: Expr
}
/** Logical: who a row of `persons` or `groups` is, as one JSON object. */
export interface ActorCell {
  readonly kind: 'actorCell'
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
  | IntervalStart
  | BucketIndexes
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

export interface TableSource {
  readonly kind: 'table'
  readonly name: string
  readonly alias: string
}
export interface QuerySource {
  readonly kind: 'query'
  readonly query: Select
  readonly alias: string
}
export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month'

/** `each` once a bucket; its columns and `bucket`, the bucket's index from 0. Buckets with no row of `each` are absent. */
export interface Buckets {
  readonly kind: 'buckets'
  readonly alias: string
  readonly bounds: readonly Bounds[]
  /** A row may lie in several buckets. */
  readonly overlapping: boolean
  readonly interval: Interval
  readonly weekStartDay: 0 | 1
  readonly timezone: string
  readonly each: Select
}
/** ISO instants, half-open. */
export interface Bounds {
  readonly from: string
  readonly to: string
}
/**
 * Logical: each actor's way through the steps of a funnel (docs/funnels.md 2 to 6). Its expressions read `events`.
 * Columns: see `walkColumns`. Actors without an event of the first step, and those that an exclusion took out, have no row.
 */
export interface Walks {
  readonly kind: 'walks'
  readonly alias: string
  /** The actor that an event belongs to. */
  readonly actor: Expr
  /** ISO instants, half-open: the events that are looked at. */
  readonly from: string
  readonly to: string
  /** Holds for every event that is looked at. */
  readonly filter: Expr
  readonly steps: readonly WalkStep[]
  readonly exclusions: readonly WalkExclusion[]
  /** `strict`: no other event between two steps. `unordered`: the steps in any order. */
  readonly order: 'ordered' | 'strict' | 'unordered'
  /** An attempt ends so many seconds after its first step. */
  readonly windowSeconds: number
  readonly breakdown: WalkBreakdown | null
  readonly entries: WalkEntries | null
}
/** Events that the test holds for. */
export interface WalkEvents {
  readonly test: Expr
  /** The one name that all of them have; null if the test does not say so. */
  readonly event: string | null
}
export interface WalkStep extends WalkEvents {
  readonly isOptional: boolean
  /** Only the event at the time of the person's first event ever for which this holds. */
  readonly first: Expr | null
}
/** An event of these between steps `from` and `to`, counted from 0, ends the attempt. */
export interface WalkExclusion extends WalkEvents {
  readonly from: number
  readonly to: number
}
export interface WalkBreakdown {
  /** Texts, '' for none. The value of an event is the text, of several the JSON list of them. */
  readonly parts: readonly Expr[]
  /**
   * The value of an actor: that of its first or last event; each of those its events have, with those events alone; each
   * of those its events of step `step` have.
   */
  readonly attribution: 'first_touch' | 'last_touch' | 'all_events' | 'step'
  /** Counted from 0. */
  readonly step: number
  /** First and last touch pass over events that have no text in any part. */
  readonly skipsEmpty: boolean
}
/** A row for each interval in which an actor did the first step. */
export interface WalkEntries {
  /** ISO instants, ascending. */
  readonly starts: readonly string[]
  /** Conversion is to do this step, counted from 0; ordered walks are not followed beyond it. */
  readonly goal: number
}
/** Logical: every key of a column of properties with its value as text, nulls left out. Columns: `key`, `value`. */
export interface PropertyPairs {
  readonly kind: 'propertyPairs'
  readonly alias: string
  readonly of: Expr
}
/** Physical: the rows that a function gives for each row before it. */
export interface FunctionSource {
  readonly kind: 'function'
  readonly name: string
  readonly args: readonly Expr[]
  readonly alias: string
}
/** The rows of all queries, whose columns are the same. */
export interface UnionSource {
  readonly kind: 'union'
  readonly queries: readonly Select[]
  readonly alias: string
}
/** Column `index`: the numbers from 0 until before `count`. */
export interface IndexSource {
  readonly kind: 'indexes'
  readonly count: number
  readonly alias: string
}
export type Source =
  | IndexSource
  | TableSource
  | QuerySource
  | FunctionSource
  | UnionSource
  | Buckets
  | Walks
  | PropertyPairs

export interface Join {
  readonly source: TableSource | QuerySource | FunctionSource | PropertyPairs
  readonly on: Expr
  readonly left?: boolean
}
export interface SelectColumn {
  readonly expr: Expr
  readonly as: string
}
export interface CommonTable {
  readonly name: string
  readonly query: Select
}
export interface Select {
  readonly kind: 'select'
  readonly with?: readonly CommonTable[]
  readonly columns: readonly SelectColumn[]
  readonly from: Source
  readonly joins?: readonly Join[]
  readonly where?: Expr
  readonly groupBy?: readonly Expr[]
  readonly orderBy?: readonly Order[]
  readonly limit?: number
  readonly offset?: number
}

export const value = (v: Scalar, type: SqlType): Value => ({ kind: 'value', value: v, type })
export const table = (name: string): TableSource => ({ kind: 'table', name, alias: name })
export const column = (table: string, name: string): Column => ({ kind: 'column', table, name })
export const call = (fn: SqlFunction, ...args: readonly Expr[]): Call => ({ kind: 'call', fn, args })
export const compare = (left: Expr, op: Compare['op'], right: Expr): Compare => ({ kind: 'compare', op, left, right })
export const and = (...args: readonly Expr[]): Expr => logic('and', args)
export const or = (...args: readonly Expr[]): Expr => logic('or', args)
export const not = (arg: Expr): Not => ({ kind: 'not', arg })
export const isNull = (arg: Expr): IsNull => ({ kind: 'isNull', arg })
export const alwaysTrue = value(true, 'boolean')

function logic(kind: Logic['kind'], args: readonly Expr[]): Expr {
  const flat = args
    .flatMap((arg) => (arg.kind === kind ? arg.args : [arg]))
    .filter((arg) => kind === 'or' || arg !== alwaysTrue)
  if (flat.length === 0) return alwaysTrue
  return flat.length === 1 && flat[0] ? flat[0] : { kind, args: flat }
}
