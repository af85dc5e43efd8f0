import { hogqlSyntaxError } from './error.ts'

export interface Token {
  /** `template` begins a text with expressions in it: its parts and `{`, `}` follow, up to `template end`. */
  readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'symbol' | 'template' | 'template end' | 'end'
  /** What it stands for: escapes are resolved. */
  readonly text: string
  /** Index of its first character. */
  readonly at: number
}

const SPACE = /(?:[\s\u0085]|(?:--|\/\/)[^\n]*|\/\*[\s\S]*?\*\/)+/y
const DIGITS = String.raw`\d+(?:_\d+)*`
const NUMBER = new RegExp(
  String.raw`0x[\da-f]+(?![\w$])|0b[01]+(?![\w$])|(?:${DIGITS}(?:\.(?:${DIGITS})?)?|\.${DIGITS})(?:e[-+]?\d+)?`,
  'iy',
)
const WHOLE = /\d+/y
const NAME = /[A-Za-z_$][\w$]*/y
const SYMBOL = /->|[=!]~\*?|~\*?|\|\||\?\?|\?\.|::|==|!=|<>|<=|>=|[-+*/%=<>()[\]{},.?:;]/y
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  a: '\x07',
  v: '\v',
}
/** What people write for something that is called otherwise here. */
const HINTS: Readonly<Record<string, string>> = {
  '&': ' Conditions are joined by AND.',
  '|': ' Conditions are joined by OR, texts by ||.',
  '!': ' A negation is NOT.',
  '#': ' A comment begins with --.',
  '@': ' A value that is filled in is {name}.',
  '“': " A text stands in '.",
  '‘': " A text stands in '.",
  '’': " A text stands in '.",
}

/** The tokens of a text, an `end` last. Throws a 400 that names the place of what is none. */
export const tokenize = (text: string, attr: string): Token[] => new Lexer(text, attr).tokens()

class Lexer {
  readonly #text: string
  readonly #attr: string
  readonly #tokens: Token[] = []
  /** How many brackets are open inside each text with expressions that is being read. */
  readonly #templates: number[] = []
  #at = 0

  constructor(text: string, attr: string) {
    this.#text = text
    this.#attr = attr
  }

  tokens(): Token[] {
    while (this.#at < this.#text.length) this.#next()
    if (this.#templates.length > 0) throw this.#error('A text with expressions is not closed.', this.#at)
    this.#add('end', '')
    return this.#tokens
  }

  #next(): void {
    const space = this.#match(SPACE)
    if (space) {
      this.#at += space.length
      return
    }
    const first = this.#text[this.#at] ?? ''
    if (first === "'" || first === '"' || first === '`') this.#quoted(first)
    else if (first === 'f' && this.#text[this.#at + 1] === "'") {
      this.#add('template', "f'")
      this.#template()
    } else this.#plain()
  }

  #plain(): void {
    const number = this.#number()
    const name = number ? undefined : this.#match(NAME)
    if (number || name) {
      this.#add(number ? 'number' : 'name', number ?? name ?? '')
      return
    }
    const symbol = this.#match(SYMBOL)
    if (!symbol) throw this.#unknown()
    if (symbol === '/' && this.#text[this.#at + 1] === '*') throw this.#error('A comment is not closed.', this.#at)
    this.#add('symbol', symbol)
    if (this.#templates.length > 0) this.#bracket(symbol)
  }

  /** Inside a text with expressions: the bracket that ends an expression is followed by text again. */
  #bracket(symbol: string): void {
    const last = this.#templates.length - 1
    if (symbol === '{') this.#templates[last] = (this.#templates[last] ?? 0) + 1
    if (symbol !== '}') return
    this.#templates[last] = (this.#templates[last] ?? 0) - 1
    if (this.#templates[last] !== 0) return
    this.#templates.pop()
    this.#template()
  }

  /** The text of a template up to its next expression or its end. */
  #template(): void {
    const start = this.#at
    const { value, end, isOpen } = readQuoted(this.#text, start, "'", this.#attr, true)
    if (value !== '') this.#tokens.push({ kind: 'text', text: value, at: start })
    this.#at = end
    if (!isOpen) {
      this.#tokens.push({ kind: 'template end', text: "'", at: end - 1 })
      return
    }
    this.#tokens.push({ kind: 'symbol', text: '{', at: end - 1 })
    this.#templates.push(1)
  }

  #quoted(quote: string): void {
    const { value, end } = readQuoted(this.#text, this.#at + 1, quote, this.#attr, false)
    this.#tokens.push({ kind: quote === "'" ? 'text' : 'quoted', text: value, at: this.#at })
    this.#at = end
  }

  /** Behind an operand a dot reads a part of it: `pair.1.2`. */
  #number(): string | undefined {
    const last = this.#tokens.at(-1)
    if (last?.kind === 'symbol' && (last.text === '.' || last.text === '?.')) return this.#match(WHOLE)
    const isOperand = last && last.kind !== 'template' && (last.kind !== 'symbol' || /^[)\]}]$/.test(last.text))
    if (this.#text[this.#at] === '.' && isOperand) return undefined
    const number = this.#match(NUMBER)
    const next = number && this.#text[this.#at + number.length]
    if (next && /[\w$]/.test(next)) throw this.#error(`${JSON.stringify(number + next)} is no number.`, this.#at)
    return number
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  #add(kind: Token['kind'], text: string): void {
    this.#tokens.push({ kind, text, at: this.#at })
    this.#at += text.length
  }

  #unknown() {
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0)
    const hint = /\p{L}/u.test(character) ? ' Such a name stands in `.' : (HINTS[character] ?? '')
    return this.#error(`Unexpected ${JSON.stringify(character)}.${hint}`, this.#at)
  }

  #error(detail: string, at: number) {
    return hogqlSyntaxError(detail, at, this.#attr)
  }
}

/** Reads up to the quote that ends the text; `isOpen`: up to the bracket of an expression in it. */
function readQuoted(text: string, start: number, quote: string, attr: string, isTemplate: boolean) {
  let value = ''
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\') {
      const next = text[++at] ?? ''
      // no text of a database holds it
      if (next === '0') throw hogqlSyntaxError('A text cannot hold the character U+0000.', at - 1, attr)
      const isPlain = next === quote || next === '\\' || (isTemplate && next === '{')
      // what is no escape stays as it is: \% of a pattern
      value += isPlain ? next : Object.hasOwn(ESCAPES, next) ? ESCAPES[next] : `\\${next}`
    } else if (isTemplate && character === '{') return { value, end: at + 1, isOpen: true }
    else if (character === '\0') throw hogqlSyntaxError('A text cannot hold the character U+0000.', at, attr)
    else if (character !== quote) value += character
    else if (text[at + 1] === quote) value += text[++at]
    else return { value, end: at + 1, isOpen: false }
  }
  throw hogqlSyntaxError('A quote is not closed.', isTemplate ? start : start - 1, attr)
}
