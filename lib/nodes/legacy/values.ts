/** Readers of the values of legacy filters. Query strings and old forms send every value as text. */

import { parseError } from '../../core/errors.ts'
import { checkInput } from '../../core/input.ts'
import type { Json } from '../../core/json.ts'

/** A converted query node; `series` is there if the kind has one. */
export type LegacyQuery = Json & { readonly series?: readonly Json[] }

/** Parses JSON; undefined if it is not JSON, nests too deeply or holds characters that the database cannot store. */
export function parsedText(value: string): unknown {
  try {
    return checkInput(JSON.parse(value))
  } catch {
    return undefined
  }
}

/**
 * A list or an object that may have been sent as JSON text; other values are returned as they are. `name` is the key,
 * for errors. Throws 400 `parse_error` if the text begins like JSON and cannot be parsed.
 */
export function readJson(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  const parsed = parsedText(value)
  if (parsed === undefined) throw parseError(`${name}: This is not JSON, nests too deeply or holds null characters.`)
  return parsed
}

/**
 * A list that may have been sent as JSON text; a missing one is empty. Throws 400 `parse_error` if it is not a list.
 */
function readList(name: string, value: unknown): unknown[] {
  const parsed = readJson(name, value)
  if (isMissing(parsed)) return []
  if (!Array.isArray(parsed)) throw parseError(`${name}: This must be a list.`)
  return parsed
}

/** The text of a string, a number or a boolean; undefined for lists and objects. */
export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

const TRUE_WORDS = ['true', '1', 'yes', 't', 'y', 'on']
const FALSE_WORDS = ['false', '0', 'no', 'f', 'n', 'off']

/** A boolean that may have been sent as a text such as `true`, `1` or `yes`; undefined if it is neither true nor false. */
export function asBoolean(value: unknown): boolean | undefined {
  const word = readText(value)?.toLowerCase() ?? ''
  if (TRUE_WORDS.includes(word)) return true
  return FALSE_WORDS.includes(word) ? false : undefined
}

/** Clients send null and empty text for what they leave out. */
const isMissing = (value: unknown) => value === undefined || value === null || value === ''

/**
 * The readers of the keys of one object. Each returns undefined (a list: nothing) for a key that is missing, and throws
 * 400 `parse_error`, which names the key, if its value cannot be read: to leave such a value out would change a number.
 * `at`: the place of the object in the filters.
 */
export function readersOf(object: Json, at?: string) {
  const nameOf = (key: string) => (at === undefined ? key : `${at}.${key}`)
  const reader =
    <T>(asValue: (value: unknown) => T | undefined, what: string) =>
    (key: string): T | undefined => {
      const value = object[key]
      if (isMissing(value)) return undefined
      const read = asValue(value)
      if (read === undefined) throw parseError(`${nameOf(key)}: A valid ${what} is required.`)
      return read
    }
  return {
    number: reader(asNumber, 'number'),
    boolean: reader(asBoolean, 'boolean'),
    json: (key: string) => readJson(nameOf(key), object[key]),
    list: (key: string) => readList(nameOf(key), object[key]),
  }
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** The list, or undefined if it is empty: the schema of the query has a default for it. */
export const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length > 0 ? list : undefined)

/** The object without keys that are undefined or null: the schema of the query has defaults for them. */
export const withoutMissing = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))

/** As `withoutMissing`, but undefined if no key is left. */
export function undefinedIfEmpty(object: Json): Json | undefined {
  const kept = withoutMissing(object)
  return Object.keys(kept).length > 0 ? kept : undefined
}
