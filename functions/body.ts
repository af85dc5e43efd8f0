import type { Context } from 'hono'
import { invalid, parseError, tooLarge, unsupportedMediaType } from '../lib/core/errors.ts'
import type { AppEnv } from './context.ts'

/** Bytes that the body of an API request may have. */
const LIMIT = 4 * 1024 * 1024

export type Body = Readonly<Record<string, unknown>>

/**
 * The body as an object: JSON, or a form whose nested values are JSON text. No body = no fields.
 * Throws 400 for what cannot be read, 413 above the limit, 415 for other types.
 */
export async function readBody(c: Context<AppEnv>): Promise<Body> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
  if (Number(c.req.header('content-length') ?? 0) > LIMIT) throw tooLarge(`The body may have ${LIMIT} bytes.`)
  if (type === 'multipart/form-data' || type === 'application/x-www-form-urlencoded') {
    const form = await c.req.parseBody({ all: false }).catch(() => {
      throw parseError('The form could not be read.')
    })
    return storable(Object.fromEntries(Object.entries(form).map(([key, value]) => [key, formValue(value)])))
  }
  const text = await c.req.text()
  if (text.length > LIMIT) throw tooLarge(`The body may have ${LIMIT} bytes.`)
  if (text.trim() === '') return {}
  if (type !== '' && type !== 'application/json' && type !== 'text/plain' && !type.endsWith('+json'))
    throw unsupportedMediaType(c.req.header('content-type') ?? '')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw parseError(`JSON parse error - ${(error as Error).message}`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid(null, `Invalid data. Expected a dictionary, but got ${Array.isArray(body) ? 'list' : typeof body}.`)
  return storable(body as Body)
}

/** Whether Postgres can hold a text: it has no U+0000 and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

/** The value, unless it holds text that cannot be stored: then throws 400 naming the field. */
export function storable<T>(value: T): T {
  const path = pathOfUnstorable(value)
  if (!path) return value
  throw invalid(path.join('__') || null, 'Null characters are not allowed.', 'null_characters_not_allowed')
}

function pathOfUnstorable(value: unknown): string[] | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, item] of Object.entries(value)) {
    if (!isStorable(key)) return []
    const inner = pathOfUnstorable(item)
    if (inner) return [key, ...inner]
  }
  return undefined
}

/** Nested values of a form are JSON text; everything else stays text. */
function formValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(\{|\[|null\s*$)/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
