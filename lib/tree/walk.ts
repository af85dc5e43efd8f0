/** Walks over the tree; where a node holds others, parts.ts says. */
import type { Expr } from './expr.ts'
import { EXPR_LAYOUTS, type Layout, SELECT_LAYOUT, SOURCE_LAYOUTS } from './parts.ts'
import type { Select, Source } from './relation.ts'

/** What becomes of the expressions and queries directly inside a node; those of a source belong to what holds it. */
interface Mapper {
  readonly expr: (e: Expr) => Expr
  readonly query: (query: Select) => Select
}

const same = <T>(node: T): T => node

function mapLayout(layout: Layout, held: unknown, mapper: Mapper): unknown {
  if (layout === 'data' || held === undefined || held === null) return held
  if (layout === 'expr') return mapper.expr(held as Expr)
  if (layout === 'query') return mapper.query(held as Select)
  if (layout === 'source') return mapSource(held as Source, mapper)
  if (Array.isArray(layout)) return (held as readonly unknown[]).map((item) => mapLayout(layout[0], item, mapper))
  const own = held as Readonly<Record<string, unknown>>
  const parts = Object.entries(layout).filter(([key, part]) => part !== 'data' && key in own)
  if (parts.length === 0) return held
  return { ...own, ...Object.fromEntries(parts.map(([key, part]) => [key, mapLayout(part, own[key], mapper)])) }
}

/** A copy of `e` with its direct children replaced, and its subqueries if `query` is given. */
export const mapChildren = (e: Expr, expr: Mapper['expr'], query: Mapper['query'] = same): Expr =>
  mapLayout(EXPR_LAYOUTS[e.kind], e, { expr, query }) as Expr

/** A copy of the source with the expressions and queries directly inside it replaced. */
const mapSource = (source: Source, mapper: Mapper) => mapLayout(SOURCE_LAYOUTS[source.kind], source, mapper)

/** A copy of the select with each of its expressions and each query inside it replaced, those of its sources included. */
export const mapSelect = (select: Select, expr: Mapper['expr'], query: Mapper['query']): Select =>
  mapLayout(SELECT_LAYOUT, select, { expr, query }) as Select

/** The same expression over a table with another alias; subqueries are not entered. */
export const renameTable = (e: Expr, from: string, to: string): Expr => {
  const isOfTable = e.kind === 'column' || e.kind === 'property' || e.kind === 'actorCell'
  if (isOfTable) return e.table === from ? { ...e, table: to } : e
  return mapChildren(e, (child) => renameTable(child, from, to))
}

/** The expressions that a map over a node visits, in their order. */
function visited(map: (mapper: Mapper) => unknown): readonly Expr[] {
  const exprs: Expr[] = []
  const expr = (e: Expr) => {
    exprs.push(e)
    return e
  }
  map({ expr, query: same })
  return exprs
}

/** The expressions directly inside `e`; subqueries are not entered. */
export const children = (e: Expr): readonly Expr[] => visited((mapper) => mapLayout(EXPR_LAYOUTS[e.kind], e, mapper))

/** Does `e` or anything inside it (subqueries aside) satisfy the test? */
export function some(e: Expr, test: (e: Expr) => boolean): boolean {
  return test(e) || children(e).some((child) => some(child, test))
}

/** Has `e` more than so many parts, subqueries aside? No more of it is looked at than that. */
export function isLargerThan(e: Expr, limit: number): boolean {
  let left = limit
  const visit = (part: Expr): boolean => --left < 0 || children(part).some(visit)
  return visit(e)
}
