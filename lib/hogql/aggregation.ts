/** What may stand in a select that groups its rows. */
import { isAggregate, isWindow } from '../tree/aggregates.ts'
import type { Expr } from '../tree/expr.ts'
import { children } from '../tree/walk.ts'

/** Is there an aggregate over the rows of a group in the expression? */
export const hasAggregate = (e: Expr): boolean => isAggregate(e) || children(e).some(hasAggregate)

/** Is there a function over a window in the expression? */
export const hasWindow = (e: Expr): boolean => isWindow(e) || children(e).some(hasWindow)

/** Is there a function of the elements of arrays in the expression? */
export const hasLambda = (e: Expr): boolean => e.kind === 'lambda' || children(e).some(hasLambda)

/** What groups are made by, to ask whether other expressions have one value in each group. */
export class GroupKeys {
  readonly #keys: ReadonlySet<string>

  constructor(keys: readonly Expr[]) {
    this.#keys = new Set(keys.map(textOf))
  }

  /** Are all of these keys? */
  has(exprs: readonly Expr[]): boolean {
    return exprs.every((e) => this.#keys.has(textOf(e)))
  }

  /** Is the expression made of keys and constants alone? */
  make(e: Expr): boolean {
    if (e.kind === 'value' || this.#keys.has(textOf(e))) return true
    const isOfRows = e.kind === 'column' || e.kind === 'property' || isAggregate(e) || isWindow(e)
    return !isOfRows && children(e).every((child) => this.make(child))
  }

  /** The first column of the rows that is neither a key nor inside an aggregate. */
  ungrouped(e: Expr, lambdas: readonly string[] = []): string | undefined {
    if (isAggregate(e) || e.kind === 'value' || this.#keys.has(textOf(e))) return undefined
    if (e.kind === 'column') return lambdas.includes(e.table) ? undefined : e.name
    if (e.kind === 'property') return e.key
    const inside = e.kind === 'lambda' ? [...lambdas, e.alias] : lambdas
    for (const child of children(e)) {
      const found = this.ungrouped(child, inside)
      if (found !== undefined) return found
    }
    return undefined
  }
}

const texts = new WeakMap<Expr, string>()
function textOf(e: Expr): string {
  const known = texts.get(e)
  if (known !== undefined) return known
  const text = JSON.stringify(e)
  texts.set(e, text)
  return text
}
