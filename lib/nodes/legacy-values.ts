/** Values of legacy filters: query strings and old forms send every one as a text. */
import { parseError } from '../core/errors.ts'

export type Json = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Lists and objects may come as JSON text. */
export function json(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    throw parseError(`${name}: This is not JSON.`)
  }
}

/** A list, also as JSON text; absent is empty. Throws 400 for anything else. */
export function list(name: string, value: unknown): unknown[] {
  const parsed = json(name, value)
  if (parsed === undefined || parsed === null || parsed === '') return []
  if (!Array.isArray(parsed)) throw parseError(`${name}: This must be a list.`)
  return parsed
}

export const bool = (value: unknown): boolean | undefined =>
  value === undefined || value === null || value === ''
    ? undefined
    : value === true || ['true', '1', 'yes', 't', 'y'].includes(String(value).toLowerCase())

export function number(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const parsed = Number(value)
  return Number.isFinite(parsed) ? parsed : undefined
}

/** Without what is not there: schema defaults apply to it. */
export const present = (object: Json): Json =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && value !== null))

export function presentOrNothing(object: Json): Json | undefined {
  const kept = present(object)
  return Object.keys(kept).length > 0 ? kept : undefined
}
