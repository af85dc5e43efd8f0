import type { Context } from 'hono'
import type { AppEnv } from '../../context.ts'

/** Browsers send events from anywhere, with their credentials (docs/ingestion-and-entities.md (a) CORS). */
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
