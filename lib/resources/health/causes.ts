/** What to do about a service that does not answer as it should. Sentences name settings, never their values. */
import { DatabaseError } from '../../core/database-error.ts'
import { ApiError } from '../../core/errors.ts'

/** Pairs of what an error says and what to do about it; the first that matches counts. */
type Advice = readonly (readonly [says: RegExp, advice: string])[]

const DATABASE: Advice = [
  [/^42|^3F/, 'Run `npm run migrate` with the DATABASE_URL of this deployment.'],
  [
    /^28|password authentication failed|role .* does not exist/,
    'Check user and password in DATABASE_URL: Neon, Connect.',
  ],
  [/^3D|database .* does not exist/, 'Check the name at the end of DATABASE_URL: there is no such database.'],
  [/endpoint|project .* (not found|does not exist)/i, 'Check the host in DATABASE_URL: Neon knows no such endpoint.'],
  [/^53|quota|exceeded/, 'The database is full or at its limits: see its page at Neon.'],
  [/^57014|timeout|timed out/i, 'The database takes too long: it may be waking up. Try again.'],
]
const REDIS: Advice = [
  [/NOPERM/, 'UPSTASH_REDIS_REST_TOKEN may only read: use the standard token, not the read-only one.'],
  [/WRONGPASS|unauthorized|401|403/i, 'UPSTASH_REDIS_REST_TOKEN is not that of this database: Upstash, REST API.'],
  [/limit exceeded|quota/i, 'The limit of the Upstash plan is reached.'],
]
const QUEUE: Advice = [
  [/HTTP 40[13]/, 'QSTASH_TOKEN is not valid at QSTASH_URL: each region of QStash has its own.'],
  [/HTTP 429/, 'The limit of the QStash plan is reached.'],
]

const adviceFor = (error: unknown, advice: Advice, otherwise: string): string => {
  const cause = error instanceof ApiError && error.cause ? error.cause : error
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown }
  const text =
    cause instanceof DatabaseError && cause.code ? `${cause.code} ${message}` : `${code ?? ''}${message ?? ''}`
  return advice.find(([says]) => says.test(text))?.[1] ?? otherwise
}

/** What to do when the database does not answer a statement. */
export const databaseAdvice = (error: unknown): string =>
  adviceFor(error, DATABASE, 'Check the host in DATABASE_URL; if it is right, look at status.neon.com.')

/** What to do when Redis does not answer. */
export const redisAdvice = (error: unknown): string =>
  adviceFor(error, REDIS, 'Check UPSTASH_REDIS_REST_URL: it is the https address, not the one of redis-cli.')

/** What to do when QStash does not answer. */
export const queueAdvice = (error: unknown): string =>
  adviceFor(error, QUEUE, 'Check QSTASH_URL: Upstash shows it on the page of QStash.')
