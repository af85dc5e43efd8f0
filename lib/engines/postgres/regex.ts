import type { ClassItem, Regex, RegexToken } from '../../tree/regex.ts'

/** The supported subset of RE2 as a Postgres regular expression; `***:` keeps a leading `***` from being a directive. */
export const postgresRegex = (regex: Regex): string => printed(regex, '(?:', (body) => body)

/** The same with the matches of its groups; before them, that of the whole pattern where it is asked for. */
export const postgresGroups = (regex: Regex, withWhole: boolean): string =>
  printed(regex, '(', (body) => (withWhole ? `(${body})` : body))

const printed = ({ ignoreCase, tokens }: Regex, group: '(' | '(?:', around: (body: string) => string): string =>
  `***:${ignoreCase ? '(?i)' : ''}${around(
    tokens.map((token) => (isGroup(token) ? group : printToken(token, ignoreCase))).join(''),
  )}`

const isGroup = (token: RegexToken) => token.kind === 'syntax' && token.text === '('

/** A replacement that means itself: it names no part of the match. */
export const postgresReplacement = (text: string): string => text.replaceAll('\\', '\\\\')

/** A replacement of HogQL, in which `\\1` and the like are groups and `\\0` is the match. */
export const postgresGroupReplacement = (text: string): string =>
  text.replaceAll(/\\(.?)/gs, (_, next: string) =>
    next === '0' ? '\\&' : /\d/.test(next) ? `\\${next}` : next === '\\' || next === '' ? '\\\\' : next,
  )

function printToken(token: RegexToken, ignoreCase: boolean): string {
  switch (token.kind) {
    case 'literal':
      return ignoreCase ? inBothCases(token.char) : literal(token.char)
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

/** A locale may know no letters but those of ASCII. */
function inBothCases(char: string): string {
  const cases = [char.toLowerCase(), char.toUpperCase()].filter((each) => char > '\x7f' && [...each].length === 1)
  return new Set(cases).size === 2 ? `[${cases.map(literal).join('')}]` : literal(char)
}

const literal = (char: string) => (/[A-Za-z0-9_ ]/.test(char) ? char : codePoint(char))
const codePoint = (char: string) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`
const SHORTHANDS = { d: '0-9', w: '0-9A-Za-z_', s: '\\t\\n\\f\\r ' }

function printClassItem(item: ClassItem): string {
  if (item.kind === 'shorthand') return SHORTHANDS[item.letter]
  return item.from === item.to ? literal(item.from) : `${literal(item.from)}-${literal(item.to)}`
}
