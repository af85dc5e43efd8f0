/**
 * The nodes that trees have after they are lowered for Postgres, beside those of logical trees, and the builders of and
 * the walks over such trees.
 */
import {
  and as logicalAnd,
  call as logicalCall,
  compare as logicalCompare,
  isNull as logicalIsNull,
  not as logicalNot,
  or as logicalOr,
} from '../../tree/build.ts'
import type * as expr from '../../tree/expr.ts'
import type * as relation from '../../tree/relation.ts'
import type { Bounds, SqlType } from '../../tree/types.ts'
import { walksOver } from '../../tree/walk.ts'

export interface Physical extends expr.Extension {
  readonly expr: JsonRead | NativeCall | Exists | InNumbers | TextNumber
  readonly source:
    | StoredSource
    | SessionRows
    | GuardedSource
    | JoinedSource
    | FunctionSource
    | LateralSource
    | TimeBuckets
    | DayRows
    | KeptBuckets
}
export type Expr = expr.Expr<Physical>
export type Compare = expr.Compare<Physical>
export type In = expr.In<Physical>
export type LambdaCall = expr.LambdaCall<Physical>
export type Match = expr.Match<Physical>
export type Select = relation.Select<Physical>
export type SelectColumn = relation.SelectColumn<Physical>
export type Source = relation.Source<Physical>
export type Join = relation.Join<Physical>
export type CommonTable = relation.CommonTable<Physical>
export type QuerySource = relation.QuerySource<Physical>
export type Elements = relation.Elements<Physical>
export type Buckets = relation.Buckets<Physical>
export type Order = expr.Order<Physical>

/** `(properties ->> key)` and its typed forms. */
export interface JsonRead {
  readonly kind: 'jsonRead'
  readonly json: Expr
  readonly key: string
  readonly type: SqlType
  /** The zone of texts that name none. */
  readonly timezone: string
}
/** A call of a function that Postgres alone has. */
export interface NativeCall {
  readonly kind: 'native'
  readonly fn: NativeFunction
  readonly args: readonly Expr[]
}
/** The query, which reads columns of this one, has a row. */
export interface Exists {
  readonly kind: 'exists'
  readonly query: Select
}
/** As `inQuery`, of numbers above -1; null is neither in nor out, even if the query has no rows. */
export interface InNumbers {
  readonly kind: 'inNumbers'
  readonly expr: Expr
  readonly query: Select
}
/** The number that is kept for the text, which `CodedText.textOf` gives back. */
export interface TextNumber {
  readonly kind: 'textNumber'
  readonly of: Expr
}
/** A table of the database. */
export interface StoredSource {
  readonly kind: 'stored'
  readonly name: string
  readonly alias: string
}
/** Sessions as `session_rows` has them, of the events of a query. */
export interface SessionRows {
  readonly kind: 'sessionRows'
  readonly events: Select
  readonly alias: string
}
/** The rows of a source for which the condition holds, under the same alias; of `one` the first of them. */
export interface GuardedSource {
  readonly kind: 'guarded'
  readonly source: Source
  readonly where: Expr
  /** The condition reads the rows of the sources before it. */
  readonly one?: boolean
  readonly alias: string
}
/** A source with what its rows lead to, as one operand of a join. */
export interface JoinedSource {
  readonly kind: 'joined'
  readonly source: Source
  readonly joins: readonly Join[]
  /** That of the table. */
  readonly alias: string
}
/**
 * `each` once for each unit of time between two instants; it reads its ends as `bucketFrom` and `bucketTo`, and as `bucketStart`
 * what `startOf` gives there.
 */
export interface TimeBuckets {
  readonly kind: 'timeBuckets'
  readonly unit: Expr
  readonly timezone: Expr
  readonly from: Expr
  readonly to: Expr
  readonly each: Select
  readonly alias: string
}
/** A set is an array of numbers, in their order; `texts` a list of texts. */
export type KeptType = 'int' | 'text' | 'texts' | 'float' | 'set'
export interface KeptColumn {
  readonly name: string
  readonly type: KeptType
}
/** A range of instants, and the first and the last of the days that it lies in, counted from 1. */
export interface Piece extends Bounds {
  readonly first: number
  readonly last: number
}
/** Rows of a query for each piece, which it reads as `bucketFrom` and `bucketTo`, as they are kept under a key. */
export interface KeptSeries {
  readonly key: string
  readonly query: Select
  readonly columns: readonly KeptColumn[]
  readonly pieces: readonly Piece[]
}
/**
 * Rows of `each` for each of the days, which depend on what happened so many days before, too; they are kept. It gives those of
 * several days that follow each other at once, too, and `at`: their instants in microseconds.
 */
