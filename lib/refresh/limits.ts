/** How much may be computed for whom. Cached reads are never counted. */
import { Ratelimit } from '@upstash/ratelimit'
import type { Env } from '../core/env.ts'
import { throttled, unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'

/** Computations, and reads that search through people or names, a minute and an hour; 0 = no limit. */
export interface Limit {
  readonly perMinute: number
  readonly perHour: number
}

/** When the windows end of who was refused, in milliseconds: until then there is no need to ask Redis. */
const blocked = new Map<string, number>()
const TIMEOUT_MS = 2_000

/** Computations a minute that the viewers of one link may cause together. */
export const SHARE_LIMIT = 30
const HOOK_LIMIT = 10

/** Of links that anybody may hold: always on, and nothing is computed that cannot be counted. */
const STRICT: Readonly<Record<string, Limit>> = {
  share: { perMinute: SHARE_LIMIT, perHour: 0 },
  hook: { perMinute: HOOK_LIMIT, perHour: 0 },
}

/** Each has a limit of its own. */
const idsOf = (limiter: string) => limiter.split(' ')
const kindOf = (id: string) => id.split(':')[0] ?? ''
export const isStrict = (id: string): boolean => Object.hasOwn(STRICT, kindOf(id))

const limitOf = (id: string, { RATE_LIMIT_PER_MINUTE, RATE_LIMIT_PER_HOUR }: Env): Limit =>
  STRICT[kindOf(id)] ?? { perMinute: RATE_LIMIT_PER_MINUTE, perHour: RATE_LIMIT_PER_HOUR }

/**
 * Counts one computation of each id in `limiter`, which spaces part: `key:<id of a personal API key>`,
 * `user:<id>:<id of a project>`, `share:<token>` or `hook:<id>`. Throws 429 with `Retry-After` when one of them is above
 * its limit, which is that of the settings for keys and users. Redis away: those compute, a link is a 503.
 */
export async function requireCapacity(
  services: Services,
  limiter: string,
  { perMinute, perHour }: Limit = limitOf(limiter, services.env),
): Promise<void> {
  const now = services.now().getTime()
  const ids = idsOf(limiter)
  const ends = ids.flatMap((id) => WINDOWS.map((window) => blocked.get(`${prefix(window)}:${id}`) ?? 0))
  const known = Math.max(...ends)
  if (known > now) throw throttled(secondsUntil(known, now))
  const windows = [
    ...(perMinute > 0 ? [ofWindow(services, perMinute, '1 m')] : []),
    ...(perHour > 0 ? [ofWindow(services, perHour, '1 h')] : []),
  ].flatMap((window) => ids.map((id) => ({ window, id })))
  const answers = await Promise.all(windows.map(({ window, id }) => window.limit(id).catch(() => undefined)))
  if (isStrict(limiter) && answers.some((answer) => !answer || answer.reason === 'timeout'))
    throw unavailable('The cache is not available.')
  const refusals = answers.filter((answer) => answer?.success === false)
  if (refusals.length === 0) return
  // what is refused does not use up the others
  for (const [index, { window, id }] of windows.entries())
    if (answers[index]?.success) services.waitUntil(window.limit(id, { rate: -1 }).catch(() => {}))
  const reset = Math.max(...refusals.map((answer) => answer?.reset ?? 0))
  throw throttled(secondsUntil(reset, now))
}

const secondsUntil = (instant: number, now: number) => Math.max(1, Math.ceil((instant - now) / 1_000))

const WINDOWS = ['1 m', '1 h'] as const
type Window = (typeof WINDOWS)[number]

const prefix = (window: Window) => `limit:${window.replace(' ', '')}`

/** Fixed windows: the instant at which the next request succeeds is known exactly. */
const ofWindow = ({ redis }: Services, tokens: number, window: Window) =>
  new Ratelimit({
    redis,
    limiter: Ratelimit.fixedWindow(tokens, window),
    prefix: prefix(window),
    ephemeralCache: blocked,
    timeout: TIMEOUT_MS,
  })
