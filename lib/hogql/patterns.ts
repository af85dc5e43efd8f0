/** Patterns of clients. */
import { invalid } from '../core/errors.ts'
import { parseRegex, type Regex } from '../tree/regex.ts'
import { whyAmbiguous } from '../tree/regex-extent.ts'

const MAX_LENGTH = 1_000

/** Throws a 400 for a pattern that is too long, or that engines cannot run. */
export function readPattern(pattern: string, attr: string): Regex {
  requireShort(pattern, attr)
  return readRegex(pattern, attr)
}

/** The same for a pattern that we made of a text of a client, whatever its length. */
export function readRegex(pattern: string, attr: string): Regex {
  const regex = parseRegex(pattern)
  if ('error' in regex) throw invalid(attr, `Regular expression: ${regex.error} at position ${regex.at + 1}.`)
  return regex
}

/** Throws a 400 for a text to be searched for that is too long. */
export function requireShort(text: string, attr: string): void {
  if (text.length > MAX_LENGTH) throw invalid(attr, `A pattern has ${MAX_LENGTH} characters at most.`)
}

/**
 * A pattern and what replaces each of its matches, in which `\\` is a backslash. Throws a 400 for a pattern that matches
 * the empty text or whose matches would be others in other engines, and for a replacement that names parts of the match.
 */
export function readReplacement(pattern: string, replacement: string, attr: string) {
  const regex = readPattern(pattern, attr)
  const reason = whyAmbiguous(regex)
  if (reason) throw invalid(attr, `Regular expression: ${reason}.`)
  return { pattern: regex, replacement: readReplacementText(replacement, attr) }
}

function readReplacementText(text: string, attr: string): string {
  return text.replaceAll(/\\(.?)/gs, (_, next: string) => {
    if (next === '\\') return next
    throw invalid(attr, 'Replacements cannot name parts of what was matched.')
  })
}
