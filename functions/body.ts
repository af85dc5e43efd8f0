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

/** Throws 400 naming the field for text that Postgres cannot hold: U+0000 and half a surrogate pair. */
export function storable<T>(value: T, path: readonly string[] = []): T {
  if (typeof value === 'string' && (value.includes('\u0000') || !value.isWellFormed()))
    throw invalid(path.join('__') || null, 'Null characters are not allowed.', 'null_characters_not_allowed')
  if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) {
      storable(key, path)
      storable(item, [...path, key])
    }
  return value
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
