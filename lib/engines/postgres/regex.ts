import type { ClassItem, Regex, RegexToken } from '../../tree/regex.ts'

/** The supported subset of RE2 as a Postgres regular expression; `***:` keeps a leading `***` from being a directive. */
export const postgresRegex = ({ ignoreCase, tokens }: Regex): string =>
  `***:${ignoreCase ? '(?i)' : ''}${tokens.map(printToken).join('')}`

/** A replacement that means itself: it names no part of the match. */
export const postgresReplacement = (text: string): string => text.replaceAll('\\', '\\\\')

function printToken(token: RegexToken): string {
  switch (token.kind) {
    case 'literal':
      return literal(token.char)
    case 'any':
      return '.'
    case 'class':
      return `[${token.negated ? '^' : ''}${token.items.map(printClassItem).join('')}]`
    case 'boundary':
      return token.negated ? '\\Y' : '\\y'
    case 'syntax':
      return token.text
    default:
      return token satisfies never
  }
}

const literal = (char: string) => (/[A-Za-z0-9_ ]/.test(char) ? char : codePoint(char))
const codePoint = (char: string) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
const SHORTHANDS = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' }

function printClassItem(item: ClassItem): string {
  if (item.kind === 'shorthand') return SHORTHANDS[item.letter]
  return item.from === item.to ? literal(item.from) : `${literal(item.from)}-${literal(item.to)}`
}
