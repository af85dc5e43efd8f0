/** The state of a deployment (docs/deploying.md "Is it well?"). */
import type * as z from 'zod/mini'
import { ApiError } from '../../core/errors.ts'
import type { Services } from '../../services.ts'
import { noteAddress } from '../../store/deployment.ts'
import { authenticate, type Credentials } from '../authenticate.ts'
import type { Health } from './answers.ts'
import { type Check, checkClock, checkDatabase, checkQueue, checkRedis, checkSettings, checkTables } from './checks.ts'

export interface DeepInput {
  readonly credentials: Credentials | undefined
  /** Where the worker was asked. */
  readonly origin: string
  /** Names of the migrations of this version. */
  readonly migrations: readonly string[]
}

const ORDER = ['ok', 'warning', 'failed'] as const

function healthOf(checks: readonly Check[]): z.infer<typeof Health> {
  const worst = Math.max(0, ...checks.map(({ status }) => ORDER.indexOf(status)))
  return { status: ORDER[worst] ?? 'failed', checks: [...checks] }
}

/** The worker is up and has its settings: nothing is asked. */
export const shallowHealth = () => healthOf([])

/**
 * Asks every service, at once. Throws 401 without a valid key. While Postgres cannot tell whether the key is valid, its
 * own state is all that is answered. Where the worker is, is noted for the cron.
 */
export async function deepHealth(services: Services, { credentials, origin, migrations }: DeepInput) {
  const refusal = await authenticate(services, credentials, undefined).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (refusal !== undefined) {
    if (!(refusal instanceof ApiError) || refusal.status < 500) throw refusal
    const { check, learnt } = await checkDatabase(services)
    return healthOf([check, ...(learnt ? [checkTables(learnt.migrations, migrations)] : [])])
  }
  const [database, redis, queue] = await Promise.all([
    checkDatabase(services),
    checkRedis(services),
    checkQueue(services),
  ])
  services.waitUntil(noteAddress(services.db, services.env.PUBLIC_URL).catch(() => {}))
  return healthOf([
    checkSettings(services, origin),
    database.check,
    ...(database.learnt ? [checkTables(database.learnt.migrations, migrations)] : []),
    redis.check,
    queue,
    checkClock({ Postgres: database.learnt?.skew, Redis: redis.learnt?.skew }),
  ])
}
