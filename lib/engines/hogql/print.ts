import { printQuery } from '../../hogql/print-syntax.ts'
import { rewriteQuery } from '../../hogql/rewrite.ts'
import type { QueryAst } from '../../hogql/syntax.ts'
import type { PropertyTypes } from '../../plan/filter.ts'
import type { Select } from '../../tree/relation.ts'
import { lowerHogql, lowerIn } from './lower.ts'

/** Logical query -> HogQL text that can be pasted into a query, and that our parser reads as the same query. */
export const printHogql = (query: Select, types: PropertyTypes): string => printQuery(lowerHogql(query, types))

/** The same of a query that was read from a text: what its placeholders stand for is printed in their place. */
export const printSql = (syntax: QueryAst, types: PropertyTypes): string =>
  printQuery(
    rewriteQuery(syntax, (ast, select) => {
      if (ast.kind !== 'bound') return undefined
      const { expr, type } = ast.typed
      return lowerIn(expr, select, types, type === 'boolean')
    }),
  )
