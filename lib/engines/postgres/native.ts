import type { Expr, NativeCall } from '../../tree/expr.ts'

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
  /** The bits that are set in any number of a group. */
  | 'bitOr'
  /** Null of whatever type is wanted. */
  | 'nothing'
  /** (number of events to walk over) -> true; the statement fails if they are too many */
  | 'checkFunnelWork'
  /** (project, person) -> JSON of the person */
  | 'personJson'
  /** (project, group) -> JSON of the group */
  | 'groupJson'

export const native = (fn: NativeFunction, ...args: readonly Expr[]): NativeCall => ({ kind: 'native', fn, args })
