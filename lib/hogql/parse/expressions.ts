import type { Ast, CallAst, OrderAst } from '../syntax.ts'
import { checkDepth } from '../walk-syntax.ts'
import { PrimaryParser } from './primaries.ts'

const LIMITS = { name: 'An expression', characters: 10_000, operators: 500 }

/** Operators by how tightly they bind, and the functions that they are. */
const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ['=', 'equals'],
  ['==', 'equals'],
  ['!=', 'notEquals'],
  ['<>', 'notEquals'],
  ['<', 'less'],
  ['<=', 'lessOrEquals'],
  ['>', 'greater'],
  ['>=', 'greaterOrEquals'],
  ['~', '=~'],
  ['=~', '=~'],
  ['!~', '!~'],
  ['~*', '=~*'],
  ['=~*', '=~*'],
  ['!~*', '!~*'],
])
const SUMS: ReadonlyMap<string, string> = new Map([
  ['+', 'plus'],
  ['-', 'minus'],
  ['||', 'concat'],
])
const PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['*', 'multiply'],
  ['/', 'divide'],
  ['%', 'modulo'],
])

/** Text of an expression -> its syntax. Throws a 400 `hogql_syntax_error` that names the place. */
export function parseExpression(text: string, attr: string): Ast {
  return new ExpressionParser(text, attr, LIMITS).whole()
}

/** Text of an item of ORDER BY, such as `created_at desc`. Throws a 400 `hogql_syntax_error` that names the place. */
export function parseOrder(text: string, attr: string): OrderAst {
  return new ExpressionParser(text, attr, LIMITS).wholeOrder()
}

/** Operators, from the loosest to the tightest. */
export class ExpressionParser extends PrimaryParser {
  whole(): Ast {
    return this.#ended(this.expression())
  }

  wholeOrder(): OrderAst {
    const [order, more] = this.orders()
    if (!order || more) throw this.error('One order at a time.', more?.expr.at ?? 0)
    this.#ended(order.expr)
    return order
  }

  #ended(ast: Ast): Ast {
    this.end()
    this.checkDepth(ast)
    return ast
  }

  /** Long chains of operators make deep trees without a bracket. */
  protected checkDepth(of: Parameters<typeof checkDepth>[0]): void {
    const at = checkDepth(of)
    if (at !== null) throw this.error('This is nested too deeply.', at)
  }

  protected expression(): Ast {
    return this.nested(() => {
      const lambda = this.#lambda()
      if (lambda) return lambda
      const condition = this.#or()
      if (!this.take('?')) return condition
      const whenTrue = this.expression()
      this.expect(':')
      return this.made('if', condition.at, condition, whenTrue, this.expression())
    })
  }

  /** `x -> …`, `(x, y) -> …` */
  #lambda(): Ast | undefined {
    const { at } = this.peek
    const isBracketed = this.is('(')
    const names: string[] = []
    let next = isBracketed ? 1 : 0
    while (this.ahead(next).kind === 'name' || this.ahead(next).kind === 'quoted') {
      names.push(this.ahead(next).text)
      next++
      if (!isBracketed || !this.is(',', next)) break
      next++
    }
    if (isBracketed && !this.is(')', next++)) return undefined
    if (!this.is('->', next) || (names.length === 0 && !isBracketed)) return undefined
    this.skip(next + 1)
    this.count(at)
    return { kind: 'lambda', names, body: this.expression(), at }
  }

  #or(): Ast {
    const args = [this.#and()]
    while (this.take('or')) args.push(this.#and())
    return this.#chained('or', args)
  }

  #and(): Ast {
    const args = [this.#not()]
    while (this.take('and')) args.push(this.#not())
    return this.#chained('and', args)
  }

  #chained(name: 'and' | 'or', args: Ast[]): Ast {
    const [first] = args
    return first && args.length === 1 ? first : this.made(name, first?.at ?? 0, ...args)
  }

  #not(): Ast {
    const { at } = this.peek
    let times = 0
    while (this.take('not')) times++
    const arg = this.#ifNull()
    if (times === 0) return arg
    const negated = this.made('not', at, arg)
    return times % 2 === 1 ? negated : this.made('not', at, negated)
  }

  /** As in PostHog, `??` is looser than comparisons: `a ?? b = c` is `a ?? (b = c)`. */
  #ifNull(): Ast {
    let left = this.#comparison()
    while (this.take('??')) left = this.made('ifNull', left.at, left, this.#comparison())
    return left
  }

  #comparison(): Ast {
    let left = this.sum()
    for (;;) {
      const { at, kind, text } = this.peek
      const name = kind === 'symbol' ? COMPARISONS.get(text) : undefined
      if (name) {
        this.skip()
        left = this.made(name, at, left, this.sum())
      } else if (this.take('is')) left = this.#is(left, at)
      else {
        const start = this.mark()
        this.take('global')
        const compared = this.#wordComparison(left, at, this.take('not'))
        if (!compared) {
          this.back(start)
          return left
        }
        left = compared
      }
    }
  }

  /** `is null`, `is distinct from b`: null is a value for the operators, too. */
  #is(left: Ast, at: number): Ast {
    const negated = this.take('not')
    if (this.take('distinct', 'from')) return this.made(negated ? 'equals' : 'notEquals', at, left, this.sum())
    this.expect('null')
    return this.made(negated ? 'isNotNull' : 'isNull', at, left)
  }

  #wordComparison(left: Ast, at: number, negated: boolean): Ast | undefined {
    if (this.take('between')) return this.#between(left, at, negated)
    const name = ['like', 'ilike', 'in'].find((word) => this.take(word))
    if (!name) return undefined
    const positive =
      name === 'in' && this.take('cohort') ? this.#inCohort(left, at) : this.made(name, at, left, this.sum())
    return negated ? this.made('not', at, positive) : positive
  }

  #between(expr: Ast, at: number, negated: boolean): Ast {
    this.count(at)
    const low = this.sum()
    this.expect('and')
    return { kind: 'between', expr, low, high: this.sum(), negated, at }
  }

  #inCohort(expr: Ast, at: number): Ast {
    const { kind, text } = this.peek
    if (kind !== 'number' && kind !== 'text') throw this.unexpected('the number or the name of a cohort')
    this.skip()
    this.count(at)
    return { kind: 'inCohort', expr, cohort: kind === 'number' ? Number(text) : text, at }
  }

  protected sum(): Ast {
    return this.#chain(SUMS, () => this.#chain(PRODUCTS, () => this.#signed()))
  }

  #chain(operators: ReadonlyMap<string, string>, operand: () => Ast): Ast {
    let left = operand()
    for (;;) {
      const { kind, text, at } = this.peek
      const name = kind === 'symbol' ? operators.get(text) : undefined
      if (!name) return left
      this.skip()
      const right = operand()
      // texts that are joined are one call, as deep as one
      left = name === 'concat' && isJoined(left) ? this.#joined(left, right, at) : this.made(name, at, left, right)
    }
  }

  #joined(left: CallAst, right: Ast, at: number): Ast {
    this.count(at)
    return { ...left, args: [...left.args, right] }
  }

  #signed(): Ast {
    const { at } = this.peek
    let negative = false
    while (this.is('-') || this.is('+')) {
      if (this.is('-')) negative = !negative
      this.skip()
    }
    const arg = this.primary()
    return negative ? this.made('negate', at, arg) : arg
  }
}

const isJoined = (ast: Ast): ast is CallAst =>
  ast.kind === 'call' && ast.name === 'concat' && !ast.over && !ast.distinct && ast.params.length === 0
