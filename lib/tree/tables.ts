/** What a query reads. */
import type { Expr } from './expr.ts'
import type { Select } from './relation.ts'
import { mapChildren, mapSelect } from './walk.ts'

/** The tables of the catalog that the query names behind FROM and JOIN, those of its sub-queries and common tables too. */
export function tablesOf(query: Select): ReadonlySet<string> {
  const found = new Set<string>()
  const expr = (e: Expr): Expr => mapChildren(e, expr, select)
  const select = (of: Select): Select => {
    for (const source of [of.from, ...(of.joins ?? []).map((join) => join.source)])
      if (source.kind === 'table') found.add(source.name)
    return mapSelect(of, expr, select)
  }
  select(query)
  return found
}
