/** How functions are described: how many arguments they take, of which types, and the expression that they become. */

import { call, isNull, value } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { SqlFunction } from '../tree/functions.ts'
import type { SqlType } from '../tree/types.ts'
import type { AnyUnit } from './date-units.ts'
import type { NumberClass } from './number-classes.ts'

/**
 * Of columns that hold numbers for texts: `id` can be counted and compared with its like, and be read as text. `null` fits
 * every type. `properties`: the whole JSON. `texts`, `numbers`, `instants`: arrays that the tree has as such. `ids`: a set of them.
 */
export type SimpleType = SqlType | 'id' | 'null' | 'properties' | 'texts' | 'numbers' | 'instants' | 'ids'
/** Arrays, tuples and maps are JSON; their types say what is in them. */
export type ValueType = SimpleType | ArrayType | TupleType | MapType
export interface ArrayType {
  readonly kind: 'array'
  /** Of type `null`: of the empty array, and of one that holds nulls alone. */
  readonly of: ValueInfo
}
export interface TupleType {
  readonly kind: 'tuple'
  readonly of: readonly ValueInfo[]
}
/** JSON arrays of pairs: a key and its value. */
export interface MapType {
  readonly kind: 'map'
  readonly key: ValueInfo
  readonly value: ValueInfo
}
/** What is known of a value before it is computed. */
export interface ValueInfo {
  readonly type: ValueType
  /** Of its text: of an instant with its fraction unless given, of a boolean 1 and 0 unless given. */
  readonly format?: TextFormat | undefined
  /** A property as it is rather than what was made of it. */
  readonly isRead?: boolean
  /** Of an id: ids of one kind can be compared with each other. */
  readonly idOf?: string
  /** Of an id: every row has one. */
  readonly isNeverEmpty?: boolean
  /** It may be null. */
  readonly isNullable?: boolean
  /** Of a number: ClickHouse's type if it is no Float64. */
  readonly number?: NumberClass
  /** Of a number: it is an interval, of so many of the unit. */
  readonly interval?: AnyUnit
  /** Of an instant: the zone in which it is shown and taken apart, if it is not the project's. */
  readonly zone?: string
}
/** A part of an expression with its type. */
export interface Typed extends ValueInfo {
  readonly expr: Expr
  /** Of `texts`, `numbers` and `instants`: what is known of their elements. */
  readonly elements?: ValueInfo
}
export type TextFormat = 'date' | 'seconds' | 'word'
/** The facts of the query that a function may need. */
export interface FunctionContext {
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  /** ISO instant. */
  readonly now: string
  /** Where the expression stands in the query, for errors. */
  readonly attr: string
  /** An ISO instant for a text that is a date, in the zone unless it names one; null for any other text. */
  readonly instant: (text: string, timezone?: string) => string | null
  /** A 400 that points at the call. */
  readonly error: (detail: string) => Error
}
export interface FunctionRule {
  readonly min: number
  readonly max: number
  /**
   * The types of the arguments; the last one stands for those that follow. `same` = all of one type, `compared` = of the
   * one type that they are compared as, `string` = what is a text of its own, `array` = an array as JSON, `json` = a text, of a property that of its JSON, `number` = of texts that are
   * properties their numbers, anything else as it is.
   */
  readonly takes: readonly (
    | ValueType
    | 'any'
    | 'same'
    | 'compared'
    | 'string'
    | 'string or array'
    | 'json'
    | 'number'
    | 'text or list'
    | 'id or number'
    | 'array'
  )[]
  /** `typed`: the arguments as they were fitted, with all that is known of them. */
  readonly build: (
    args: readonly Expr[],
    types: readonly ValueType[],
    context: FunctionContext,
    typed: readonly Typed[],
  ) => Typed
  /** The result may be null where an argument may, unless this says `never`, or only where all may, or the result says so itself. */
  readonly nulls?: 'never' | 'always' | 'all'
}

export const rule = (
  min: number,
  max: number,
  takes: FunctionRule['takes'],
  build: FunctionRule['build'],
): FunctionRule => ({ min, max, takes, build })

export type BuildTyped = (args: readonly Typed[], context: FunctionContext) => Typed
/** A function that is made of all that is known of its arguments, and says itself whether it may be null. */
export const ofTyped = (min: number, max: number, takes: FunctionRule['takes'], build: BuildTyped): FunctionRule => ({
  ...rule(min, max, takes, (_, __, context, typed) => build(typed, context)),
  nulls: 'never',
})

/** A function that the tree has, too. */
export const simple = (fn: SqlFunction, takes: FunctionRule['takes'], type: ValueType): FunctionRule =>
  rule(takes.length, takes.length, takes, (args) => ({ expr: call(fn, ...args), type }))

const nothing = value(null, 'text')
export const first = (args: readonly Expr[]): Expr => args[0] ?? nothing
export const second = (args: readonly Expr[]): Expr => args[1] ?? nothing
/** The type of a null among values of a type. */
export const nullType = (type: ValueType | undefined): SqlType =>
  type === 'id' ? 'int' : type === 'float' || type === 'int' || type === 'boolean' || type === 'instant' ? type : 'text'
export const boolean = (expr: Expr): Typed => ({ expr, type: 'boolean' })
/** Null is false. */
export const isTrue = (e: Expr): Expr => call('coalesce', e, value(false, 'boolean'))

/** A constant that is something. */
export const isConstant = (e: Expr): boolean => e.kind === 'value' && e.value !== null
export const bothNull = (args: readonly Expr[]): Expr =>
  args.some(isConstant) ? value(false, 'boolean') : { kind: 'and', args: [isNull(first(args)), isNull(second(args))] }

/** Text in the order of code points. */
export const ordered = (args: readonly Expr[], type: ValueType | undefined): readonly Expr[] =>
  type === 'text' ? args.map((arg) => call('byCodePoint', arg)) : args
