/** Elements of arrays, tuples and maps. */
import { call } from '../tree/build.ts'
import type { Expr } from '../tree/expr.ts'
import type { FunctionContext, Typed, ValueInfo } from './rules.ts'
import { as, defaultOf, encode, isArray, isMap, isTuple, toArray, tupleOf } from './values.ts'

/** A value as JSON that can be compared with elements of an array. */
export function elementJson(typed: Typed, info: ValueInfo, context: FunctionContext): Expr {
  if (info.type === 'null' || typed.type === 'null') return encode(typed, context).json
  const fitted = as(typed, info, context)
  return encode(info.format && fitted.type === info.type ? { ...fitted, format: info.format } : fitted, context).json
}

/** An element that may be missing, which then is its type's default. */
export const orDefault = (found: Typed, info: ValueInfo): Typed =>
  info.isNullable || info.type === 'null'
    ? { ...found, isNullable: true }
    : { ...found, expr: call('coalesce', found.expr, defaultOf(info).expr) }

/** The elements of an array, the pairs of a map. */
export function partsOf(typed: Typed, context: FunctionContext): { expr: Expr; info: ValueInfo } {
  const { expr, type } = typed
  if (isMap(type)) return { expr, info: { type: tupleOf([type.key, type.value]) } }
  if (isTuple(type)) throw context.error('This is no array.')
  const array = toArray(typed, context)
  return { expr: array.expr, info: isArray(array.type) ? array.type.of : { type: 'null' } }
}
