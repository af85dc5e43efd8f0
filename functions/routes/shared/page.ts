/** Responses of sharing links: any page may frame them, they load nothing, and no cache or search engine keeps them. */

import type { Context } from 'hono'
import { toBase64 } from '../../../lib/core/base64.ts'
import type { ApiError } from '../../../lib/core/errors.ts'
import { BADGE_STYLES, badgeOfError } from '../../../lib/render/badge.ts'
import { renderMessage } from '../../../lib/render/page.ts'
import { PAGE_SCRIPT } from '../../../lib/render/page-script.ts'
import { PAGE_STYLES } from '../../../lib/render/page-style.ts'
import { THEMES, type Theme } from '../../../lib/render/palette.ts'
import type { StyledSvg } from '../../../lib/resources/sharing/pictures.ts'
import type { AppEnv } from '../../app-env.ts'
import { errorAsCsv, jsonResponse } from '../../format.ts'

const HEADERS = {
  'Cache-Control': 'private, no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
}

const sources = new Map<string, string>()

/** The hash of a style or script of ours in a content security policy; worked out once per isolate. */
export async function sourceOf(text: string): Promise<string> {
  const known = sources.get(text)
  if (known) return known
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const source = `'sha256-${toBase64(digest)}'`
  sources.set(text, source)
  return source
}

/** The end of a policy. `ancestors`: the origins that may frame the answer; null: any. */
const restOf = (ancestors: Ancestors) =>
  `img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors ${ancestors === null ? '*' : ancestors.join(' ') || "'none'"}`
export type Ancestors = readonly string[] | null

interface Sent {
  readonly ancestors?: Ancestors
  readonly status?: number
  readonly headers?: Record<string, string>
}

/** A page as a response. */
export async function pageResponse(
  html: string,
  theme: Theme,
  { ancestors = null, status = 200, headers = {} }: Sent = {},
): Promise<Response> {
  const [style, script] = await Promise.all([PAGE_STYLES[theme], PAGE_SCRIPT].map(sourceOf))
  const policy = `default-src 'none'; style-src ${style}; script-src ${script}; ${restOf(ancestors)}`
  return new Response(html, { status, headers: { ...headers, ...HEADERS, ...HTML, 'Content-Security-Policy': policy } })
}
const HTML = { 'Content-Type': 'text/html; charset=utf-8' }

/** An SVG as a response. */
export async function pictureResponse(
  { svg, style }: StyledSvg,
  { ancestors = null, status = 200, headers = {} }: Sent = {},
): Promise<Response> {
  const policy = `default-src 'none'; style-src ${await sourceOf(style)}; ${restOf(ancestors)}`
  return new Response(svg, { status, headers: { ...headers, ...HEADERS, ...SVG, 'Content-Security-Policy': policy } })
}
const SVG = { 'Content-Type': 'image/svg+xml; charset=utf-8' }

/** A text as a response. */
export const textResponse = (text: string, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...headers, ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' },
  })

/** The same response with the headers of links. */
export function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  return response
}

/** JSON as a response. */
export const dataResponse = (c: Context<AppEnv>, data: unknown): Response => withHeaders(jsonResponse(c, data))

/** An error in the form that the path asks for. A 5xx does not show its detail. */
export async function errorResponse(error: ApiError, c: Context<AppEnv>): Promise<Response> {
  const { status, headers, envelope } = error
  const theme = THEMES.find((name) => name === c.req.query('theme')) ?? 'auto'
  const [title, message] = wordsOf(error)
  switch (/\.(\w+)$/.exec(c.req.path)?.[1]) {
    case 'json':
      return withHeaders(c.json(envelope, status as 400, headers))
    case 'csv':
      return withHeaders(errorAsCsv(c, error))
    case 'txt':
      return textResponse(message, status, headers)
    case 'svg':
      return pictureResponse({ svg: badgeOfError(message, theme), style: BADGE_STYLES[theme] }, { status, headers })
    default:
      return pageResponse(renderMessage(title, message, theme), theme, { status, headers })
  }
}

function wordsOf({ status, detail }: ApiError): [title: string, message: string] {
  if (status === 404) return ['Nothing here', 'This link opens nothing. It may have been turned off.']
  if (status < 500) return ['This cannot be shown', detail]
  return ['Not available', 'This cannot be shown right now. Try again in a moment.']
}
