/** Comparisons of HogQL are never null; where null counts as false anyway, the tree need not say so. */
import type { Expr } from '../tree/expr.ts'

/** The condition of rows: null does not pass. */
export function asCondition(e: Expr): Expr {
  if (e.kind === 'and' || e.kind === 'or') return { ...e, args: e.args.map(asCondition) }
  if (e.kind !== 'call' || e.fn !== 'coalesce' || e.args.length !== 2) return e
  const [condition, otherwise] = e.args
  return condition && otherwise?.kind === 'value' && otherwise.value === false ? asCondition(condition) : e
}

/** The condition of a join: nulls of keys do not meet. */
export function asJoinCondition(e: Expr): Expr {
  const condition = asCondition(e)
  if (condition.kind === 'and') return { ...condition, args: condition.args.map(asJoinCondition) }
  if (condition.kind !== 'or' || condition.args.length !== 2) return condition
  const [test, nulls] = condition.args
  const isNulls = nulls?.kind === 'and' && nulls.args.every((arg) => arg.kind === 'isNull')
  return test?.kind === 'compare' && test.op === '=' && isNulls ? test : condition
}
