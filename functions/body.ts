import type { Context } from 'hono'
import { invalid, parseError, tooLarge, unsupportedMediaType } from '../lib/core/errors.ts'
import { checkInput } from '../lib/core/input.ts'
import { readLimited } from '../lib/ingest/read/body.ts'
import type { AppEnv } from './app-env.ts'

/** Most bytes of the body of an API request. */
export const BODY_LIMIT = 4 * 1024 * 1024
/** Most bytes of a body that is read before the request is authorised, because it may hold the key. */
export const UNKNOWN_LIMIT = 64 * 1024
const MAX_FIELDS = 1_000

export type Body = Readonly<Record<string, unknown>>

/** Reads the bytes of the body. Throws 413 as soon as there are more than `limit`. */
export async function readBytes(c: Context<AppEnv>, limit: number): Promise<Uint8Array> {
  const tooMuch = () => tooLarge(`The body may have ${limit} bytes.`)
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooMuch()
  return readLimited(c.req.raw.body, limit, { refusal: tooMuch })
}

/**
 * Parses the body: JSON, or a form whose nested values are JSON texts. An empty body is an empty object. Throws 400 if
 * it cannot be parsed or is no object, 413 if it is longer than `limit` bytes, 415 if it has another media type.
 */
export async function readBody(c: Context<AppEnv>, limit = BODY_LIMIT): Promise<Body> {
  const header = c.req.header('content-type') ?? ''
  const type = header.split(';')[0]?.trim().toLowerCase() ?? ''
  const bytes = await readBytes(c, limit)
  if (type === 'multipart/form-data') return checkInput(await readMultipart(bytes, header))
  const text = new TextDecoder().decode(bytes)
  if (type === 'application/x-www-form-urlencoded') return checkInput(jsonUnderForm(text) ?? readForm(text))
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
    // clients send forms with the header of JSON
    if (FORM.test(text)) return readForm(text)
    throw parseError(`JSON parse error - ${(error as Error).message}`)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid(null, `Invalid data. Expected a dictionary, but got ${Array.isArray(body) ? 'list' : typeof body}.`)
  return body as Body
}

/** A form begins with a name and `=`; no JSON does. */
const FORM = /^[A-Za-z_][\w.-]{0,100}=/

/** curl sends JSON with the header of forms unless it is told; undefined for a form. */
function jsonUnderForm(text: string): Body | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    // no field has such a name
    throw parseError(`JSON parse error - ${(error as Error).message}`)
  }
}

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

/** An object of the fields; of several fields with one name the last one counts. */
const ofEntries = (entries: Iterable<[string, unknown]>): Body =>
  Object.fromEntries(Array.from(entries, ([name, value]) => [name, formValue(value)]))

/** Parses a field that looks like a JSON object, list or null; any other stays a text. */
function formValue(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*(\{|\[|null\s*$)/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
