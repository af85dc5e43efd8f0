import { hogqlSyntaxError } from './error.ts'

export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'quoted' | 'symbol' | 'end'
  /** What it stands for: escapes are resolved. */
  readonly text: string
  /** Index of its first character. */
  readonly at: number
}

const SPACE = /(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/)+/y
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/iy
const NAME = /[A-Za-z_$][\w$]*/y
const SYMBOL = /->|[=!]~\*?|\|\||\?\?|==|!=|<>|<=|>=|[-+*/%=<>()[\],.?:]/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** The tokens of an expression, an `end` last. Throws a 400 that names the place of what is none. */
export function tokenize(text: string, attr: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const space = take(SPACE)
    if (space) {
      at += space.length
      continue
    }
    const quote = text[at]
    if (quote === "'" || quote === '"' || quote === '`') {
      const { value, end } = readQuoted(text, at, attr)
      tokens.push({ kind: quote === "'" ? 'text' : 'quoted', text: value, at })
      at = end
      continue
    }
    const found = (
      [
        ['number', NUMBER],
        ['name', NAME],
        ['symbol', SYMBOL],
      ] as const
    ).flatMap(([kind, pattern]) => {
      const match = take(pattern)
      return match ? [{ kind, text: match, at }] : []
    })[0]
    if (!found) throw hogqlSyntaxError(`Unexpected ${JSON.stringify(text[at])}.`, at, attr)
    tokens.push(found)
    at += found.text.length
  }
  return [...tokens, { kind: 'end', text: '', at }]
}

function readQuoted(text: string, start: number, attr: string): { value: string; end: number } {
  const quote = text[start]
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\') {
      const next = text[++at] ?? ''
      // no text of a database holds it
      if (next === '0') throw hogqlSyntaxError('A text cannot hold the character U+0000.', at - 1, attr)
      // what is no escape stays as it is: \% of a pattern
      value += next === quote || next === '\\' ? next : (ESCAPES[next] ?? `\\${next}`)
    } else if (character !== quote) value += character
    else if (text[at + 1] === quote) value += text[++at]
    else return { value, end: at + 1 }
  }
  throw hogqlSyntaxError('A quote is not closed.', start, attr)
}
