import type { Json } from '../../core/json.ts'
import { refused } from '../refused.ts'

const CONTROL = '\u0000'
/** Levels of lists and objects. Deeper JSON would exhaust the stack here and in Postgres. */
const MAX_DEPTH = 128

/** Text that Postgres can store: U+0000 and lone surrogates become U+FFFD. */
export const cleanText = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes(CONTROL) ? whole.replaceAll(CONTROL, '\uFFFD') : whole
}

/**
 * A JSON value with all its texts and keys cleaned; numbers that JSON cannot write (`1e400`) become null. A part that is
 * clean is returned itself, not copied: an isolate cannot hold a large body twice. Throws 400 if the value is too deep.
 */
export function cleanJson(value: unknown, depth = 1): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) throw refused(400, 'request holds JSON that is nested too deeply')
  if (Array.isArray(value)) return cleanList(value, depth)
  let clean: Record<string, unknown> | undefined
  for (const [key, item] of Object.entries(value)) {
    const [cleanKey, cleanItem] = [cleanText(key), cleanJson(item, depth + 1)]
    if (!clean && (cleanKey !== key || cleanItem !== item)) clean = copyUpTo(key, value as Json)
    if (clean) clean[cleanKey] = cleanItem
  }
  return clean ?? value
}

function cleanList(list: readonly unknown[], depth: number): readonly unknown[] {
  let clean: unknown[] | undefined
  for (const [at, item] of list.entries()) {
    const cleanItem = cleanJson(item, depth + 1)
    if (!clean && cleanItem !== item) clean = list.slice(0, at)
    clean?.push(cleanItem)
  }
  return clean ?? list
}

function copyUpTo(end: string, source: Json): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(source)) {
    if (key === end) break
    copy[key] = item
  }
  return copy
}

/** The first `characters` code points. */
export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text
  // no code point takes more than two units
  return Array.from(text.slice(0, 2 * characters))
    .slice(0, characters)
    .join('')
}

/** Bytes of the text in UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length
