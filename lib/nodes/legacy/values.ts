/** Values of legacy filters: query strings and old forms send every one as a text. */

import { parseError } from '../../core/errors.ts'
import { checkInput } from '../../core/input.ts'
import type { Json } from '../../core/json.ts'

/** A node, and its series where it has any. */
export type LegacyQuery = Json & { readonly series?: readonly Json[] }

/** Parses JSON; undefined if the text is not JSON, nests too deeply or has text that cannot be stored. */
export function parsedText(value: string): unknown {
  try {
    return checkInput(JSON.parse(value))
  } catch {
    return undefined
  }
}

/** Lists and objects may come as JSON text. */
export function readJson(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  const parsed = parsedText(value)
  if (parsed === undefined) throw parseError(`${name}: This is not JSON, nests too deeply or holds null characters.`)
  return parsed
}

/** A list, also as JSON text; absent is empty. Throws 400 for anything else. */
export function readList(name: string, value: unknown): unknown[] {
  const parsed = readJson(name, value)
  if (parsed === undefined || parsed === null || parsed === '') return []
  if (!Array.isArray(parsed)) throw parseError(`${name}: This must be a list.`)
  return parsed
}

/** The text of a string, a number or a boolean; undefined for lists and objects. */
export const readText = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined

export const readBoolean = (value: unknown): boolean | undefined =>
  value === undefined || value === null || value === ''
    ? undefined
    : ['true', '1', 'yes', 't', 'y'].includes(readText(value)?.toLowerCase() ?? '')

export function readNumber(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  if (value === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** The object without keys that are undefined: the schema has defaults for them. */
export const withoutMissing = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))

export function undefinedIfEmpty(object: Json): Json | undefined {
  const kept = withoutMissing(object)
  return Object.keys(kept).length > 0 ? kept : undefined
}
