import { hogqlSyntaxError } from '../error.ts'
import { type Token, tokenize } from '../lexer.ts'

/** How much a text may hold; what is longer, larger or deeper is a 400. */
export interface Limits {
  /** `An expression`, as errors call it. */
  readonly name: string
  readonly characters: number
  /** Operators and calls. */
  readonly operators: number
}
/** Of brackets, calls and sub-queries. */
const MAX_DEPTH = 100

/** The place of a parser in its tokens. */
export class Cursor {
  readonly #tokens: readonly Token[]
  readonly #attr: string
  readonly #limits: Limits
  #next = 0
  #depth = 0
  #operators = 0

  /** Throws a 400 `hogql_syntax_error` for a text that is too long or holds a character that no token has. */
  constructor(text: string, attr: string, limits: Limits) {
    this.#attr = attr
    this.#limits = limits
    if (text.length > limits.characters)
      throw this.error(`${limits.name} has ${limits.characters} characters at most.`, 0)
    this.#tokens = tokenize(text, attr)
  }

  protected error(detail: string, at: number) {
    return hogqlSyntaxError(detail, at, this.#attr)
  }

  protected get peek(): Token {
    return this.ahead(0)
  }

  /** The token so many after the next one; the last one is `end`. */
  protected ahead(count: number): Token {
    return this.#tokens[Math.min(this.#next + count, this.#tokens.length - 1)] as Token
  }

  protected skip(count = 1): void {
    this.#next += count
  }

  protected mark(): number {
    return this.#next
  }

  protected back(mark: number): void {
    this.#next = mark
  }

  protected unexpected() {
    const { kind, text, at } = this.peek
    if (kind === 'end') return this.error(`The ${this.#limits.name.replace(/^An? /, '')} ends too early.`, at)
    return this.error(`Unexpected ${JSON.stringify(text)}.`, at)
  }

  /** Is the token so many after the next one this symbol or, in any case, this word? */
  protected is(text: string, count = 0): boolean {
    const { kind, text: found } = this.ahead(count)
    return kind === 'symbol' ? found === text : kind === 'name' && found.toLowerCase() === text
  }

  /** Takes the words or symbols if they come next. */
  protected take(...texts: readonly string[]): boolean {
    if (!texts.every((text, index) => this.is(text, index))) return false
    this.#next += texts.length
    return true
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected()
  }

  protected end(): void {
    if (this.peek.kind !== 'end') throw this.unexpected()
  }

  /** Every operator and call counts. */
  protected count(at: number): void {
    const { name, operators } = this.#limits
    if (++this.#operators > operators) throw this.error(`${name} has ${operators} operators and calls at most.`, at)
  }

  protected nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.error('This is nested too deeply.', this.peek.at)
    const result = read()
    this.#depth--
    return result
  }
}
