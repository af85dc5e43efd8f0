/** The three services that the worker needs, on this machine. */
import { mkdir } from 'node:fs/promises'
import { parseEnv } from '../lib/core/env.ts'
import { bootstrap } from '../lib/resources/bootstrap.ts'
import { createServices, type Services } from '../lib/services.ts'
import { KEY, QSTASH, REDIS_TOKEN, TOKEN } from './credentials.ts'
import { migrate } from './migrations.ts'
import type { Database } from './neon/database.ts'
import { type IdlePglites, openPglite } from './neon/pglite.ts'
import { openPostgres } from './neon/postgres.ts'
import { type NeonShim, startNeon } from './neon/server.ts'
import type { OwnPace } from './qstash/retry.ts'
import { type QstashShim, startQstash } from './qstash/server.ts'
import { memoryRedis, serverRedis } from './redis/database.ts'
import { type RedisShim, startRedis } from './redis/server.ts'

export interface StackOptions {
  /** PGlite's folder; not used with `databaseUrl`. */
  readonly folder: string
  /** Processes of PGlite to take one from and to give it back to. */
  readonly idlePglites?: IdlePglites | undefined
  /** A real Postgres in PGlite's place (`DATABASE_URL_TCP`). */
  readonly databaseUrl?: string | undefined
  /** A real Redis (`REDIS_URL`). */
  readonly redisUrl?: string | undefined
  /** The Redis of another stack, which closes it. */
  readonly redis?: RedisShim | undefined
  /** Lag of the replica that answers reads of Redis, in milliseconds (`REDIS_LAG_MS`); no replica if absent. */
  readonly redisLagMs?: number | undefined
  /** 0 = any free port. */
  readonly ports?: { readonly neon: number; readonly redis: number; readonly qstash: number }
  /** The URL of the worker, which QStash signs and calls. */
  readonly publicUrl: string
  readonly statementTimeoutMs?: number
  /** Computations a minute and an hour of one key; no limit unless given. */
  readonly rateLimits?: { readonly perMinute: number; readonly perHour: number }
  /** Background runs of one project at once and in a minute; the defaults of the settings unless given. */
  readonly runs?: { readonly parallelism: number; readonly perMinute: number }
  readonly retryDelayMs?: OwnPace
  /** The setting of the same name. */
  readonly partialsFromRows?: number
  readonly log?: (source: 'postgres' | 'qstash', line: string) => void
}

export interface Stack {
  readonly neon: NeonShim
  readonly redis: RedisShim
  readonly qstash: QstashShim
  /** The worker's settings. */
  readonly bindings: Readonly<Record<string, string>>
  /** For work outside the worker: migrations, the demo project. */
  readonly services: Services
  close(): Promise<void>
}

const ANY_PORT = { neon: 0, redis: 0, qstash: 0 }

/** Starts the services, applies migrations and makes the development project. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ports = ANY_PORT, log = () => {} } = options
  const neon = await startNeon(ports.neon, await openDatabase(options))
  const redis =
    options.redis ??
    (await startRedis(ports.redis, REDIS_TOKEN, options.redisUrl ? serverRedis(options.redisUrl) : memoryRedis()))
  if (options.redisLagMs) redis.setLag(options.redisLagMs)
  const qstash = await startQstash({
    port: ports.qstash,
    publicUrl: options.publicUrl,
    ...QSTASH,
    ...(options.retryDelayMs ? { retryDelayMs: options.retryDelayMs } : {}),
    log: (line) => log('qstash', line),
  })
  const bindings = {
    // the port tells deployments apart that share one Redis
    DATABASE_URL: `postgresql://edgehog:edgehog@127.0.0.1:${new URL(neon.url).port}/edgehog`,
    EDGEHOG_PREFIX: process.env.EDGEHOG_PREFIX ?? '',
    NEON_FETCH_ENDPOINT: neon.endpoint,
    UPSTASH_REDIS_REST_URL: redis.url,
    UPSTASH_REDIS_REST_TOKEN: REDIS_TOKEN,
    QSTASH_URL: qstash.url,
    QSTASH_TOKEN: QSTASH.token,
    QSTASH_CURRENT_SIGNING_KEY: QSTASH.currentSigningKey,
    QSTASH_NEXT_SIGNING_KEY: QSTASH.nextSigningKey,
    PUBLIC_URL: options.publicUrl,
    STATEMENT_TIMEOUT_MS: String(options.statementTimeoutMs ?? 30_000),
    RATE_LIMIT_PER_MINUTE: String(options.rateLimits?.perMinute ?? 0),
    RATE_LIMIT_PER_HOUR: String(options.rateLimits?.perHour ?? 0),
    RUNS_PARALLELISM: String(options.runs?.parallelism ?? ''),
    RUNS_PER_MINUTE: String(options.runs?.perMinute ?? ''),
    PARTIALS_FROM_ROWS: String(options.partialsFromRows ?? process.env.PARTIALS_FROM_ROWS ?? ''),
  }
  const services = createServices(parseEnv(bindings), (work) => void work.catch(() => {}))
  const applied = await migrate(services.engine)
  if (applied.length > 0) log('postgres', `${applied.length} migrations, up to ${applied.at(-1)}`)
  const input = { organization: 'Edgehog', project: 'Demo', email: 'developer@edgehog.local', key: KEY, token: TOKEN }
  await bootstrap(services, input)
  return {
    neon,
    redis,
    qstash,
    bindings,
    services,
    async close() {
      await qstash.close()
      if (redis !== options.redis) await redis.close()
      await neon.close()
    },
  }
}

async function openDatabase({ databaseUrl, folder, idlePglites }: StackOptions): Promise<Database> {
  if (databaseUrl) return openPostgres(databaseUrl)
  await mkdir(folder, { recursive: true })
  return openPglite(folder, idlePglites)
}