export interface DayRows {
  readonly kind: 'dayRows'
  readonly alias: string
  readonly days: readonly Bounds[]
  readonly reachDays: number
  readonly each: Select
  readonly columns: readonly KeptColumn[]
}
/** `buckets` whose rows are read from what is kept of them, as far as that is current. */
export interface KeptBuckets {
  readonly kind: 'keptBuckets'
  readonly alias: string
  readonly project: Expr
  /** The days (`YYYY-MM-DD`) of the project's zone that the buckets lie in. */
  readonly days: readonly string[]
  /** One of them holds for the name (column `event` of `versions`) of each event that is read; null: any may be. */
  readonly events: readonly Expr[] | null
  /** Rows of actors of buckets that overlap are not kept: each would be there several times. Those of `dayRows` are made in runs. */
  readonly buckets: KeptSeries & { readonly isKept: boolean; readonly inRuns?: boolean }
  /** Of the pieces of buckets that lie in several days, and what makes the rows of a bucket of theirs. */
  readonly parts: (KeptSeries & { readonly combined: Select }) | null
  /** What is made of the rows of a bucket, which it reads as `part`, when they are read; null: they are as they are kept. */
  readonly read: Select | null
}
/** The rows of a query, which reads the rows of the sources before it. */
export interface LateralSource {
  readonly kind: 'lateral'
  readonly query: Select
  readonly alias: string
}
/** The rows that a function gives for each row before it. */
export interface FunctionSource {
  readonly kind: 'function'
  readonly name: string
  readonly args: readonly Expr[]
  readonly alias: string
}

export const { children, mapChildren, mapSelect, some } = walksOver<Physical>(
  {
    jsonRead: { json: 'expr', key: 'data', type: 'data', timezone: 'data' },
    native: { fn: 'data', args: ['expr'] },
    exists: { query: 'query' },
    inNumbers: { expr: 'expr', query: 'query' },
    textNumber: { of: 'expr' },
  },
  {
    stored: { name: 'data', alias: 'data' },
    sessionRows: { events: 'query', alias: 'data' },
    guarded: { source: 'source', where: 'expr', one: 'data', alias: 'data' },
    joined: {
      source: 'source',
      joins: [{ source: 'source', on: 'expr', left: 'data', right: 'data', any: 'data' }],
      alias: 'data',
    },
    timeBuckets: { unit: 'expr', timezone: 'expr', from: 'expr', to: 'expr', each: 'query', alias: 'data' },
    dayRows: { alias: 'data', days: 'data', reachDays: 'data', each: 'query', columns: 'data' },
    keptBuckets: {
      alias: 'data',
      project: 'expr',
      days: 'data',
      events: ['expr'],
      buckets: { key: 'data', query: 'query', columns: 'data', pieces: 'data', isKept: 'data', inRuns: 'data' },
      parts: { key: 'data', query: 'query', columns: 'data', pieces: 'data', combined: 'query' },
      read: 'query',
    },
    lateral: { query: 'query', alias: 'data' },
    function: { name: 'data', args: ['expr'], alias: 'data' },
  },
)

export const call = logicalCall<Physical>
export const compare = logicalCompare<Physical>
export const and = logicalAnd<Physical>
export const or = logicalOr<Physical>
export const not = logicalNot<Physical>
export const isNull = logicalIsNull<Physical>

/** Functions that Postgres alone has; print.ts says what each becomes. */
export type NativeFunction =
  /** (value, order ...) -> the values of a group, as one array */
  | 'collect'
  /** (value, condition, order) -> the value of the first row of a group for which the condition holds */
  | 'firstWhere'
  /** The same of the last row. */
  | 'lastWhere'
  /** numbers -> one array; the first number that differs decides which of two arrays is greater */
  | 'numbers'
  /** (array, array) */
  | 'joinLists'
  /** (instant, seconds) */
  | 'secondsBefore'
  /** (numbers, number) -> those up to the number, sorted; null if there are none */
  | 'sortedUpTo'
  /** The bits that are set in any number of a group. */
  | 'bitOr'
  /** (instant) -> microseconds since 1970, which are exact */
  | 'microseconds'
  | 'instantOfMicroseconds'
  /** (sets) -> the set of what is in any of a group */
  | 'idUnion'
  /** (set, set) -> what is in the first alone */
  | 'without'
  /** Null of whatever type is wanted. */
  | 'nothing'
  /** (number of events to walk over) -> true; the statement fails if they are too many */
  | 'checkFunnelWork'
  /** (chain of elements, attribute) -> its values, from the innermost element out */
  | 'elementValues'
  /** (chain of elements) -> the link of the innermost element that has one */
  | 'elementLink'
  /** (chain of elements) -> the tags of those that can be used, from the innermost out */
  | 'elementTags'
  /** (list of texts) -> each of them once, in their order */
  | 'different'
  /** What `startOf` gives in a bucket of `timeBuckets`. */
  | 'bucketStart'
  /** (days) -> so many days before an instant that comes after all that has happened; the same in all of a transaction. */
  | 'soon'
  /** (text of a uuid) */
  | 'uuid'
  /** (uuid, list of texts of uuids) */
  | 'isUuidOf'
  /** The text if it is that of a uuid, else null. */
  | 'uuidText'
  /** (project, person) -> JSON of the person */
  | 'personJson'
  /** (project, group) -> JSON of the group */
  | 'groupJson'
  /** (JSON of a person, query) -> the same with the texts of the query as its distinct ids */
  | 'withDistinctIds'

export const native = (fn: NativeFunction, ...args: readonly Expr[]): NativeCall => ({ kind: 'native', fn, args })
