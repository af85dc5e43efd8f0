import { Client as QStash, Receiver } from '@upstash/qstash'
import { Redis } from '@upstash/redis/cloudflare'
import { drizzle, type NeonHttpDatabase } from 'drizzle-orm/neon-http'
import type { Env } from './core/env.ts'
import type { Engine } from './run/engine.ts'
import { connectNeon, neonEngine } from './run/neon.ts'

/** Every outside service, and the clock. Nothing below reads `env`, `Date.now()` or `fetch`. */
export interface Services {
  readonly env: Env
  /** Queries over events. */
  readonly engine: Engine
  /** Metadata. */
  readonly db: NeonHttpDatabase
  /** Answers are text: who stores JSON parses it. */
  readonly redis: Redis
  readonly qstash: QStash
  readonly receiver: Receiver
  now(): Date
  /** Work that goes on after the response. */
  waitUntil(work: Promise<unknown>): void
}

/** Builds the services lazily: a request pays only for what it touches. */
export function createServices(
  env: Env,
  waitUntil: (work: Promise<unknown>) => void,
  now: () => Date = () => new Date(),
): Services {
  const sql = lazy(() => connectNeon(env.DATABASE_URL, env.NEON_FETCH_ENDPOINT))
  const engine = lazy(() => neonEngine(sql()))
  const db = lazy(() => drizzle({ client: sql() as never }))
  const redis = lazy(
    () =>
      new Redis({
        url: env.UPSTASH_REDIS_REST_URL,
        token: env.UPSTASH_REDIS_REST_TOKEN,
        automaticDeserialization: false,
        enableTelemetry: false,
        retry: { retries: 1, backoff: () => 50 },
        // a function: with a plain signal the client turns an abort into an answer
        signal: () => AbortSignal.timeout(2_000),
      }),
  )
  const qstash = lazy(
    () => new QStash({ baseUrl: env.QSTASH_URL, token: env.QSTASH_TOKEN, retry: { retries: 1, backoff: () => 50 } }),
  )
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
