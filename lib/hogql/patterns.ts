/** Patterns of clients. */
import { invalid } from '../core/errors.ts'
import { parseRegex, type Regex } from '../tree/regex.ts'
import { withFirstChoices } from '../tree/regex-choices.ts'

const MAX_LENGTH = 1_000
const TOO_LONG = `A pattern has ${MAX_LENGTH} characters at most.`

/** The pattern, or what is wrong with it: that it is too long, or that engines cannot run it. */
export const regexOf = (pattern: string): Regex | string => (pattern.length > MAX_LENGTH ? TOO_LONG : parsed(pattern))

/** A pattern whose matches and groups are the same for every engine, or why it cannot be written so. */
export function exactRegexOf(pattern: string): Regex | string {
  const regex = regexOf(pattern)
  const exact = typeof regex === 'string' ? regex : withFirstChoices(regex)
  return typeof exact === 'string' && typeof regex !== 'string' ? `Regular expression: ${exact}.` : exact
}

function parsed(pattern: string): Regex | string {
  const regex = parseRegex(pattern)
  return 'error' in regex ? `Regular expression: ${regex.error} at position ${regex.at + 1}.` : regex
}

function orInvalid(regex: Regex | string, attr: string): Regex {
  if (typeof regex === 'string') throw invalid(attr, regex)
  return regex
}

/** Throws a 400 for a pattern that is too long, or that engines cannot run. */
export const readPattern = (pattern: string, attr: string): Regex => orInvalid(regexOf(pattern), attr)

/** The same for a pattern that we made of a text of a client, whatever its length. */
export const readRegex = (pattern: string, attr: string): Regex => orInvalid(parsed(pattern), attr)

/** The pattern that a text matches which is the same. */
export const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** Throws a 400 for a text to be searched for that is too long. */
export function requireShort(text: string, attr: string): void {
  if (text.length > MAX_LENGTH) throw invalid(attr, TOO_LONG)
}

/**
 * A pattern and what replaces each of its matches, in which `\\` is a backslash. Throws a 400 for a pattern that matches
 * the empty text, and for a replacement that names parts of the match.
 */
export function readReplacement(pattern: string, replacement: string, attr: string) {
  const regex = orInvalid(exactRegexOf(pattern), attr)
  if (regex.matchesEmpty) throw invalid(attr, 'Regular expression: it matches the empty text.')
  return { pattern: regex, replacement: readReplacementText(replacement, attr) }
}

function readReplacementText(text: string, attr: string): string {
  return text.replaceAll(/\\(.?)/gs, (_, next: string) => {
    if (next === '\\') return next
    throw invalid(attr, 'Replacements cannot name parts of what was matched.')
  })
}
