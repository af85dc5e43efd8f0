/** The columns of a select: what `*` stands for, names that stand for columns everywhere in it. */
import { bind, type Env } from './bind.ts'
import { bindWholeActor } from './bind-special.ts'
import type { Typed } from './rules.ts'
import type { Scope } from './scope.ts'
import type { PlainAst, Star } from './syntax.ts'
import { partsOf } from './walk-syntax.ts'

export type NamedColumn = Typed & { readonly name: string }

/** `*` as the columns of all relations, `t.*` as those of one. */
export const expandStars = (asts: readonly PlainAst[], scope: Scope): PlainAst[] =>
  asts.flatMap((ast) => (ast.kind === 'star' ? starColumns(ast, scope) : [ast]))

function starColumns({ table, at }: Star, scope: Scope): PlainAst[] {
  const { relations } = scope
  const own = table === null ? undefined : relations.get(table)
  if (table !== null && !own) throw scope.error(`Unknown table \`${table}\`.`, at)
  if (relations.size === 0) throw scope.error('There is no table whose columns * could be.', at)
  const chosen = own && table !== null ? [[table, own] as const] : [...relations]
  const seen = new Set<string>()
  return chosen.flatMap(([alias, { names }]) =>
    names.map((name): PlainAst => {
      const field: PlainAst = { kind: 'field', chain: [alias, name], at }
      const isTaken = seen.has(name)
      seen.add(name)
      return isTaken ? { kind: 'alias', expr: field, name: `${alias}.${name}`, at } : field
    }),
  )
}

/** A name of a column stands for the column everywhere in the select, but not in the column itself. */
export function bindColumns(asts: readonly PlainAst[], env: Env): NamedColumn[] {
  const { scope } = env
  const bound = new Map<PlainAst, Typed>()
  const pending = new Set<PlainAst>()
  const typed = (ast: PlainAst): Typed | undefined => {
    if (pending.has(ast)) return undefined
    const known = bound.get(ast)
    if (known) return known
    pending.add(ast)
    const made = bindWholeActor(ast, env) ?? bind(ast, env)
    pending.delete(ast)
    bound.set(ast, made)
    return made
  }
  for (const ast of asts.flatMap(namesIn)) {
    if (RESERVED.includes(ast.name)) throw scope.error(`Alias '${ast.name}' is a reserved keyword.`, ast.at)
    scope.addName(ast.name, () => typed(ast.expr))
  }
  return asts.map((ast): NamedColumn => {
    const [name, expr] = ast.kind === 'alias' ? [ast.name, ast.expr] : [nameOf(ast), ast]
    return { ...(typed(expr) as Typed), name }
  })
}

/** The parts of an expression that have a name, wherever they stand; those of sub-queries and lambdas are their own. */
function namesIn(ast: PlainAst): Extract<PlainAst, { kind: 'alias' }>[] {
  if (ast.kind === 'subquery' || ast.kind === 'lambda') return []
  const own = ast.kind === 'alias' ? [ast] : []
  return [...own, ...partsOf(ast).flatMap(namesIn)]
}

const RESERVED: readonly string[] = ['team_id']

const nameOf = (ast: PlainAst): string =>
  ast.kind === 'field' ? (ast.chain.at(-1) ?? '') : ast.kind === 'call' ? `${ast.name}()` : 'value'

/** Names by which columns are told apart: of two with one name the second has another, which no text can say. */
export function placesOf(columns: readonly { readonly name: string }[]): string[] {
  const places = new Set<string>()
  for (const { name } of columns) {
    let place = name
    for (let n = 2; places.has(place); n++) place = `${name} ${n}`
    places.add(place)
  }
  return [...places]
}
