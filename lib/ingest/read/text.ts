import { CaptureError } from './events.ts'

const CONTROL = '\u0000'
/** Levels of lists and objects; deeper ones would exhaust the stack here and in Postgres. */
const MAX_DEPTH = 128

/** Text that Postgres can store: U+0000 and lone surrogates become U+FFFD. */
export const cleanText = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes(CONTROL) ? whole.replaceAll(CONTROL, '\uFFFD') : whole
}

/** The same for every text and key of a JSON value; numbers that JSON cannot write (`1e400`) become null. Throws 400. */
export function cleanJson(value: unknown, depth = 1): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) throw new CaptureError(400, 'request holds JSON that is nested too deeply')
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1))
  const cleaned: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(value)) cleaned[cleanText(key)] = cleanJson(item, depth + 1)
  return cleaned
}

/** The first `characters` code points. */
export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text
  // no code point takes more than two units
  return Array.from(text.slice(0, 2 * characters))
    .slice(0, characters)
    .join('')
}

/** Length in UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length
