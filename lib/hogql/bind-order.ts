/** What rows are ordered by, in a query and in a window. */
import type { Order } from '../tree/expr.ts'
import { bind, type Env, functionContext } from './bind.ts'
import { coerce } from './coerce.ts'
import { mayBeNaN } from './number-classes.ts'
import type { Typed } from './rules.ts'
import type { OrderOf, PlainAst } from './syntax.ts'
import { inTextOrder } from './text-ids.ts'
import { encode, invoke } from './values.ts'

/** Texts are ordered by their bytes; nulls come last unless they are first. */
export function bindOrder(order: OrderOf<PlainAst>, env: Env, known?: Typed): Order {
  const { expr: ast, descending, nulls } = order
  const typed = known ?? bind(ast, env)
  const { expr, type, idOf } = typed
  const context = functionContext(env.scope, ast.at)
  const ofId = inTextOrder(typed, context) !== typed
  const isText = type === 'text' || ofId || (type === 'properties' && idOf === undefined)
  const isJson = typeof type === 'object' || type === 'texts' || type === 'numbers' || type === 'instants'
  const key = isJson
    ? invoke('jsonOrder', encode(typed, context).json)
    : isText
      ? coerce(typed, 'text', context).expr
      : expr
  const isFirst = nulls === 'first'
  return {
    expr: key,
    ...(descending ? { descending } : {}),
    ...(isText ? { byCodePoint: true } : {}),
    ...(ofId ? { ofId } : {}),
    ...(type === 'float' && mayBeNaN(key) ? { nanBesideNulls: true } : {}),
    ...(isFirst ? (descending ? {} : { nullsFirst: true }) : { nullsLast: true }),
  }
}
