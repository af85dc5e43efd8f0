import * as z from 'zod/mini'
import './issue-texts.ts'

const Env = z.object({
  DATABASE_URL: z.string().check(z.minLength(1)),
  /** Only where Neon's own host name does not lead to `/sql`: the embedded stack. */
  NEON_FETCH_ENDPOINT: z.optional(z.string()),
  UPSTASH_REDIS_REST_URL: z.string().check(z.minLength(1)),
  UPSTASH_REDIS_REST_TOKEN: z.string().check(z.minLength(1)),
  QSTASH_URL: z.string().check(z.minLength(1)),
  QSTASH_TOKEN: z.string().check(z.minLength(1)),
  QSTASH_CURRENT_SIGNING_KEY: z.string().check(z.minLength(1)),
  QSTASH_NEXT_SIGNING_KEY: z.string().check(z.minLength(1)),
  /** The address QStash calls back and signs; no slash at the end. */
  PUBLIC_URL: z.string().check(z.minLength(1)),
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

/** The settings, checked. README.md "Settings" says what each is for. */
export type Env = z.infer<typeof Env>

/**
 * Worker bindings -> settings. Empty strings count as absent, as wrangler.toml gives local-only names an empty default.
 * Throws an Error that names every setting that is missing or wrong.
 */
export function parseEnv(bindings: object): Env {
  const present = Object.fromEntries(Object.entries(bindings).filter(([, value]) => value !== ''))
  const parsed = Env.safeParse(present)
  if (parsed.success) return { ...parsed.data, PUBLIC_URL: parsed.data.PUBLIC_URL.replace(/\/+$/, '') }
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`Settings are missing or wrong. ${problems.join('; ')}`)
}
