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
/** Numbers nearer to 0 are 0, as in the database. */
const SMALLEST = 1e-150
/** What can follow a list whose last comma has nothing behind it. */
const BEHIND_LISTS: ReadonlySet<string> = new Set(') ] } ; from where group having order limit union'.split(' '))

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

  /** `wanted`: what should stand there. */
  protected unexpected(wanted?: string) {
    const { kind, text, at } = this.peek
    if (kind === 'end') return this.error(`The ${this.#limits.name.replace(/^An? /, '')} ends too early.`, at)
    const found = kind === 'text' ? `'${text}'` : JSON.stringify(text)
    return this.error(`Unexpected ${found}.${wanted ? ` Here stands ${wanted}.` : ''}`, at)
  }

  /** Throws a 400 if these words come next: SQL has them, HogQL of this project has not. */
  protected refuse(name: string, ...words: readonly string[]): void {
    const { at } = this.peek
    if (this.take(...words)) throw this.error(`${name} is not supported.`, at)
  }

  /** Is the token so many after the next one this symbol or, in any case, this word? */
  protected is(text: string, count = 0): boolean {
    const { kind, text: found } = this.ahead(count)
    return kind === 'symbol' ? found === text : kind === 'name' && found.toLowerCase() === text
  }

  /** Does a list end here, though a comma was the last thing in it? */
  protected isAtClause(): boolean {
    const { kind, text } = this.peek
    const isWord = kind === 'name' && BEHIND_LISTS.has(text.toLowerCase()) && !this.isNameOfBy()
    return kind === 'end' || isWord || (kind === 'symbol' && BEHIND_LISTS.has(text))
  }

  /** GROUP and ORDER without BY are names. */
  protected isNameOfBy(): boolean {
    return (this.is('group') || this.is('order')) && !this.is('by', 1)
  }

  /** Is a comma the last token but one that was taken? */
  protected isBehindComma(): boolean {
    const before = this.#tokens[this.#next - 2]
    return before?.kind === 'symbol' && before.text === ','
  }

  /** Takes the words or symbols if they come next. */
  protected take(...texts: readonly string[]): boolean {
    if (!texts.every((text, index) => this.is(text, index))) return false
    this.#next += texts.length
    return true
  }

  protected expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(text.toUpperCase())
  }

  protected end(): void {
    if (this.peek.kind !== 'end') throw this.unexpected()
  }

  /** The number that comes next. */
  protected numberAt(): number {
    const { text, at } = this.peek
    const number = Number(text.replaceAll('_', ''))
    if (!Number.isFinite(number)) throw this.error('The number is too large.', at)
    return number < SMALLEST ? 0 : number
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
