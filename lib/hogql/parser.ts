/** Text of an expression -> its tree. Names are resolved later (`resolve.ts`). */
import { dateUnit } from './dates.ts'
import { hogqlSyntaxError } from './error.ts'
import { type Token, tokenize } from './lexer.ts'

export type Ast =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: 'field'; readonly chain: readonly string[]; readonly at: number }
  | { readonly kind: 'list'; readonly items: readonly Ast[]; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      readonly args: readonly Ast[]
      /** `quantile(0.9)(x)`: what stands in the first brackets. */
      readonly params: readonly Ast[]
      readonly distinct: boolean
      readonly at: number
    }

const MAX_LENGTH = 10_000
const MAX_DEPTH = 100
/** Operators and calls of one expression. */
const MAX_OPERATORS = 500
/** What is smaller is 0, as in the database. */
const SMALLEST = 1e-150
/** Operators by how tightly they bind; what they are called as functions. */
const COMPARISONS: Readonly<Record<string, string>> = {
  '=': 'equals',
  '==': 'equals',
  '!=': 'notEquals',
  '<>': 'notEquals',
  '<': 'less',
  '<=': 'lessOrEquals',
  '>': 'greater',
  '>=': 'greaterOrEquals',
  '=~': '=~',
  '!~': '!~',
  '=~*': '=~*',
  '!~*': '!~*',
}
const SUMS: Readonly<Record<string, string>> = { '+': 'plus', '-': 'minus', '||': 'concat' }
const PRODUCTS: Readonly<Record<string, string>> = { '*': 'multiply', '/': 'divide', '%': 'modulo' }
const RESERVED = /^(select|from|where|group|order|limit|join|union|with|over|having|as)$/i

