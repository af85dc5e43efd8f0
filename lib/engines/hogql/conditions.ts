/**
 * Logic of HogQL's syntax. Comparisons of HogQL are never null (docs/hogql-values.md 1): `=` takes null for a value, an order
 * with null is false, and the opposite of each is its negation.
 */
import { callOf, type PlainAst } from '../../hogql/syntax.ts'

const OPPOSITES: ReadonlyMap<string, string> = new Map(
  [
    ['equals', 'notEquals'],
    ['like', 'notLike'],
    ['ilike', 'notILike'],
    ['in', 'notIn'],
    ['=~', '!~'],
    ['isNull', 'isNotNull'],
  ].flatMap(([a = '', b = '']) => [
    [a, b],
    [b, a],
  ]),
)
const ORDERS: readonly string[] = ['less', 'lessOrEquals', 'greater', 'greaterOrEquals', 'arrayExists']

/** Never null. */
export function isTwoValued(ast: PlainAst): boolean {
  if (ast.kind === 'literal') return typeof ast.value === 'boolean'
  if (ast.kind === 'inCohort') return true
  if (ast.kind !== 'call') return false
  if (ast.name === 'and' || ast.name === 'or' || ast.name === 'not') return ast.args.every(isTwoValued)
  if (ast.name === 'if') return ast.args.slice(1).every(isTwoValued)
  return OPPOSITES.has(ast.name) || ORDERS.includes(ast.name) || isLast(ast, false)
}

const isLast = (ast: PlainAst, value: boolean): boolean => {
  const last = ast.kind === 'call' && ast.name === 'coalesce' ? ast.args.at(-1) : undefined
  return last?.kind === 'literal' && last.value === value
}

/** The opposite of a condition that is never null. */
export function opposite(ast: PlainAst): PlainAst {
  if (ast.kind === 'literal' && typeof ast.value === 'boolean') return { ...ast, value: !ast.value }
  const name = ast.kind === 'call' ? OPPOSITES.get(ast.name) : undefined
  if (ast.kind === 'call' && name) return { ...ast, name }
  return callOf<PlainAst>('not', 0, ast)
}

export function logic(name: 'and' | 'or', args: readonly PlainAst[]): PlainAst {
  const flat = args.flatMap((arg) => (arg.kind === 'call' && arg.name === name ? arg.args : [arg]))
  const used =
    name === 'and' ? flat.filter((arg) => !(arg.kind === 'literal' && arg.value === true)) : withoutGuards(flat)
  const [first] = used
  if (!first) return { kind: 'literal', value: true, at: 0 }
  return used.length === 1 ? first : callOf<PlainAst>(name, 0, ...used)
}

/** `x is null or (x != 1 and x is not null)` as `x is null or x != 1`. */
function withoutGuards(args: readonly PlainAst[]): readonly PlainAst[] {
  const nulls = args.flatMap((arg) => (arg.kind === 'call' && arg.name === 'isNull' ? [JSON.stringify(arg.args)] : []))
  if (nulls.length === 0) return args
  const isGuard = (arg: PlainAst) =>
    arg.kind === 'call' && arg.name === 'isNotNull' && nulls.includes(JSON.stringify(arg.args))
  return args.map((arg) =>
    arg.kind === 'call' && arg.name === 'and' && arg.args.some(isGuard)
      ? logic(
          'and',
          arg.args.filter((part) => !isGuard(part)),
        )
      : arg,
  )
}
