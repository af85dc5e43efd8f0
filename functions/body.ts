import type { Context } from 'hono'
import { invalid, parseError, tooLarge, unsupportedMediaType } from '../lib/core/errors.ts'
import { checkInput } from '../lib/core/input.ts'
import { readLimited } from '../lib/ingest/read/body.ts'
import type { AppEnv } from './app-env.ts'

/** Bytes that the body of an API request may have. */
export const BODY_LIMIT = 4 * 1024 * 1024
/** While it is not known who asks: the key may be in the body. */
export const UNKNOWN_LIMIT = 64 * 1024
const MAX_FIELDS = 1_000

export type Body = Readonly<Record<string, unknown>>

/** Reads the body as it comes, never more than `limit` bytes of it. Throws 413 above. */
export async function readBytes(c: Context<AppEnv>, limit: number): Promise<Uint8Array> {
  const tooMuch = () => tooLarge(`The body may have ${limit} bytes.`)
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooMuch()
  return readLimited(c.req.raw.body, limit, { refusal: tooMuch })
}

/**
 * The body as an object: JSON, or a form whose nested values are JSON text. No body = no fields.
 * Throws 400 for what cannot be read, 413 above the limit, 415 for other types.
 */
export async function readBody(c: Context<AppEnv>, limit = BODY_LIMIT): Promise<Body> {
  const header = c.req.header('content-type') ?? ''
  const type = header.split(';')[0]?.trim().toLowerCase() ?? ''
  const bytes = await readBytes(c, limit)
  if (type === 'multipart/form-data') return checkInput(await readMultipart(bytes, header))
  const text = new TextDecoder().decode(bytes)
  if (type === 'application/x-www-form-urlencoded') return checkInput(readForm(text))
  if (text.trim() === '') return {}
  if (type !== '' && type !== 'application/json' && type !== 'text/plain' && !type.endsWith('+json'))
    throw unsupportedMediaType(header)
  return checkInput(readObject(text))
}

function readObject(text: string): Body {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch (error) {
    // curl's -d is a form, whatever the header says
    if (FORM.test(text)) return readForm(text)
    throw parseError(`JSON parse error - ${(error as Error).message}`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid(null, `Invalid data. Expected a dictionary, but got ${Array.isArray(body) ? 'list' : typeof body}.`)
  return body as Body
}

/** It begins with a name and `=`, as no JSON does. */
const FORM = /^[A-Za-z_][\w.-]{0,100}=/

function readForm(text: string): Body {
  requireFew(occurrences(text, '&') + 1)
  return ofEntries(new URLSearchParams(text))
}

async function readMultipart(bytes: Uint8Array, header: string): Promise<Body> {
  const boundary = /boundary="?([^";]+)/i.exec(header)?.[1]
  if (boundary) requireFew(occurrences(new TextDecoder('latin1').decode(bytes), `--${boundary}`))
  const form = await new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'Content-Type': header } })
    .formData()
    .catch(() => {
      throw parseError('The form could not be read.')
    })
  return ofEntries(form as unknown as Iterable<[string, unknown]>)
}

function requireFew(fields: number): void {
  if (fields > MAX_FIELDS) throw invalid(null, `A form may have ${MAX_FIELDS} fields.`, 'max_length')
}

function occurrences(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0 && count <= MAX_FIELDS; at = text.indexOf(part, at + part.length)) count++
  return count
}

/** Of several fields with one name the last counts. */
const ofEntries = (entries: Iterable<[string, unknown]>): Body =>
  Object.fromEntries(Array.from(entries, ([name, value]) => [name, formValue(value)]))

/** Nested values of a form are JSON text; everything else stays text. */
function formValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(\{|\[|null\s*$)/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
