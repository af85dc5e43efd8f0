/** Expressions of a query: a value of one row, a number over many, a column of a listing. */
import type { Expr } from '../tree/expr.ts'
import { GroupKeys, hasAggregate as hasAggregateOver } from './aggregation.ts'
import { bind, type Env, hasAggregate, isListedAggregate } from './bind.ts'
import { special } from './bind-special.ts'
import { desugar } from './desugar.ts'
import { shownValue } from './result.ts'
import type { Typed, ValueInfo } from './rules.ts'
import type { Scope } from './scope.ts'
import { type Ast, callOf } from './syntax.ts'
import { infoOf } from './values.ts'

/** A value of one row. Throws a 400 for an aggregate. */
export const bindExpression = (ast: Ast, scope: Scope): Typed =>
  bind(desugar(ast, scope.context.attr), { scope, place: 'row' })

/** The value of one row as text. */
export const bindText = (ast: Ast, scope: Scope): Expr =>
  bindExpression(callOf<Ast>('toString', ast.at, ast), scope).expr

/** A number over many rows. Throws a 400 when a field stands outside an aggregate, and when there is none. */
export function bindAggregate(written: Ast, scope: Scope): Expr {
  const ast = desugar(written, scope.context.attr)
  const { expr, type } = bind(ast, { scope, place: 'outside', special: otherAggregate })
  if (!hasAggregate(ast)) throw scope.error('The expression has no aggregate, such as count().', ast.at)
  if (type !== 'float') throw scope.error('The expression must be a number.', ast.at)
  return expr
}

/** The aggregates beside those that insights are made of. */
const otherAggregate: NonNullable<Env['special']> = (ast, env) =>
  isListedAggregate(ast.name) || ast.over ? undefined : special(ast, env)

export interface ListingColumn {
  /** By which rows are ordered. */
  readonly expr: Expr
  readonly shown: Expr
  /** Of what is shown. */
  readonly info: ValueInfo
  readonly isAggregate: boolean
}

/** A column of a listing, which may be an aggregate over its rows. */
export function bindColumn(written: Ast, scope: Scope): ListingColumn {
  const typed = bind(desugar(written, scope.context.attr), { scope, place: 'query', special })
  const isAggregate = hasAggregateOver(typed.expr)
  const outside = isAggregate ? new GroupKeys([]).ungrouped(typed.expr) : undefined
  if (outside !== undefined) throw scope.error(`The field ${outside} stands outside an aggregate.`, written.at)
  const shown = shownValue(typed, scope.context)
  return {
    expr: typed.type === 'id' ? shown.expr : typed.expr,
    shown: typed.type === 'numbers' ? typed.expr : shown.expr,
    info: infoOf(shown),
    isAggregate,
  }
}
