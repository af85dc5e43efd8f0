/** Responses of sharing links: any page may frame them, they load nothing, and no cache or search engine keeps them. */

import type { Context } from 'hono'
import { toBase64 } from '../../../lib/core/base64.ts'
import type { ApiError } from '../../../lib/core/errors.ts'
import { renderMessage } from '../../../lib/render/page.ts'
import { PAGE_SCRIPT } from '../../../lib/render/page-script.ts'
import { PAGE_STYLE } from '../../../lib/render/page-style.ts'
import { CHART_STYLE } from '../../../lib/render/palette.ts'
import type { AppEnv } from '../../app-env.ts'
import { jsonResponse } from '../../format.ts'

const HEADERS = {
  'Cache-Control': 'private, no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
}

const sourceOf = async (text: string) =>
  `'sha256-${toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))}'`

let policies: { readonly page: string; readonly picture: string } | undefined

/**
 * The Content-Security-Policy of pages and of pictures, with hashes of our styles and script, computed once per
 * isolate.
 */
async function readPolicies() {
  if (policies) return policies
  const rest = "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors *"
  const [style, script, picture] = await Promise.all([PAGE_STYLE, PAGE_SCRIPT, CHART_STYLE].map(sourceOf))
  policies = {
    page: `default-src 'none'; style-src ${style}; script-src ${script}; ${rest}`,
    picture: `default-src 'none'; style-src ${picture}; ${rest}`,
  }
  return policies
}

/** A page as a response. */
export async function pageResponse(
  html: string,
  status = 200,
  headers: Record<string, string> = {},
): Promise<Response> {
  const policy = { 'Content-Security-Policy': (await readPolicies()).page }
  const type = { 'Content-Type': 'text/html; charset=utf-8' }
  return new Response(html, { status, headers: { ...headers, ...HEADERS, ...type, ...policy } })
}

/** An SVG as a response. */
export async function pictureResponse(svg: string): Promise<Response> {
  const policy = { 'Content-Security-Policy': (await readPolicies()).picture }
  return new Response(svg, { headers: { ...HEADERS, 'Content-Type': 'image/svg+xml; charset=utf-8', ...policy } })
}

/** The same response with the headers of links. */
export function withHeaders(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value)
  return response
}

/** JSON as a response. */
export const dataResponse = (c: Context<AppEnv>, data: unknown): Response => withHeaders(jsonResponse(c, data))

/** An error as a page for people; a 5xx does not show its detail. */
export function errorPage({ status, detail, headers }: ApiError): Promise<Response> {
  const [title, message] =
    status === 404
      ? ['Nothing here', 'This link opens nothing. It may have been turned off.']
      : status < 500
        ? ['This cannot be shown', detail]
        : ['Not available', 'This cannot be shown right now. Try again in a moment.']
  return pageResponse(renderMessage(title, message), status, headers)
}
