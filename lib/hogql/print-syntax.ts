/** Syntax -> text that the parser reads as the same syntax. */

import { OPERATORS, OPPOSITES, TIGHT, type Tightness } from './operators.ts'
import { identifier, partName, quote } from './quote.ts'
import type {
  Ast,
  CallOf,
  FrameAst,
  FrameBound,
  JoinOf,
  LiteralAst,
  OrderAst,
  QueryAst,
  SelectAst,
  SourceAst,
  WindowAst,
} from './syntax.ts'

export const printQuery = (query: QueryAst): string => new SyntaxPrinter().query(query)

type Call = CallOf<Ast>
export interface Printed {
  readonly text: string
  readonly tightness: Tightness
}

export class SyntaxPrinter {
  expression(ast: Ast): string {
    return this.within(ast, TIGHT.or)
  }

  query(query: QueryAst): string {
    if (query.kind === 'select') return this.#select(query)
    const queries = query.queries.map((each) => (each.kind === 'union' ? `(${this.query(each)})` : this.query(each)))
    return queries.join(` ${query.operator} `)
  }

  #select(of: SelectAst): string {
    const clause = (words: string, ...texts: readonly string[]) =>
      texts.length > 0 ? [`${words} ${texts.join(', ')}`] : []
    const optional = (words: string, ast: Ast | null | undefined) => (ast ? clause(words, this.expression(ast)) : [])
    const { arrayJoin, limitBy } = of
    return [
      ...clause(
        'with',
        ...of.with.map(({ name, query }) => `${identifier(name)} as (${this.query(query)})`),
        ...of.values.map((value) => this.item(value)),
      ),
      ...clause(`select${of.distinct ? ' distinct' : ''}`, ...of.columns.map((column) => this.item(column))),
      ...(of.from ? [`from ${this.#source(of.from)}`] : []),
      ...of.joins.map((join) => this.#join(join)),
      ...(arrayJoin ? clause(arrayJoin.left ? 'left array join' : 'array join', ...this.items(arrayJoin.arrays)) : []),
      ...optional('where', of.where),
      ...clause('group by', ...of.groupBy.map((key) => (key.kind === 'star' ? 'all' : this.expression(key)))),
      ...optional('having', of.having),
      ...clause('window', ...of.windows.map(({ name, window }) => `${identifier(name)} as (${this.window(window)})`)),
      ...clause('order by', ...of.orderBy.map((order) => this.order(order))),
      ...optional('limit', limitBy?.limit),
      ...optional('offset', limitBy?.offset),
      ...clause('by', ...this.#all(limitBy?.by ?? [])),
      ...optional('limit', of.limit),
      ...optional('offset', of.offset),
    ].join(' ')
  }

  #join({ how, any, source, on, using }: JoinOf<Ast>): string {
    const words = [...(any ? ['any'] : []), ...(how === 'inner' ? [] : [how]), 'join'].join(' ')
    const columns = using.length > 0 ? ` using (${using.map(identifier).join(', ')})` : ''
    return `${words} ${this.#source(source)}${on ? ` on ${this.expression(on)}` : columns}`
  }

