import * as z from 'zod/mini'
import { deploymentName } from './deployment-name.ts'
import { notConfigured } from './errors.ts'
import './issue-texts.ts'

/** Where to reach a service. */
const address = (protocols: RegExp, example: string) =>
  z
    .string()
    .check(z.refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), `is not ${example}`))

const https = address(/^https?:$/, 'an address that begins with https://')
const text = z.string().check(z.minLength(1))

const Env = z.object({
  DATABASE_URL: address(/^postgres(ql)?:$/, 'a connection string: postgresql://user:password@host/database'),
  /** Only where Neon's own host name does not lead to `/sql`: the embedded stack. */
  NEON_FETCH_ENDPOINT: z.optional(z.string()),
  UPSTASH_REDIS_REST_URL: https,
  UPSTASH_REDIS_REST_TOKEN: text,
  QSTASH_URL: https,
  QSTASH_TOKEN: text,
  QSTASH_CURRENT_SIGNING_KEY: text,
  QSTASH_NEXT_SIGNING_KEY: text,
  /** The address QStash calls back and signs; that of the request unless given (docs/deploying.md "The address"). */
  PUBLIC_URL: z.optional(https),
  /** Stands before every key of Redis and QStash; from the database's address unless given. */
  EDGEHOG_PREFIX: z.optional(
    z.string().check(z.regex(/^[\w.-]{1,40}$/, 'may have 40 letters, digits, dots, hyphens and underscores')),
  ),
  STATEMENT_TIMEOUT_MS: z._default(z.coerce.number().check(z.int(), z.gte(100), z.lte(300_000)), 30_000),
  /** Partial results are kept for queries that read so many events at least. */
  PARTIALS_FROM_ROWS: z._default(z.coerce.number().check(z.int(), z.gte(0)), 50_000),
  /** Computations of one personal API key, and of one user in one project; 0 = no limit. */
  RATE_LIMIT_PER_MINUTE: z._default(z.coerce.number().check(z.int(), z.gte(0)), 240),
  RATE_LIMIT_PER_HOUR: z._default(z.coerce.number().check(z.int(), z.gte(0)), 1_200),
  /** Background runs of one project that are computed at once, and that start in a minute; 0 = no limit. */
  RUNS_PARALLELISM: z._default(z.coerce.number().check(z.int(), z.gte(0)), 5),
  RUNS_PER_MINUTE: z._default(z.coerce.number().check(z.int(), z.gte(0)), 300),
  /** Refreshes an hour that keep what was read lately warm, of each project; 0 = none. */
  WARM_PER_HOUR: z._default(z.coerce.number().check(z.int(), z.gte(0), z.lte(100_000)), 60),
})

/**
 * The settings, checked. README.md "Settings" says what each is for. `PUBLIC_URL` has no slash at its end; it is empty if
 * nobody has given one.
 */
export interface Env extends z.infer<typeof Env> {
  readonly PUBLIC_URL: string
  readonly EDGEHOG_PREFIX: string
}

/**
 * Worker bindings -> settings. Empty strings count as absent, as wrangler.toml gives local-only names an empty default.
 * Throws a 503 that names every setting that is missing or wrong, and never a value.
 */
export function parseEnv(bindings: object): Env {
  const present = Object.fromEntries(
    Object.entries(bindings).filter(([, value]) => value !== '' && value !== undefined),
  )
  const parsed = Env.safeParse(present)
  if (!parsed.success) throw notConfigured(parsed.error.issues.map((issue) => problemOf(issue, present)))
  const { PUBLIC_URL = '', EDGEHOG_PREFIX, ...settings } = parsed.data
  const prefix = EDGEHOG_PREFIX ?? deploymentName(settings.DATABASE_URL)
  return { ...settings, PUBLIC_URL: PUBLIC_URL.replace(/\/+$/, ''), EDGEHOG_PREFIX: prefix }
}

function problemOf({ path, message }: z.core.$ZodIssue, present: object): string {
  const name = String(path[0])
  if (!Object.hasOwn(present, name)) return `${name} is missing`
  return message.startsWith('is ') || message.startsWith('may ') ? `${name} ${message}` : `${name}: ${message}`
}
