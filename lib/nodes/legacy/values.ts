/** Readers of single values of legacy filters. Query strings and old forms send every value as text. */

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
export function readList(name: string, value: unknown): unknown[] {
  const parsed = readJson(name, value)
  if (parsed === undefined || parsed === null || parsed === '') return []
  if (!Array.isArray(parsed)) throw parseError(`${name}: This must be a list.`)
  return parsed
}

/** The text of a string, a number or a boolean; undefined for lists and objects. */
export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

/** A boolean that may have been sent as a text such as `true`, `1` or `yes`; undefined if it is missing. */
export const readBoolean = (value: unknown): boolean | undefined =>
  value === undefined || value === null || value === ''
    ? undefined
    : ['true', '1', 'yes', 't', 'y'].includes(readText(value)?.toLowerCase() ?? '')

/** A number that may have been sent as text; undefined if it is missing or no finite number. */
export function readNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  if (value === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** The object without keys that are undefined or null: the schema of the query has defaults for them. */
export const withoutMissing = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))

/** As `withoutMissing`, but undefined if no key is left. */
export function undefinedIfEmpty(object: Json): Json | undefined {
  const kept = withoutMissing(object)
  return Object.keys(kept).length > 0 ? kept : undefined
}