/** Throws a 400 `hogql_syntax_error` that names the place. */
export function parseExpression(text: string, attr: string): Ast {
  if (text.length > MAX_LENGTH) throw hogqlSyntaxError(`An expression has ${MAX_LENGTH} characters at most.`, 0, attr)
  return new Parser(tokenize(text, attr), attr).whole()
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #attr: string
  #next = 0
  #depth = 0
  #operators = 0

  constructor(tokens: readonly Token[], attr: string) {
    this.#tokens = tokens
    this.#attr = attr
  }

  whole(): Ast {
    const ast = this.#expression()
    if (this.#peek.kind !== 'end') throw this.#unexpected()
    return ast
  }

  #made(name: string, at: number, ...args: Ast[]): Ast & { kind: 'call' } {
    if (++this.#operators > MAX_OPERATORS)
      throw hogqlSyntaxError(`An expression has ${MAX_OPERATORS} operators and calls at most.`, at, this.#attr)
    return call(name, at, ...args)
  }

  get #peek(): Token {
    return this.#tokens[this.#next] as Token
  }

  #unexpected() {
    const { kind, text, at } = this.#peek
    const what = kind === 'end' ? 'The expression ends too early.' : `Unexpected ${JSON.stringify(text)}.`
    return hogqlSyntaxError(what, at, this.#attr)
  }

  #take(text: string): boolean {
    const { kind, text: found } = this.#peek
    const is = kind === 'symbol' ? found === text : kind === 'name' && found.toLowerCase() === text
    if (is) this.#next++
    return is
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#unexpected()
  }

  #expression(): Ast {
    if (++this.#depth > MAX_DEPTH) throw hogqlSyntaxError('This is nested too deeply.', this.#peek.at, this.#attr)
    const condition = this.#or()
    let result = condition
    if (this.#take('?')) {
      const whenTrue = this.#expression()
      this.#expect(':')
      result = this.#made('if', condition.at, condition, whenTrue, this.#expression())
    }
    this.#depth--
    return result
  }

  #or(): Ast {
    let left = this.#and()
    const args = [left]
    while (this.#take('or')) args.push(this.#and())
    if (args.length > 1) left = this.#made('or', left.at, ...args)
    return left
  }

  #and(): Ast {
    let left = this.#not()
    const args = [left]
    while (this.#take('and')) args.push(this.#not())
    if (args.length > 1) left = this.#made('and', left.at, ...args)
    return left
  }

  #not(): Ast {
    const { at } = this.#peek
    let times = 0
    while (this.#take('not')) times++
    const arg = this.#comparison()
    return times % 2 === 1
      ? this.#made('not', at, arg)
      : times > 0
        ? this.#made('not', at, this.#made('not', at, arg))
        : arg
  }

  #comparison(): Ast {
    let left = this.#ifNull()
    for (;;) {
      const { at, kind, text } = this.#peek
      const name = kind === 'symbol' ? COMPARISONS[text] : undefined
      if (name) {
        this.#next++
        left = this.#made(name, at, left, this.#ifNull())
      } else if (this.#take('is')) {
        const negated = this.#take('not')
        this.#expect('null')
        left = this.#made(negated ? 'isNotNull' : 'isNull', at, left)
      } else {
        const start = this.#next
        const negated = this.#take('not')
        const compared = this.#between(left, at, negated) ?? this.#wordComparison(left, at, negated)
        if (!compared) {
          this.#next = start
          return left
        }
        left = compared
      }
    }
  }

  #wordComparison(left: Ast, at: number, negated: boolean): Ast | undefined {
    const name = ['like', 'ilike', 'in'].find((word) => this.#take(word))
    if (!name) return undefined
    const positive = this.#made(name, at, left, this.#ifNull())
    return negated ? this.#made('not', at, positive) : positive
  }

  /** Nothing lies between or outside what is not known. */
  #between(left: Ast, at: number, negated: boolean): Ast | undefined {
    if (!this.#take('between')) return undefined
    const low = this.#ifNull()
    this.#expect('and')
    const bound = (name: string, limit: Ast) => this.#made(name, at, left, limit)
    const high = this.#ifNull()
    return negated
      ? this.#made('or', at, bound('less', low), bound('greater', high))
      : this.#made('and', at, bound('greaterOrEquals', low), bound('lessOrEquals', high))
  }

  #ifNull(): Ast {
    let left = this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary()))
    while (this.#take('??')) {
      const right = this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary()))
      left = this.#made('ifNull', left.at, left, right)
    }
    return left
  }

  #chain(operators: Readonly<Record<string, string>>, operand: () => Ast): Ast {
    let left = operand()
    for (;;) {
      const { kind, text, at } = this.#peek
      const name = kind === 'symbol' ? operators[text] : undefined
      if (!name) return left
      this.#next++
      left = this.#made(name, at, left, operand())
    }
  }

  #unary(): Ast {
    const { at } = this.#peek
    let negative = false
    while (this.#take('-')) negative = !negative
    const arg = this.#primary()
    return negative ? this.#made('negate', at, arg) : arg
  }

  #primary(): Ast {
    const { kind, text, at } = this.#peek
    if (kind === 'number') {
      this.#next++
      const number = Number(text)
      if (!Number.isFinite(number)) throw hogqlSyntaxError('The number is too large.', at, this.#attr)
      return { kind: 'literal', value: number < SMALLEST ? 0 : number, at }
    }
    if (kind === 'text') {
      this.#next++
      return { kind: 'literal', value: text, at }
    }
    if (this.#take('(')) {
      const items = this.#items(')')
      const [first] = items
      if (!first) throw hogqlSyntaxError('There is nothing in the brackets.', at, this.#attr)
      return items.length === 1 ? first : { kind: 'list', items, at }
    }
    if (this.#take('[')) return { kind: 'list', items: this.#items(']'), at }
    if (kind === 'name' || kind === 'quoted') return this.#named()
    throw this.#unexpected()
  }

  #named(): Ast {
    const { kind, text, at } = this.#peek
    this.#next++
    const word = kind === 'name' ? text.toLowerCase() : ''
    if (word === 'null') return { kind: 'literal', value: null, at }
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true', at }
    if (word === 'case') return this.#case(at)
    if (word === 'interval' && this.#peek.text !== '(') return this.#interval(at)
    if (RESERVED.test(word)) throw hogqlSyntaxError(`Unexpected ${JSON.stringify(text)}.`, at, this.#attr)
    if (kind === 'name' && this.#take('(')) return this.#call(text, at)
    return this.#field(text, at)
  }

  /** `interval 7 day`, `interval '7 days'` */
  #interval(at: number): Ast {
    const { kind, text, at: inside } = this.#peek
    const [, number, word] = (kind === 'text' && /^(\d+) +(\w+)$/.exec(text)) || []
    if (kind === 'text') this.#next++
    const amount: Ast = number ? { kind: 'literal', value: Number(number), at: inside } : this.#unary()
    const unit = word ?? this.#peek.text
    if (!word) this.#next++
    const known = dateUnit(unit)
    if (!known) throw hogqlSyntaxError(`${JSON.stringify(unit)} is no unit of time.`, inside, this.#attr)
    return this.#made(`toInterval${known[0]?.toUpperCase()}${known.slice(1)}`, at, amount)
  }

  #call(name: string, at: number): Ast {
    const distinct = this.#take('distinct')
    const args = this.#take('*') ? this.#closed() : this.#items(')')
    if (!this.#take('(')) return { ...this.#made(name, at, ...args), distinct }
    return { ...this.#made(name, at), params: args, distinct: this.#take('distinct'), args: this.#items(')') }
  }

  #closed(): Ast[] {
    this.#expect(')')
    return []
  }

  #field(first: string, at: number): Ast {
    const chain = [first]
    for (;;) {
      if (this.#take('.')) {
        const { kind, text } = this.#peek
        if (kind !== 'name' && kind !== 'quoted') throw this.#unexpected()
        this.#next++
        chain.push(text)
      } else if (this.#take('[')) {
        const { kind, text, at: inside } = this.#peek
        if (kind === 'number' && Number(text) === 0)
          throw hogqlSyntaxError('SQL indexes start from one, not from zero. E.g: array[1]', inside, this.#attr)
        if (kind !== 'text') throw this.#unexpected()
        this.#next++
        this.#expect(']')
        chain.push(text)
      } else return { kind: 'field', chain, at }
    }
  }

  #case(at: number): Ast {
    const subject = this.#peek.text.toLowerCase() === 'when' ? undefined : this.#expression()
    const args: Ast[] = []
    while (this.#take('when')) {
      const condition = this.#expression()
      this.#expect('then')
      args.push(subject ? this.#made('equals', condition.at, subject, condition) : condition, this.#expression())
    }
    if (args.length === 0) throw this.#unexpected()
    args.push(this.#take('else') ? this.#expression() : { kind: 'literal', value: null, at })
    this.#expect('end')
    return this.#made('multiIf', at, ...args)
  }

  #items(close: string): Ast[] {
    const items: Ast[] = []
    if (this.#take(close)) return items
    do items.push(this.#expression())
    while (this.#take(','))
    this.#expect(close)
    return items
  }
}

const call = (name: string, at: number, ...args: Ast[]): Ast & { kind: 'call' } => ({
  kind: 'call',
  name,
  args,
  params: [],
  distinct: false,
  at,
})

/** Every field that the expression names. */
export function fieldsOf(ast: Ast): (readonly string[])[] {
  switch (ast.kind) {
    case 'field':
      return [ast.chain]
    case 'list':
      return ast.items.flatMap(fieldsOf)
    case 'call':
      return [...ast.params, ...ast.args].flatMap(fieldsOf)
    case 'literal':
      return []
    default:
      return ast satisfies never
  }
}
