import { Receiver } from '@upstash/qstash'
import type { NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Env } from './core/env.ts'
import type { Engine, HogqlPrinter } from './engines/engine.ts'
import { printHogql, printSql } from './engines/hogql/print.ts'
import { postgresEngine } from './engines/postgres/engine.ts'
import { connectNeon, runOver } from './engines/postgres/run.ts'
import { Cache } from './ports/cache.ts'
import { Queue } from './ports/queue.ts'
import { metadataOf } from './store/metadata.ts'

/**
 * The outside services and the clock. Code that is given them reads no `env` and calls neither `Date.now()` nor
 * `fetch`.
 */
export interface Services {
  readonly env: Env
  /** Runs queries over events. */
  readonly engine: Engine
  readonly hogql: HogqlPrinter
  /** Queries of metadata: insights, dashboards, users, … */
  readonly db: NeonHttpDatabase
  readonly redis: Cache
  readonly qstash: Queue
  readonly receiver: Receiver
  now(): Date
  /** Lets work go on after the response. */
  waitUntil(work: Promise<unknown>): void
}

/** The services of one request or delivery. Each client is created when it is used first. */
export function createServices(
  env: Env,
  waitUntil: (work: Promise<unknown>) => void,
  now: () => Date = () => new Date(),
): Services {
  const connection = lazy(() =>
    connectNeon({ connectionString: env.DATABASE_URL, endpoint: env.NEON_FETCH_ENDPOINT, waitUntil }),
  )
  const engine = lazy(() => postgresEngine(runOver(connection()), { now, partialsFromRows: env.PARTIALS_FROM_ROWS }))
  const db = lazy(() => metadataOf(connection(), env.STATEMENT_TIMEOUT_MS))
  const redis = lazy(
    () =>
      new Cache({
        url: env.UPSTASH_REDIS_REST_URL,
        token: env.UPSTASH_REDIS_REST_TOKEN,
        prefix: `${env.EDGEHOG_PREFIX}:`,
      }),
  )
  const qstash = lazy(() => new Queue({ baseUrl: env.QSTASH_URL, token: env.QSTASH_TOKEN }))
  const receiver = lazy(
    () =>
      new Receiver({
        currentSigningKey: env.QSTASH_CURRENT_SIGNING_KEY,
        nextSigningKey: env.QSTASH_NEXT_SIGNING_KEY,
      }),
  )
  return {
    env,
    get engine() {
      return engine()
    },
    hogql: { ofQuery: printHogql, ofSyntax: printSql },
    get db() {
      return db()
    },
    get redis() {
      return redis()
    },
    get qstash() {
      return qstash()
    },
    get receiver() {
      return receiver()
    },
    now,
    waitUntil,
  }
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
