/** The claims of a viewer's token -> who the viewer is and may see (docs/viewers.md "Claims"). */
import { IANAZone } from 'luxon'
import * as z from 'zod/mini'
import '../../core/issue-texts.ts'
import type { NamedItems, ViewerActor } from '../../core/actor.ts'
import { authenticationFailed } from '../../core/errors.ts'
import { NOTHING_FORCED } from '../../core/forced-filters.ts'
import { MAX_INT, readId } from '../../core/ids.ts'
import { isStorable } from '../../core/input.ts'
import type { Json } from '../../core/json.ts'
import { ForcedFiltersSchema } from '../../nodes/forced-filters.ts'

const MOST_ITEMS = 100
const MOST_FILTERS = 50

const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most), z.refine(isStorable))
const list = <T>(item: z.ZodMiniType<T>, most: number) => z.array(item).check(z.maxLength(most))
const seconds = z.number().check(z.gte(0), z.lte(1e11))

const id = z.int().check(z.gte(1), z.lte(MAX_INT))
/** A number, a short id, or `tag:<tag>`. */
const insight = z.union([id, text(262)])
/** A number, or `tag:<tag>`. */
const dashboard = z.union([
  id,
  text(262).check(z.regex(/^(tag:|[1-9]\d{0,9}$)/, 'Name a dashboard by its id or tag:<tag>')),
])

const allowedFilter = z.strictObject({
  key: text(400),
  type: z.optional(z.enum(['event', 'person', 'group'])),
  group_type_index: z.optional(z.int().check(z.gte(0), z.lte(4))),
})
const date = z.nullish(text(40))
const allowedDates = z.union([text(40), z.strictObject({ date_from: date, date_to: date })])

const claims = z.strictObject({
  sub: text(200),
  exp: seconds,
  iat: z.optional(seconds),
  nbf: z.optional(seconds),
  // names of the token and of who signed it, which tell nothing of what it opens
  iss: z.optional(text(400)),
  jti: z.optional(text(400)),
  insights: z.optional(list(insight, MOST_ITEMS)),
  dashboards: z.optional(list(dashboard, MOST_ITEMS)),
  filters: z.optional(ForcedFiltersSchema),
  allowed_filters: z.optional(list(allowedFilter, MOST_FILTERS)),
  allowed_dates: z.optional(z.union([z.literal(true), list(allowedDates, MOST_FILTERS)])),
  timezone: z.optional(
    text(100).check(z.refine((name) => /^[A-Z]/i.test(name) && IANAZone.isValidZone(name), 'Not a time zone')),
  ),
  people: z.optional(z.boolean()),
  rpm: z.optional(z.int().check(z.gte(1), z.lte(300))),
})
type Claims = z.infer<typeof claims>

/** From when until when a token is valid, in seconds; and how far its times may be from those of our clock. */
export type Validity = Pick<Claims, 'exp' | 'iat' | 'nbf'>
const LEEWAY = 60
const LONGEST = 86_400

/** 401: the token, and what is wrong with it. */
export const refused = (why: string) => authenticationFailed(`The viewer token is refused. ${why}`)

/** What a token says. Throws 401 that names a claim that is unknown or wrong. */
export function readClaims(json: Json): Claims {
  const parsed = claims.safeParse(json)
  if (!parsed.success) throw refused(describe(parsed.error.issues[0]))
  const { insights, dashboards, allowed_filters: allowed = [] } = parsed.data
  if (!insights && !dashboards) throw refused('It names neither "insights" nor "dashboards".')
  for (const { key, type, group_type_index: index } of allowed)
    if ((type === 'group') !== (index !== undefined))
      throw refused(
        `Claim "allowed_filters": "${key}" needs "group_type_index" if it is of a group, and else has none.`,
      )
  return parsed.data
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.join('.') ?? ''
  if (issue?.code !== 'unrecognized_keys') return `Claim "${path}": ${issue?.message ?? 'not valid'}.`
  return `Claim "${[path, issue.keys[0]?.slice(0, 100)].filter(Boolean).join('.')}" is not known.`
}

/** Throws 401 if a token is not valid now, or will be for too long. */
export function checkTimes({ exp, iat, nbf }: Validity, now: Date): void {
  const at = now.getTime() / 1_000
  if (exp <= at) throw refused('It has expired.')
  if (exp > at + LONGEST + LEEWAY) throw refused('Its "exp" is more than a day ahead.')
  if ((nbf ?? 0) > at + LEEWAY) throw refused('Its "nbf" is ahead: it is not valid yet.')
  if ((iat ?? 0) > at + LEEWAY) throw refused('Its "iat" is ahead: it was not made yet.')
}

/** The viewer of a token of a project. */
export const viewerOf = (projectId: number, secretId: string, token: Claims): ViewerActor => ({
  kind: 'viewer',
  projectId,
  subject: token.sub,
  secretId,
  insights: named(token.insights),
  dashboards: named(token.dashboards),
  forced: token.filters ?? NOTHING_FORCED,
  allowedFilters: (token.allowed_filters ?? []).map(({ key, type = 'event', group_type_index: index }) => ({
    key,
    type,
    groupTypeIndex: index ?? null,
  })),
  allowedDates: readDates(token.allowed_dates),
  timezone: token.timezone ?? null,
  people: token.people ?? false,
  rpm: token.rpm ?? null,
})

const TAG = 'tag:'

function named(refs: Claims['insights'] = []): NamedItems {
  const texts = refs.filter((ref) => typeof ref === 'string')
  const tags = texts.filter((ref) => ref.startsWith(TAG)).map((ref) => ref.slice(TAG.length).trim().toLowerCase())
  const others = texts.filter((ref) => !ref.startsWith(TAG))
  const numbers = others.map(readId).filter((ref) => ref !== undefined)
  return {
    ids: [...refs.filter((ref) => typeof ref === 'number'), ...numbers],
    shortIds: others.filter((ref) => readId(ref) === undefined),
    tags,
  }
}

function readDates(allowed: Claims['allowed_dates']): ViewerActor['allowedDates'] {
  if (allowed === true) return 'any'
  return (allowed ?? []).map((item) =>
    typeof item === 'string'
      ? { date_from: item, date_to: null }
      : { date_from: item.date_from ?? null, date_to: item.date_to ?? null },
  )
}
