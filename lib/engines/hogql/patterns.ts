/** Shapes of the tree that the binder makes of one operator of HogQL. */
import type { Call, Compare, Expr } from '../../tree/expr.ts'

/** The condition in `coalesce(condition, false)`. */
export function conditionOf(e: Expr): Expr | undefined {
  if (e.kind !== 'call' || e.fn !== 'coalesce' || e.args.length !== 2) return undefined
  const [of, otherwise] = e.args
  return of && otherwise?.kind === 'value' && otherwise.value === false ? of : undefined
}

/** `a = b or (a is null and b is null)`, and the same of `like`: null is a value like others. */
export function isSameAs(e: Expr): Pick<Compare, 'left' | 'right'> | undefined {
  if (e.kind !== 'or' || e.args.length !== 2) return undefined
  const [test, nulls] = e.args
  if (test?.kind !== 'compare' || test.op !== '=' || nulls?.kind !== 'and' || nulls.args.length !== 2) return undefined
  const [left, right] = nulls.args
  if (left?.kind !== 'isNull' || right?.kind !== 'isNull') return undefined
  return left.arg === test.left && right.arg === test.right ? test : undefined
}

/** `coalesce(a like b, a is null and b is null)`: two nulls are alike. */
export function isLikeOrBothNull(e: Expr): Call | undefined {
  if (e.kind !== 'call' || e.fn !== 'coalesce' || e.args.length !== 2) return undefined
  const [like, nulls] = e.args
  if (like?.kind !== 'call' || (like.fn !== 'wholeLike' && like.fn !== 'wholeIlike') || nulls?.kind !== 'and')
    return undefined
  return nulls.args.every((arg, index) => arg.kind === 'isNull' && arg.arg === like.args[index]) ? like : undefined
}
