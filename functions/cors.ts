/**
 * Pages of any origin may read what a link or a viewer's token opens (docs/viewers.md "From a browser"): who asks is told by
 * the token alone, never by a cookie. Answers to personal API keys are for no page.
 */
import type { Context } from 'hono'
import type { AppEnv } from './app-env.ts'
import type { Route } from './route.ts'

const ANY_ORIGIN = { 'Access-Control-Allow-Origin': '*' }
const READABLE = 'ETag, Last-Modified, Retry-After, Server-Timing, Served-From, Content-Disposition'
const ALLOWED = {
  'Access-Control-Allow-Methods': 'GET, HEAD',
  'Access-Control-Allow-Headers': 'Accept, Authorization, If-None-Match, If-Modified-Since',
  'Access-Control-Max-Age': '7200',
}

/** Whether pages may read answers of the route: all of them, or those to links and viewers. */
export const isForPages = ({ crossOrigin, shareable, viewable }: Route): boolean =>
  crossOrigin === true || shareable === true || viewable === true

/**
 * The answer to a browser that asks whether a page may read. It cannot know with whose token the page will. Undefined for
 * any other request.
 */
export function answerPreflight(c: Context<AppEnv>): Response | undefined {
  const wanted = c.req.header('access-control-request-method')
  if (c.req.method !== 'OPTIONS' || (wanted !== 'GET' && wanted !== 'HEAD')) return undefined
  return c.body(null, 204, { ...ANY_ORIGIN, ...ALLOWED })
}

/** Lets pages read the answer to this request, errors too. */
export const openToPages = (c: Context<AppEnv>): void => c.set('openToPages', true)

/** The headers of an answer that pages may read. */
export function addOrigins(c: Context<AppEnv>): void {
  if (!c.get('openToPages')) return
  c.header('Access-Control-Allow-Origin', ANY_ORIGIN['Access-Control-Allow-Origin'])
  c.header('Access-Control-Expose-Headers', READABLE)
}
