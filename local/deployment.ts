import { type Env, parseEnv } from '../lib/core/env.ts'
import type { Engine } from '../lib/engines/engine.ts'
import { createServices, type Services } from '../lib/services.ts'

/** Settings that the database commands do not use. */
const UNUSED = {
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'unused',
  QSTASH_URL: 'http://127.0.0.1:9',
  QSTASH_TOKEN: 'unused',
  QSTASH_CURRENT_SIGNING_KEY: 'unused',
  QSTASH_NEXT_SIGNING_KEY: 'unused',
  PUBLIC_URL: 'http://127.0.0.1:9',
}

/** Services over the database of `DATABASE_URL`. Ends the process with a message when it is not set. */
export function deploymentServices(): Services {
  const { DATABASE_URL = '', NEON_FETCH_ENDPOINT = '' } = process.env
  if (!DATABASE_URL) {
    console.error('DATABASE_URL is not set: the connection string that Neon shows for your database.')
    process.exit(1)
  }
  const env: Env = parseEnv({ ...UNUSED, DATABASE_URL, NEON_FETCH_ENDPOINT })
  return createServices(env, (work) => void work.catch(() => {}))
}

export const deploymentEngine = (): Engine => deploymentServices().engine
