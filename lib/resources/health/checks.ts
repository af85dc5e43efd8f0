/** One look at each service behind a deployment. Nothing here throws: what is wrong is the answer. */
import type * as z from 'zod/mini'
import { sqlState } from '../../core/database-error.ts'
import type { Services } from '../../services.ts'
import { readState } from '../../store/deployment.ts'
import type { Health } from './answers.ts'
import { databaseAdvice, queueAdvice, redisAdvice } from './causes.ts'

export type Check = z.infer<typeof Health>['checks'][number]

/** A check, and what was learnt by it; undefined if the service did not answer. */
interface Looked<T> {
  readonly check: Check
  readonly learnt: T | undefined
}

const passed = (name: Check['name'], detail: string, latency: number | null = null): Check => ({
  name,
  status: 'ok',
  detail,
  advice: null,
  latency_ms: latency,
})
const failed = (name: Check['name'], detail: string, advice: string): Check => ({
  name,
  status: 'failed',
  detail,
  advice,
  latency_ms: null,
})
const warned = (name: Check['name'], detail: string, advice: string): Check => ({
  ...failed(name, detail, advice),
  status: 'warning',
})

interface Tables {
  /** Names of the migrations that are applied. */
  readonly migrations: readonly string[]
  readonly skew: number
}

/** Whether Postgres answers, with its migrations and its clock. */
export async function checkDatabase({ db, now }: Services): Promise<Looked<Tables>> {
  const began = now().getTime()
  try {
    const { migrations, clock } = await readState(db)
    const ended = now().getTime()
    const skew = skewOf(clock, began, ended)
    return { check: passed('postgres', 'Postgres answers.', ended - began), learnt: { migrations, skew } }
  } catch (error) {
    const hasNoTables = sqlState(error) === '42P01'
    if (hasNoTables) return { check: passed('postgres', 'Postgres answers.'), learnt: { migrations: [], skew: 0 } }
    return { check: failed('postgres', 'Postgres does not answer.', databaseAdvice(error)), learnt: undefined }
  }
}

/** Whether the applied migrations are those of this version. */
export function checkTables(applied: readonly string[], wanted: readonly string[]): Check {
  const missing = wanted.filter((name) => !applied.includes(name))
  const newer = applied.filter((name) => !wanted.includes(name))
  if (missing.length > 0)
    return failed(
      'tables',
      applied.length === 0
        ? 'There are no tables.'
        : `The tables are older than this version; they lack ${listed(missing)}.`,
      'Run `npm run migrate` with the DATABASE_URL of this deployment.',
    )
  if (newer.length > 0)
    return warned(
      'tables',
      `The tables are newer than this version; it does not know ${listed(newer)}.`,
      'Deploy the version that made them: `npm run deploy`.',
    )
  return passed('tables', `All ${wanted.length} migrations are applied.`)
}

const listed = (names: readonly string[]) =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')

const PROBE_SECONDS = 60

/** Whether Redis takes and gives a value, with its clock. */
export async function checkRedis({ redis, now }: Services): Promise<Looked<{ readonly skew: number }>> {
  const began = now().getTime()
  try {
    const written = String(crypto.randomUUID())
    await redis.set('health', written, { ex: PROBE_SECONDS })
    const [read, [seconds, micros]] = await Promise.all([redis.get<string>('health'), redis.time()])
    const ended = now().getTime()
    const skew = skewOf(Number(seconds) * 1000 + Number(micros) / 1000, began, ended)
    const check =
      read === written
        ? passed('redis', 'Redis writes and reads.', ended - began)
        : warned('redis', 'Redis reads what was there before a write.', 'A replica is behind; try again in a moment.')
    return { check, learnt: { skew } }
  } catch (error) {
    return { check: failed('redis', 'Redis does not answer.', redisAdvice(error)), learnt: undefined }
  }
}

/** Whether QStash takes the token, and signs with the keys of the settings. */
export async function checkQueue({ qstash, env, now }: Services): Promise<Check> {
  const began = now().getTime()
  try {
    const keys = await qstash.http.request<{ current: string; next: string }>({ path: ['v2', 'keys'], method: 'GET' })
    const latency = now().getTime() - began
    const known = [env.QSTASH_CURRENT_SIGNING_KEY, env.QSTASH_NEXT_SIGNING_KEY]
    if (!known.includes(keys.current))
      return failed(
        'qstash',
        'QStash signs with a key that is in neither signing setting: no delivery is accepted.',
        'Set QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY as the page of QStash shows them.',
      )
    if (!known.includes(keys.next))
      return warned(
        'qstash',
        'The next signing key is in no setting: deliveries will be refused after the next rotation.',
        'Set QSTASH_NEXT_SIGNING_KEY as the page of QStash shows it.',
      )
    return passed('qstash', 'QStash takes the token, and its signing keys are those of the settings.', latency)
  } catch (error) {
    return failed('qstash', 'QStash does not answer.', queueAdvice(error))
  }
}

/** A service is read somewhere between these two instants. */
const skewOf = (clock: number, began: number, ended: number): number =>
  clock < began ? clock - began : clock > ended ? clock - ended : 0

const MOST_SKEW_MS = 10_000

/** Whether the clocks agree, as far as they could be read. */
export function checkClock(skews: Readonly<Record<string, number | undefined>>): Check {
  const off = Object.entries(skews).filter(([, skew]) => Math.abs(skew ?? 0) > MOST_SKEW_MS)
  if (off.length === 0) return passed('clock', 'The clocks agree.')
  const texts = off.map(
    ([name, skew = 0]) => `${name} is ${Math.abs(Math.round(skew / 1000))} s ${skew < 0 ? 'behind' : 'ahead'}`,
  )
  return warned(
    'clock',
    `The clocks do not agree: ${texts.join(', ')}.`,
    'Ranges that end now, signatures and retries go by these clocks: set the clock of the service.',
  )
}

/** Whether the worker knows where it is. `origin`: where it was asked. */
export function checkSettings({ env }: Services, origin: string): Check {
  if (env.PUBLIC_URL !== origin)
    return warned(
      'settings',
      `This was asked at ${origin}, and PUBLIC_URL is ${env.PUBLIC_URL}.`,
      'QStash calls PUBLIC_URL: if that leads elsewhere, set it, or empty it and the worker goes by where it is asked.',
    )
  if (!origin.startsWith('https:') && !/\/\/(127\.0\.0\.1|localhost)(:|$)/.test(origin))
    return warned('settings', `${origin} is not https.`, 'Set PUBLIC_URL to the https address.')
  return passed('settings', `All are there; QStash is told ${env.PUBLIC_URL}.`)
}
