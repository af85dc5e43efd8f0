import type { Expr } from './expr.ts'
import type { Select, Source, Walks } from './relation.ts'

/** The expressions directly inside `e`; sub-queries are not entered. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'call':
    case 'native':
    case 'and':
    case 'or':
      return e.args
    case 'compare':
      return [e.left, e.right]
    case 'in':
      return [e.expr]
    case 'match':
    case 'inQuery':
      return [e.expr]
    case 'not':
    case 'isNull':
      return [e.arg]
    case 'if':
      return [e.condition, e.whenTrue, e.whenFalse]
    case 'rowNumber':
      return e.orderBy.map((o) => o.expr)
    case 'breakdownKey':
      return [e.property]
    case 'intervalStart':
    case 'bucketIndexes':
      return [e.of]
    case 'breakdownText':
      return [e.key]
    case 'anyElement':
      return [e.chain, e.test]
    case 'jsonRead':
      return [e.json]
    case 'inCohort':
      return [e.person]
    case 'latestBefore':
      return [e.of, e.partitionBy, e.orderBy]
    case 'window':
      return [e.of, ...(e.partitionBy ? [e.partitionBy] : []), e.orderBy]
    case 'value':
    case 'list':
    case 'column':
    case 'property':
    case 'bucketFrom':
    case 'bucketTo':
    case 'scalarQuery':
    case 'exists':
    case 'actorCell':
      return []
    default:
      return e satisfies never
  }
}

/** Does `e` or anything inside it (sub-queries aside) satisfy the test? */
export function some(e: Expr, test: (e: Expr) => boolean): boolean {
  return test(e) || children(e).some((child) => some(child, test))
}

/** Has `e` more than so many parts, sub-queries aside? No more of it is looked at than that. */
export function isLargerThan(e: Expr, limit: number): boolean {
  let left = limit
  const visit = (part: Expr): boolean => --left < 0 || children(part).some(visit)
  return visit(e)
}

/** Every expression that a select holds itself, its sources aside. */
export function expressionsOf(select: Select): Expr[] {
  return [
    ...select.columns.map((c) => c.expr),
    ...(select.joins ?? []).map((j) => j.on),
    ...(select.where ? [select.where] : []),
    ...(select.groupBy ?? []),
    ...(select.orderBy ?? []).map((o) => o.expr),
  ]
}

/** A copy of the select with each expression and each sub-query replaced. */
export function mapSelect(select: Select, expr: (e: Expr) => Expr, query: (q: Select) => Select): Select {
  const source = <S extends Source>(s: S): S => {
    if (s.kind === 'function') return { ...s, args: s.args.map(expr) }
    if (s.kind === 'query') return { ...s, query: query(s.query) }
    if (s.kind === 'union') return { ...s, queries: s.queries.map(query) }
    if (s.kind === 'buckets') return { ...s, each: query(s.each) }
    if (s.kind === 'walks') return { ...s, ...mapWalks(s, expr) }
    if (s.kind === 'propertyPairs') return { ...s, of: expr(s.of) }
    return s
  }
  return {
    ...select,
    ...(select.with ? { with: select.with.map((c) => ({ ...c, query: query(c.query) })) } : {}),
    columns: select.columns.map((c) => ({ ...c, expr: expr(c.expr) })),
    from: source(select.from),
    ...(select.joins ? { joins: select.joins.map((j) => ({ ...j, source: source(j.source), on: expr(j.on) })) } : {}),
    ...(select.where ? { where: expr(select.where) } : {}),
    ...(select.groupBy ? { groupBy: select.groupBy.map(expr) } : {}),
    ...(select.orderBy ? { orderBy: select.orderBy.map((o) => ({ ...o, expr: expr(o.expr) })) } : {}),
  }
}

/** A copy of the walks with each expression replaced. */
export const mapWalks = (walks: Walks, expr: (e: Expr) => Expr): Walks => ({
  ...walks,
  actor: expr(walks.actor),
  filter: expr(walks.filter),
  steps: walks.steps.map((step) => ({ ...step, test: expr(step.test), first: step.first && expr(step.first) })),
  exclusions: walks.exclusions.map((exclusion) => ({ ...exclusion, test: expr(exclusion.test) })),
  breakdown: walks.breakdown && { ...walks.breakdown, parts: walks.breakdown.parts.map(expr) },
})

/** A copy of `e` with its direct children replaced. */
export function mapChildren(e: Expr, f: (e: Expr) => Expr): Expr {
  switch (e.kind) {
    case 'call':
    case 'native':
    case 'and':
    case 'or':
      return { ...e, args: e.args.map(f) }
    case 'compare':
      return { ...e, left: f(e.left), right: f(e.right) }
    case 'in':
    case 'match':
    case 'inQuery':
      return { ...e, expr: f(e.expr) }
    case 'not':
    case 'isNull':
      return { ...e, arg: f(e.arg) }
    case 'if':
      return { ...e, condition: f(e.condition), whenTrue: f(e.whenTrue), whenFalse: f(e.whenFalse) }
    case 'rowNumber':
      return { ...e, orderBy: e.orderBy.map((o) => ({ ...o, expr: f(o.expr) })) }
    case 'breakdownText':
      return { ...e, key: f(e.key) }
    case 'anyElement':
      return { ...e, chain: f(e.chain), test: f(e.test) }
    case 'jsonRead':
      return { ...e, json: f(e.json) }
    case 'inCohort':
      return { ...e, person: f(e.person) }
    case 'latestBefore':
      return { ...e, of: f(e.of), partitionBy: f(e.partitionBy), orderBy: f(e.orderBy) }
    case 'window':
      return { ...e, of: f(e.of), partitionBy: e.partitionBy && f(e.partitionBy), orderBy: f(e.orderBy) }
    case 'intervalStart':
    case 'bucketIndexes':
      return { ...e, of: f(e.of) }
    case 'breakdownKey':
    case 'value':
    case 'list':
    case 'column':
    case 'property':
    case 'bucketFrom':
    case 'bucketTo':
    case 'scalarQuery':
    case 'exists':
    case 'actorCell':
      return e
    default:
      return e satisfies never
  }
}
