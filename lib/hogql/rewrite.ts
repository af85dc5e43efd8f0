/** Walks over whole queries, sub-queries included. */
import type { Ast, QueryAst, SelectAst } from './syntax.ts'
import { type Change, changeQuery, changeWritten } from './walk-syntax.ts'

/** What stands in the place of a part; undefined: the part, with its own parts rewritten. `select`: the one that it is in. */
type Rewrite = (ast: Ast, select: SelectAst) => Ast | undefined

/** The query with its expressions rewritten. */
export function rewriteQuery(query: QueryAst, rewrite: Rewrite): QueryAst {
  const inQuery = (inner: QueryAst): QueryAst => rewriteQuery(inner, rewrite)
  const expression = (ast: Ast): Ast =>
    (query.kind === 'select' ? rewrite(ast, query) : undefined) ?? changeWritten(ast, change)
  const change: Change<Ast, Ast> = { expression, query: inQuery }
  return changeQuery(query, change)
}

/** Calls the visitor with every expression of the query. */
export function visitQuery(query: QueryAst, visit: (ast: Ast) => void): void {
  rewriteQuery(query, (ast) => {
    visit(ast)
    return undefined
  })
}
