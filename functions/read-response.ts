/** Answers that clients keep and ask for again: validators, 304, and where the answer came from. */
import type { Context } from 'hono'
import { sha256 } from '../lib/core/ids.ts'
import { printJson } from '../lib/core/json-text.ts'
import type { ServedFrom } from '../lib/refresh/answer.ts'
import type { Validity } from '../lib/resources/validity.ts'
import type { AppEnv } from './app-env.ts'

/** A release that shows the same in another way makes it higher. */
const FORM = 1

/**
 * The answer, or a 304 without a body if the client has it. The body is made only if it is sent. `form`: what tells this
 * answer from others of the same, such as its format.
 */
export async function readResponse(
  c: Context<AppEnv>,
  form: string,
  { tag, changedAt, servedFrom, maxAge }: Validity,
  body: () => Response | Promise<Response>,
): Promise<Response> {
  const now = c.get('services').now().getTime()
  const etag = `W/"${(await sha256(`${FORM} ${form} ${printJson(tag)}`)).slice(0, 32)}"`
  const response = isKept(c, etag, changedAt) ? new Response(null, { status: 304 }) : await body()
  const { headers } = response
  headers.set('ETag', etag)
  if (changedAt !== null) headers.set('Last-Modified', new Date(lastModified(changedAt, now)).toUTCString())
  headers.set('Cache-Control', maxAge === undefined ? 'private, no-cache' : `private, max-age=${maxAge}`)
  headers.set('Vary', 'Authorization, Accept, Accept-Encoding')
  return served(c, response, servedFrom)
}

/** Says in the headers where the result came from, and how long the answer took. */
export function served(c: Context<AppEnv>, response: Response, servedFrom: ServedFrom | null): Response {
  const { headers } = response
  const took = c.get('services').now().getTime() - c.get('startedAt')
  headers.set('Server-Timing', `${servedFrom === null ? '' : `served;desc="${servedFrom}", `}total;dur=${took}`)
  if (servedFrom !== null) headers.set('Served-From', servedFrom)
  return response
}

const SECOND = 1_000

/** Within the second of a change another one may follow: until it is over the answer counts as older. */
const lastModified = (changedAt: number, now: number): number =>
  wholeSecond(changedAt) - (wholeSecond(now) > wholeSecond(changedAt) ? 0 : SECOND)

const wholeSecond = (instant: number) => Math.floor(instant / SECOND) * SECOND

/** `If-None-Match` wins over `If-Modified-Since`, which cannot tell all changes apart. */
function isKept(c: Context<AppEnv>, etag: string, changedAt: number | null): boolean {
  const tags = c.req.header('if-none-match')
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((tag) => bare(tag) === bare(etag))
  const since = Date.parse(c.req.header('if-modified-since') ?? '')
  return changedAt !== null && wholeSecond(changedAt) <= since
}

const bare = (tag: string) => tag.trim().replace(/^W\//, '')
