/** Expressions of a query: a value of one row, a number over many, a column of a listing. */
import type { Expr } from '../tree/expr.ts'
import type { SqlType } from '../tree/types.ts'
import { bind, functionContext, hasAggregate } from './bind.ts'
import { coerce } from './coerce.ts'
import { desugar } from './desugar.ts'
import type { Typed } from './rules.ts'
import type { Scope } from './scope.ts'
import { type Ast, callOf } from './syntax.ts'

/** A value of one row. Throws a 400 for an aggregate. */
export const bindExpression = (ast: Ast, scope: Scope): Typed => bind(desugar(ast), { scope, place: 'row' })

/** The value of one row as text. */
export const bindText = (ast: Ast, scope: Scope): Expr =>
  bindExpression(callOf<Ast>('toString', ast.at, ast), scope).expr

/** A number over many rows. Throws a 400 when a field stands outside an aggregate, and when there is none. */
export function bindAggregate(written: Ast, scope: Scope): Expr {
  const ast = desugar(written)
  const { expr, type } = bind(ast, { scope, place: 'outside' })
  if (!hasAggregate(ast)) throw scope.error('The expression has no aggregate, such as count().', ast.at)
  if (type !== 'float') throw scope.error('The expression must be a number.', ast.at)
  return expr
}

export interface ListingColumn {
  readonly expr: Expr
  readonly type: SqlType | 'numbers' | 'null'
  readonly isAggregate: boolean
}

/** A column of a listing, which may be an aggregate over its rows; ids are read as texts. */
export function bindColumn(written: Ast, scope: Scope): ListingColumn {
  const ast = desugar(written)
  const isAggregate = hasAggregate(ast)
  const typed = bind(ast, { scope, place: isAggregate ? 'outside' : 'row' })
  const { expr, type } = typed.type === 'id' ? coerce(typed, 'text', functionContext(scope, ast.at)) : typed
  if (type === 'properties') throw scope.error('Properties are read one at a time: properties.name.', ast.at)
  if (typeof type === 'object' || type === 'id' || type === 'texts' || type === 'instants' || type === 'ids')
    throw scope.error('An array cannot be a column.', ast.at)
  return { expr, type, isAggregate }
}
