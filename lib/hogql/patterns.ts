/** Patterns of clients. */
import { invalid } from '../core/errors.ts'
import { parseRegex, type Regex } from '../tree/regex.ts'

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