  #source(of: SourceAst): string {
    const alias = of.alias === null ? '' : ` as ${identifier(of.alias)}`
    switch (of.kind) {
      case 'table':
        return `${of.name.split('.').map(identifier).join('.')}${alias}`
      case 'tableQuery':
        return `(${this.query(of.query)})${alias}`
      case 'tableFunction':
        return `${identifier(of.name)}(${this.items(of.args).join(', ')})${alias}`
      default:
        return of satisfies never
    }
  }

  #all(asts: readonly Ast[]): string[] {
    return asts.map((ast) => this.expression(ast))
  }

  protected items(asts: readonly Ast[]): string[] {
    return asts.map((ast) => this.item(ast))
  }

  /** An expression where an alias may stand behind it. */
  protected item(ast: Ast): string {
    return ast.kind === 'alias' ? `${this.expression(ast.expr)} as ${identifier(ast.name)}` : this.expression(ast)
  }

  protected order({ expr, descending, nulls }: OrderAst): string {
    return `${this.expression(expr)}${descending ? ' desc' : ''}${nulls ? ` nulls ${nulls}` : ''}`
  }

  protected window({ partitionBy, orderBy, frame }: WindowAst): string {
    return [
      ...(partitionBy.length > 0 ? [`partition by ${this.#all(partitionBy).join(', ')}`] : []),
      ...(orderBy.length > 0 ? [`order by ${orderBy.map((order) => this.order(order)).join(', ')}`] : []),
      ...(frame ? [frameText(frame)] : []),
    ].join(' ')
  }

  protected within(ast: Ast, than: Tightness): string {
    const { text, tightness } = this.printed(ast)
    return tightness < than ? `(${text})` : text
  }

  protected printed(ast: Ast): Printed {
    const operand = (text: string): Printed => ({ text, tightness: TIGHT.operand })
    const part = (of: Ast) => this.within(of, TIGHT.sum)
    switch (ast.kind) {
      case 'literal':
        return { text: literal(ast), tightness: isNegative(ast) ? TIGHT.sign : TIGHT.operand }
      case 'field':
        return operand(ast.chain.map((name, index) => (index === 0 ? identifier(name) : partName(name))).join('.'))
      case 'list':
        return operand(this.list(ast.brackets, this.items(ast.items)))
      case 'lambda':
        return { text: this.#lambda(ast.names, ast.body), tightness: TIGHT.or }
      case 'alias':
        return { text: this.item(ast), tightness: TIGHT.named }
      case 'subquery':
        return operand(`(${this.query(ast.query)})`)
      case 'star':
        return operand(ast.table === null ? '*' : `${identifier(ast.table)}.*`)
      case 'placeholder':
        return operand(
          `{${ast.chain.map((name, index) => (index === 0 ? identifier(name) : partName(name))).join('.')}}`,
        )
      case 'inCohort':
        return this.#inCohort(ast.expr, ast.cohort, 'in cohort')
      case 'between': {
        const words = ast.negated ? 'not between' : 'between'
        return {
          text: `${part(ast.expr)} ${words} ${part(ast.low)} and ${part(ast.high)}`,
          tightness: TIGHT.comparison,
        }
      }
      case 'case': {
        const branches = ast.branches.map(
          ({ when, value }) => ` when ${this.expression(when)} then ${this.expression(value)}`,
        )
        const subject = ast.subject ? ` ${this.expression(ast.subject)}` : ''
        const otherwise = ast.otherwise ? ` else ${this.expression(ast.otherwise)}` : ''
        return operand(`case${subject}${branches.join('')}${otherwise} end`)
      }
      case 'call':
        return this.call(ast)
      // its text is gone
      case 'bound':
        return operand('{filters}')
      default:
        return ast satisfies never
    }
  }

  protected list(brackets: 'array' | 'tuple', items: readonly string[]): string {
    if (brackets === 'array') return `[${items.join(', ')}]`
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
  }

  #lambda(names: readonly string[], body: Ast): string {
    const [first] = names
    const parameters =
      names.length === 1 && first !== undefined ? identifier(first) : `(${names.map(identifier).join(', ')})`
    return `${parameters} -> ${this.expression(body)}`
  }

  #inCohort(of: Ast, cohort: number | string, words: string): Printed {
    const named = typeof cohort === 'number' ? String(cohort) : quote(cohort)
    return { text: `${this.within(of, TIGHT.sum)} ${words} ${named}`, tightness: TIGHT.comparison }
  }

  protected call(ast: Call): Printed {
    return (isPlain(ast) ? this.#spelled(ast) : undefined) ?? { text: this.called(ast), tightness: TIGHT.operand }
  }

  /** Calls that have operators. */
  #spelled({ name, args }: Call): Printed | undefined {
    const [a, b] = args
    if (!a) return undefined
    if (args.length > 1 && (name === 'and' || name === 'or')) {
      const tightness = TIGHT[name]
      return { text: args.map((arg) => this.within(arg, (tightness + 1) as Tightness)).join(` ${name} `), tightness }
    }
    if (args.length === 1) return this.#prefixed(name, a)
    if (!b || args.length > 2) return undefined
    const operator = OPERATORS.get(name)
    if (operator) return this.#binary(a, operator, b)
    if (name === 'arrayElement' && isIndex(a, b))
      return { text: `${this.within(a, TIGHT.operand)}[${this.expression(b)}]`, tightness: TIGHT.operand }
    if (name === 'tupleElement' && isPosition(a, b))
      return { text: `${this.within(a, TIGHT.operand)}.${this.expression(b)}`, tightness: TIGHT.operand }
    return undefined
  }

  #binary(a: Ast, [symbol, tightness]: readonly [string, Tightness], b: Ast): Printed {
    const isComparison = tightness === TIGHT.comparison
    const left = this.within(a, isComparison ? TIGHT.sum : tightness)
    const right = symbol.endsWith('in') ? this.#set(b) : this.within(b, (tightness + 1) as Tightness)
    return { text: `${left} ${symbol} ${right}`, tightness }
  }

  /** What stands behind IN, in brackets. */
  #set(ast: Ast): string {
    if (ast.kind === 'list' && ast.brackets === 'tuple' && ast.items.length === 1) return `(${this.items(ast.items)})`
    return ast.kind === 'list' || ast.kind === 'subquery' ? this.expression(ast) : `(${this.item(ast)})`
  }

  #prefixed(name: string, of: Ast): Printed | undefined {
    if (name === 'not') {
      if (of.kind === 'inCohort') return this.#inCohort(of.expr, of.cohort, 'not in cohort')
      const opposite = of.kind === 'call' ? OPPOSITES.get(of.name) : undefined
      return opposite && of.kind === 'call' && isPlain(of) && of.args.length === 2
        ? this.call({ ...of, name: opposite })
        : { text: `not ${this.within(of, TIGHT.comparison)}`, tightness: TIGHT.not }
    }
    if (name === 'negate') {
      const text = this.within(of, TIGHT.operand)
      return { text: `-${text}`, tightness: TIGHT.sign }
    }
    if (name !== 'isNull' && name !== 'isNotNull') return undefined
    const words = name === 'isNull' ? 'is null' : 'is not null'
    return { text: `${this.within(of, TIGHT.sum)} ${words}`, tightness: TIGHT.comparison }
  }

  protected called({ name, args, params, distinct, over, overName }: Call): string {
    const first = params.length > 0 ? `(${this.items(params).join(', ')})` : ''
    const text = `${name}${first}(${distinct ? 'distinct ' : ''}${this.items(args).join(', ')})`
    if (overName !== undefined) return this.over(text, identifier(overName))
    return over ? this.over(text, `(${this.window(over)})`) : text
  }

  protected over(text: string, window: string): string {
    return `${text} over ${window}`
  }
}

const isPlain = ({ over, overName, params, distinct }: Call): boolean =>
  !over && overName === undefined && params.length === 0 && !distinct

const isNegative = ({ value }: LiteralAst): boolean => typeof value === 'number' && value < 0

/** `map['key']` of a column would be read as a field, and the index 0 is refused. */
function isIndex(of: Ast, index: Ast): boolean {
  if (index.kind !== 'literal') return true
  return index.value !== 0 && !(typeof index.value === 'string' && of.kind === 'field')
}

/** A number with a dot behind it is another number. */
const isPosition = (of: Ast, index: Ast): boolean =>
  index.kind === 'literal' &&
  Number.isInteger(index.value) &&
  Number(index.value) >= 0 &&
  of.kind !== 'star' &&
  (of.kind !== 'literal' || isNegative(of))

export const frameText = ({ unit, from, to }: FrameAst): string => `${unit} between ${bound(from)} and ${bound(to)}`
const bound = (of: FrameBound): string =>
  of.kind === 'current' ? 'current row' : `${of.rows ?? 'unbounded'} ${of.kind}`

const literal = ({ value }: LiteralAst): string =>
  typeof value === 'string' ? quote(value) : value === null ? 'NULL' : String(value)
