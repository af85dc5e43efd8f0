const CONTROL = '\u0000'

/** Text that Postgres can store: U+0000 and lone surrogates become U+FFFD. */
export const cleanText = (text: string): string => {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes(CONTROL) ? whole.replaceAll(CONTROL, '\uFFFD') : whole
}

/** The same for every text and key of a JSON value; a value without such text comes back as it is. */
export function cleanJson(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(cleanJson)
  if (typeof value !== 'object' || value === null) return value
  const cleaned: Record<string, unknown> = Object.create(null)
  for (const [key, item] of Object.entries(value)) cleaned[cleanText(key)] = cleanJson(item)
  return cleaned
}

/** The first `characters` code points. */
export function clip(text: string, characters: number): string {
  if (text.length <= characters) return text
  return Array.from(text).slice(0, characters).join('')
}

/** Length in UTF-8. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length
