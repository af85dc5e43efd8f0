/** How much may be computed for whom. Cached reads are never counted. */
import { Ratelimit } from '@upstash/ratelimit'
import type { Actor } from '../core/actor.ts'
import type { Env } from '../core/env.ts'
import { throttled, unavailable } from '../core/errors.ts'
import type { Project } from '../core/project.ts'
import type { Services } from '../services.ts'

/** Whose computations are counted together; each has a limit of its own. */
export type Counted =
  | { readonly kind: 'key'; readonly id: string }
  /** A user in one project, however many keys the user has. */
  | { readonly kind: 'user'; readonly id: number; readonly projectId: number }
  /** All viewers of a sharing link. */
  | { readonly kind: 'share'; readonly token: string }
  | { readonly kind: 'hook'; readonly id: string }
  /** `perMinute`: as the token says; null: as many as for a link. */
  | { readonly kind: 'viewer'; readonly projectId: number; readonly subject: string; readonly perMinute: number | null }
  /** All viewers of a project. */
  | { readonly kind: 'viewers'; readonly projectId: number }

/** A computation counts once for each of them, and is refused when one of them is above its limit. */
export type Limiter = readonly Counted[]

/** What the computations of an actor count for; nothing counts for Edgehog itself. */
export function limiterOf({ actor, project }: { readonly actor: Actor; readonly project: Project }): Limiter {
  switch (actor.kind) {
    case 'key':
      return [
        { kind: 'key', id: actor.keyId },
        { kind: 'user', id: actor.userId, projectId: project.id },
      ]
    case 'link':
      return [{ kind: 'share', token: actor.token }]
    case 'hook':
      return [{ kind: 'hook', id: actor.hookId }]
    case 'viewer':
      return [
        { kind: 'viewer', projectId: actor.projectId, subject: actor.subject, perMinute: actor.rpm },
        { kind: 'viewers', projectId: actor.projectId },
      ]
    case 'system':
      return []
  }
}

/** Computations, and reads that search through people or names, a minute and an hour; 0 = no limit. */
export interface Limit {
  readonly perMinute: number
  readonly perHour: number
}

/** Computations a minute that the viewers of one link may cause together. */
export const SHARE_LIMIT = 30
const HOOK_LIMIT = 10
/** Computations a minute that all viewers of a project may cause together. */
const VIEWERS_LIMIT = 300

const fromSettings = ({ RATE_LIMIT_PER_MINUTE, RATE_LIMIT_PER_HOUR }: Env): Limit => ({
  perMinute: RATE_LIMIT_PER_MINUTE,
  perHour: RATE_LIMIT_PER_HOUR,
})

interface Rule {
  limit(env: Env): Limit
  /** Anybody may hold it: the limit is always on, and nothing is computed that cannot be counted. */
  readonly isPublic: boolean
}

const RULES: Readonly<Record<Counted['kind'], Rule>> = {
  key: { limit: fromSettings, isPublic: false },
  user: { limit: fromSettings, isPublic: false },
  share: { limit: () => ({ perMinute: SHARE_LIMIT, perHour: 0 }), isPublic: true },
  hook: { limit: () => ({ perMinute: HOOK_LIMIT, perHour: 0 }), isPublic: true },
  viewer: { limit: () => ({ perMinute: SHARE_LIMIT, perHour: 0 }), isPublic: true },
  viewers: { limit: () => ({ perMinute: VIEWERS_LIMIT, perHour: 0 }), isPublic: true },
}

function limitFor(counted: Counted, env: Env): Limit {
  const own = counted.kind === 'viewer' ? counted.perMinute : null
  return own === null ? RULES[counted.kind].limit(env) : { perMinute: own, perHour: 0 }
}

/** The name in Redis. */
function nameOf(counted: Counted): string {
  switch (counted.kind) {
    case 'key':
    case 'hook':
      return `${counted.kind}:${counted.id}`
    case 'user':
      return `user:${counted.id}:${counted.projectId}`
    case 'share':
      return `share:${counted.token}`
    case 'viewer':
      return `viewer:${counted.projectId}:${counted.subject}`
    case 'viewers':
      return `viewers:${counted.projectId}`
  }
}

/** Whether nothing is computed for the limiter while Redis cannot count it. */
export const isStrict = (limiter: Limiter): boolean => limiter.some(({ kind }) => RULES[kind].isPublic)

/** When the windows of refused names end, in milliseconds: until then they are refused without a call to Redis. */
const blocked = new Map<string, number>()
const TIMEOUT_MS = 2_000

/**
 * Counts one computation. Throws 429 with `Retry-After` when one of the limiter's limits is reached: for keys and users
 * that of the settings, unless `limit` is given. Redis away: keys and users compute, links and hooks get a 503.
 */
export async function requireCapacity(services: Services, limiter: Limiter, limit?: Limit): Promise<void> {
  const now = services.now().getTime()
  const ends = limiter.flatMap((counted) =>
    WINDOWS.map((window) => blocked.get(`${prefix(window)}:${nameOf(counted)}`) ?? 0),
  )
  const blockedUntil = Math.max(...ends)
  if (blockedUntil > now) throw throttled(secondsUntil(blockedUntil, now))
  const counters = limiter.flatMap((counted) => {
    const { perMinute, perHour } = limit ?? limitFor(counted, services.env)
    const name = nameOf(counted)
    return [
      ...(perMinute > 0 ? [{ window: fixedWindow(services, perMinute, '1 m'), name }] : []),
      ...(perHour > 0 ? [{ window: fixedWindow(services, perHour, '1 h'), name }] : []),
    ]
  })
  const answers = await Promise.all(counters.map(({ window, name }) => window.limit(name).catch(() => undefined)))
  if (isStrict(limiter) && answers.some((answer) => !answer || answer.reason === 'timeout'))
    throw unavailable('The cache is not available.')
  const refusals = answers.filter((answer) => answer?.success === false)
  if (refusals.length === 0) return
  // a computation that one of them refuses does not use up the others
  for (const [index, { window, name }] of counters.entries())
    if (answers[index]?.success) services.waitUntil(window.limit(name, { rate: -1 }).catch(() => {}))
  const reset = Math.max(...refusals.map((answer) => answer?.reset ?? 0))
  throw throttled(secondsUntil(reset, now))
}

const secondsUntil = (instant: number, now: number) => Math.max(1, Math.ceil((instant - now) / 1_000))

const WINDOWS = ['1 m', '1 h'] as const
type Window = (typeof WINDOWS)[number]

const prefix = (window: Window) => `limit:${window.replace(' ', '')}`

/** Fixed windows: the instant at which the next request succeeds is known exactly. */
const fixedWindow = ({ redis }: Services, tokens: number, window: Window) =>
  new Ratelimit({
    redis,
    limiter: Ratelimit.fixedWindow(tokens, window),
    prefix: prefix(window),
    ephemeralCache: blocked,
    timeout: TIMEOUT_MS,
  })
