/** What a column without an alias is called: its expression with calls in place of operators, as PostHog prints it. */
import { OPPOSITES, TIGHT } from './operators.ts'
import { frameText, type Printed, SyntaxPrinter } from './print-syntax.ts'
import { type Ast, type CallAst, type Case, callOf, type OrderAst, type WindowAst } from './syntax.ts'

export const columnName = (ast: Ast): string => new NamePrinter().expression(ast)

/** Operators that are another function in their calls. */
const CALLS: ReadonlyMap<string, (a: Ast, b: Ast) => Ast> = new Map([
  ['=~', (a: Ast, b: Ast) => made('match', a, b)],
  ['!~', (a: Ast, b: Ast) => made('not', made('match', a, b))],
  ['=~*', (a: Ast, b: Ast) => made('match', a, made('concat', text('(?i)'), b))],
  ['!~*', (a: Ast, b: Ast) => made('not', made('match', a, made('concat', text('(?i)'), b)))],
])
class NamePrinter extends SyntaxPrinter {
  protected override printed(ast: Ast): Printed {
    if (ast.kind === 'case') return this.printed(caseCall(ast))
    return super.printed(ast)
  }

  protected override list(brackets: 'array' | 'tuple', items: readonly string[]): string {
    return brackets === 'array' ? super.list(brackets, items) : `tuple(${items.join(', ')})`
  }

  protected override call(ast: CallAst): Printed {
    const { name, args } = ast
    const [a, b] = args
    const operator = a && b && CALLS.get(name)
    if (operator) return this.printed(operator(a, b))
    if (a && (name === 'isNull' || name === 'isNotNull'))
      return this.printed(made(name === 'isNull' ? 'equals' : 'notEquals', a, { kind: 'literal', value: null, at: 0 }))
    if (a && name === 'negate' && a.kind !== 'literal') return this.printed(made('minus', number(0), a))
    const opposite = name === 'not' && a?.kind === 'call' ? OPPOSITES.get(a.name) : undefined
    if (opposite && a?.kind === 'call') return this.printed({ ...a, name: opposite })
    if (name === 'arrayElement' || name === 'tupleElement' || name === 'negate') return super.call(ast)
    return { text: this.called(ast), tightness: TIGHT.operand }
  }

  protected override order({ expr, descending, nulls }: OrderAst): string {
    const place = nulls ? ` NULLS ${nulls.toUpperCase()}` : ''
    return `${this.expression(expr)} ${descending ? 'DESC' : 'ASC'}${place}`
  }

  protected override window({ partitionBy, orderBy, frame }: WindowAst): string {
    return [
      ...(partitionBy.length > 0 ? [`PARTITION BY ${this.items(partitionBy).join(', ')}`] : []),
      ...(orderBy.length > 0 ? [`ORDER BY ${orderBy.map((order) => this.order(order)).join(', ')}`] : []),
      ...(frame ? [frameText(frame).toUpperCase()] : []),
    ].join(' ')
  }

  protected override over(text: string, window: string): string {
    return `${text} OVER ${window}`
  }
}

const made = (name: string, ...args: readonly Ast[]): CallAst => callOf<Ast>(name, 0, ...args)
const text = (value: string): Ast => ({ kind: 'literal', value, at: 0 })
const number = (value: number): Ast => ({ kind: 'literal', value, at: 0 })

function caseCall({ subject, branches, otherwise }: Case): Ast {
  const last: Ast = otherwise ?? { kind: 'literal', value: null, at: 0 }
  const list = (items: readonly Ast[]): Ast => ({ kind: 'list', brackets: 'array', items, at: 0 })
  if (subject)
    return made(
      'transform',
      subject,
      list(branches.map(({ when }) => when)),
      list(branches.map(({ value }) => value)),
      last,
    )
  const pairs = branches.flatMap(({ when, value }) => [when, value])
  return made(branches.length === 1 ? 'if' : 'multiIf', ...pairs, last)
}
