/** Walks over the tree; where a node holds others, parts.ts says. */
import { assert } from '../core/assert.ts'
import type { Expr, Extension, Logical } from './expr.ts'
import { EXPR_LAYOUTS, type Layout, type Layouts, SELECT_LAYOUT, SOURCE_LAYOUTS } from './parts.ts'
import type { Select, Source } from './relation.ts'

const same = <T>(node: T): T => node

/** The walks over trees that have nodes of an engine, whose layouts are given, beside those of the tree. */
export function walksOver<X extends Extension>(exprs: Layouts<X['expr'], X>, sources: Layouts<X['source'], X>) {
  /** What becomes of the expressions and queries directly inside a node; those of a source belong to what holds it. */
  interface Mapper {
    readonly expr: (e: Expr<X>) => Expr<X>
    readonly query: (query: Select<X>) => Select<X>
  }
  const exprLayouts = new Map<string, Layout>(Object.entries({ ...EXPR_LAYOUTS, ...exprs }))
  const sourceLayouts = new Map<string, Layout>(Object.entries({ ...SOURCE_LAYOUTS, ...sources }))
  const layoutOf = (layouts: ReadonlyMap<string, Layout>, { kind }: { readonly kind: string }): Layout => {
    const layout = layouts.get(kind)
    assert(layout, `the layout of ${kind} is not known`)
    return layout
  }

  function mapLayout(layout: Layout, held: unknown, mapper: Mapper): unknown {
    if (layout === 'data' || held === undefined || held === null) return held
    if (layout === 'expr') return mapper.expr(held as Expr<X>)
    if (layout === 'query') return mapper.query(held as Select<X>)
    if (layout === 'source') return mapLayout(layoutOf(sourceLayouts, held as Source<X>), held, mapper)
    if (Array.isArray(layout)) return (held as readonly unknown[]).map((item) => mapLayout(layout[0], item, mapper))
    const own = held as Readonly<Record<string, unknown>>
    const parts = Object.entries(layout).filter(([key, part]) => part !== 'data' && key in own)
    if (parts.length === 0) return held
    return { ...own, ...Object.fromEntries(parts.map(([key, part]) => [key, mapLayout(part, own[key], mapper)])) }
  }

  /** A copy of `e` with its direct children replaced, and its subqueries if `query` is given. */
  const mapChildren = (e: Expr<X>, expr: Mapper['expr'], query: Mapper['query'] = same): Expr<X> =>
    mapLayout(layoutOf(exprLayouts, e), e, { expr, query }) as Expr<X>

  /** A copy of the select with each of its expressions and each query inside it replaced, those of its sources included. */
  const mapSelect = (select: Select<X>, expr: Mapper['expr'], query: Mapper['query']): Select<X> =>
    mapLayout(SELECT_LAYOUT, select, { expr, query }) as Select<X>

  /** The expressions directly inside `e`, in their order; subqueries are not entered. */
  function children(e: Expr<X>): readonly Expr<X>[] {
    const found: Expr<X>[] = []
    mapChildren(e, (child) => {
      found.push(child)
      return child
    })
    return found
  }

  /** Does `e` or anything inside it (subqueries aside) satisfy the test? */
  const some = (e: Expr<X>, test: (e: Expr<X>) => boolean): boolean =>
    test(e) || children(e).some((child) => some(child, test))

  return { mapChildren, mapSelect, children, some }
}

export const { mapChildren, mapSelect, children, some } = walksOver<Logical>({}, {})

/** Has `e` more than so many parts, subqueries aside? No more of it is looked at than that. */
export function isLargerThan(e: Expr, limit: number): boolean {
  let left = limit
  const visit = (part: Expr): boolean => --left < 0 || children(part).some(visit)
  return visit(e)
}

/** The same expression over a table with another alias; subqueries are not entered. */
export const renameTable = (e: Expr, from: string, to: string): Expr => {
  const isOfTable = e.kind === 'column' || e.kind === 'property' || e.kind === 'actorCell'
  if (isOfTable) return e.table === from ? { ...e, table: to } : e
  return mapChildren(e, (child) => renameTable(child, from, to))
}
