/** Relations: where rows come from, and the select over them. */
import type { Expr, Extension, Logical, Order } from './expr.ts'
import type { Bounds, Interval } from './types.ts'

/** A table of the catalog. */
export interface TableSource {
  readonly kind: 'table'
  readonly name: string
  readonly alias: string
}
/** A common table of this query or of one around it. */
export interface CommonSource {
  readonly kind: 'common'
  readonly name: string
  readonly alias: string
}
export interface QuerySource<X extends Extension = Logical> {
  readonly kind: 'query'
  readonly query: Select<X>
  readonly alias: string
}
/** `each` once a bucket; its columns and `bucket`, the bucket's index from 0. Buckets with no row of `each` are absent. */
export interface Buckets<X extends Extension = Logical> {
  readonly kind: 'buckets'
  readonly alias: string
  readonly bounds: readonly Bounds[]
  /** A row may lie in several buckets. */
  readonly overlapping: boolean
  /** The buckets are intervals of the calendar, but for the ends of the first and the last; null: they are not. */
  readonly interval: Interval | null
  readonly weekStartDay: 0 | 1
  readonly timezone: string
  readonly each: Select<X>
  /** Another query of the same rows, which costs less where nothing of the buckets is known before. */
  readonly together?: Select<X>
}
/**
 * Each actor's way through the steps of a funnel (docs/funnels.md 2 to 6). Its expressions read `events`.
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
  /** Of actors who did no more than the first step, nobody asks when. */
  readonly conversionsOnly?: boolean
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
  /** Who did this step is asked beside the goal, of other steps nothing: `reached` may leave them out. Null: all are asked. */
  readonly entry: number | null
}
/** Every key of a column of properties with its value as text, nulls left out. Columns: `key`, `value`. */
export interface PropertyPairs {
  readonly kind: 'propertyPairs'
  readonly alias: string
  readonly of: Expr
}
/**
 * The texts behind keys that `breakdownKey` made of `of`, which reads `events`: columns `key` and `text`. `keys`: a query
 * whose column `key` has each of them once. Unless it is `exact`, there may be more rows than it has.
 */
export interface KeyTexts<X extends Extension = Logical> {
  readonly kind: 'keyTexts'
  readonly alias: string
  readonly of: Expr<X>
  readonly keys: Select<X>
  readonly exact: boolean
}
/** The rows of all queries, whose columns have the same names and types; by `operator` those that are in all, or in the first alone. */
export interface UnionSource<X extends Extension = Logical> {
  readonly kind: 'union'
  /** `union all` unless given. */
  readonly operator?: SetOperator
  readonly queries: readonly Select<X>[]
  readonly alias: string
}
export type SetOperator = 'union' | 'intersect' | 'intersect all' | 'except' | 'except all'
/**
 * A row for each element of the JSON arrays, which are walked in step: columns `value_1` and so on, JSON, null where an array
 * is shorter, and `index` from 1. The arrays read the rows of the sources before it.
 */
export interface Elements<X extends Extension = Logical> {
  readonly kind: 'elements'
  readonly alias: string
  readonly arrays: readonly Expr<X>[]
}
/** Column `index`: the numbers from 0 until before `count`. */
export interface IndexSource {
  readonly kind: 'indexes'
  readonly count: number
  readonly alias: string
}
export type Source<X extends Extension = Logical> =
  | IndexSource
  | TableSource
  | CommonSource
  | QuerySource<X>
  | UnionSource<X>
  | Buckets<X>
  | Walks
  | PropertyPairs
  | KeyTexts<X>
  | Elements<X>
  | X['source']
export interface Join<X extends Extension = Logical> {
  readonly source: Source<X>
  readonly on: Expr<X>
  /** Rows before it that none matches are kept. */
  readonly left?: boolean
  /** Its own rows that match none are kept. */
  readonly right?: boolean
  /** One row of it that matches at most. */
  readonly any?: boolean
}
export interface SelectColumn<X extends Extension = Logical> {
  readonly expr: Expr<X>
  readonly as: string
}
export interface CommonTable<X extends Extension = Logical> {
  readonly name: string
  readonly query: Select<X>
  /** If one query alone reads it, it may be computed as a part of that one. */
  readonly mayMerge?: boolean
}
export interface Select<X extends Extension = Logical> {
  readonly kind: 'select'
  /** Rows that are the same once. */
  readonly distinct?: boolean
  readonly with?: readonly CommonTable<X>[]
  readonly columns: readonly SelectColumn<X>[]
  readonly from: Source<X>
  readonly joins?: readonly Join<X>[]
  readonly where?: Expr<X>
  readonly groupBy?: readonly Expr<X>[]
  readonly having?: Expr<X>
  readonly orderBy?: readonly Order<X>[]
  readonly limit?: number
  readonly offset?: number
  /** Its common tables have many rows that are joined, whatever an engine expects. */
  readonly joinsMany?: boolean
}
