/** Answers of the capture endpoints: CORS headers, and errors in the form of each protocol. */
import type { Context } from 'hono'
import type { AppEnv, RenderError } from '../../app-env.ts'

/** CORS headers: browsers send events from any site, with credentials (docs/ingestion-and-entities.md (a) CORS). */
export function corsHeaders(c: Context<AppEnv>): Record<string, string> {
  const origin = c.req.header('origin')
  if (!origin) return {}
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': c.req.header('access-control-request-headers') ?? 'X-Requested-With, Content-Type',
    'Access-Control-Max-Age': '86400',
    Vary: 'Origin',
  }
}

export const ok = ({ c }: { readonly c: Context<AppEnv> }): Response => c.json({ status: 'Ok' }, 200, corsHeaders(c))

/** An error of capture v0: the detail as plain text. */
export const renderText: RenderError = async ({ detail, status, headers }, c) =>
  c.text(detail, status as 400, { ...corsHeaders(c), ...headers })

/** An error of capture v1: the code and the detail as JSON. */
export const renderJson: RenderError = async ({ code, detail, status, headers }, c) =>
  c.json({ error: code, error_description: detail, error_uri: null }, status as 400, { ...corsHeaders(c), ...headers })
