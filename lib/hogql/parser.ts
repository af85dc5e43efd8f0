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
  '=~': 'match',
  '!~': 'notMatch',
  '=~*': 'imatch',
  '!~*': 'notIMatch',
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

  constructor(tokens: readonly Token[], attr: string) {
    this.#tokens = tokens
    this.#attr = attr
  }

  whole(): Ast {
    const ast = this.#expression()
    if (this.#peek.kind !== 'end') throw this.#unexpected()
    return ast
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
      result = call('if', condition.at, condition, whenTrue, this.#expression())
    }
    this.#depth--
    return result
  }

  #or(): Ast {
    let left = this.#and()
    while (this.#take('or')) left = call('or', left.at, left, this.#and())
    return left
  }

  #and(): Ast {
    let left = this.#not()
    while (this.#take('and')) left = call('and', left.at, left, this.#not())
    return left
  }

  #not(): Ast {
    const { at } = this.#peek
    let times = 0
    while (this.#take('not')) times++
    const arg = this.#comparison()
    return times % 2 === 1 ? call('not', at, arg) : times > 0 ? call('not', at, call('not', at, arg)) : arg
  }

  #comparison(): Ast {
    let left = this.#ifNull()
    for (;;) {
      const { at, kind, text } = this.#peek
      const name = kind === 'symbol' ? COMPARISONS[text] : undefined
      if (name) {
        this.#next++
        left = call(name, at, left, this.#ifNull())
      } else if (this.#take('is')) {
        const negated = this.#take('not')
        this.#expect('null')
        left = call(negated ? 'isNotNull' : 'isNull', at, left)
      } else {
        const start = this.#next
        const negated = this.#take('not')
        const positive = this.#wordComparison(left, at)
        if (!positive) {
          this.#next = start
          return left
        }
        left = negated ? call('not', at, positive) : positive
      }
    }
  }

  #wordComparison(left: Ast, at: number): Ast | undefined {
    if (this.#take('like')) return call('like', at, left, this.#ifNull())
    if (this.#take('ilike')) return call('ilike', at, left, this.#ifNull())
    if (this.#take('in')) return call('in', at, left, this.#ifNull())
    if (!this.#take('between')) return undefined
    const low = this.#ifNull()
    this.#expect('and')
    return call('and', at, call('greaterOrEquals', at, left, low), call('lessOrEquals', at, left, this.#ifNull()))
  }

  #ifNull(): Ast {
    let left = this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary()))
    while (this.#take('??')) {
      const right = this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#unary()))
      left = call('ifNull', left.at, left, right)
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
      left = call(name, at, left, operand())
    }
  }

  #unary(): Ast {
    const { at } = this.#peek
    let negative = false
    while (this.#take('-')) negative = !negative
    const arg = this.#primary()
    return negative ? call('negate', at, arg) : arg
  }

  #primary(): Ast {
    const { kind, text, at } = this.#peek
    if (kind === 'number') {
      this.#next++
      return { kind: 'literal', value: Number(text), at }
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
    return call(`toInterval${known[0]?.toUpperCase()}${known.slice(1)}`, at, amount)
  }

  #call(name: string, at: number): Ast {
    const distinct = this.#take('distinct')
    const args = this.#take('*') ? this.#closed() : this.#items(')')
    if (!this.#take('(')) return { kind: 'call', name, args, params: [], distinct, at }
    return { kind: 'call', name, params: args, distinct: this.#take('distinct'), args: this.#items(')'), at }
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
      args.push(subject ? call('equals', condition.at, subject, condition) : condition, this.#expression())
    }
    if (args.length === 0) throw this.#unexpected()
    args.push(this.#take('else') ? this.#expression() : { kind: 'literal', value: null, at })
    this.#expect('end')
    return call('multiIf', at, ...args)
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

const call = (name: string, at: number, ...args: Ast[]): Ast => ({
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
