/** What the commands for a deployment share: its settings, services over them, and one line for whatever fails. */
import { existsSync } from 'node:fs'
import { DatabaseError } from '../lib/core/database-error.ts'
import { parseEnv } from '../lib/core/env.ts'
import { ApiError } from '../lib/core/errors.ts'
import { databaseAdvice } from '../lib/resources/health/causes.ts'
import { createServices, type Services } from '../lib/services.ts'

/** Settings that a command does not use and that nobody has given. */
const UNUSED = {
  UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9',
  UPSTASH_REDIS_REST_TOKEN: 'unused',
  QSTASH_URL: 'http://127.0.0.1:9',
  QSTASH_TOKEN: 'unused',
  QSTASH_CURRENT_SIGNING_KEY: 'unused',
  QSTASH_NEXT_SIGNING_KEY: 'unused',
  PUBLIC_URL: 'http://127.0.0.1:9',
}

/** Reads a file of settings into the environment, whose own values win; `otherwise` if it is there and none is named. */
export function loadSettings(file: string | undefined, otherwise = '.env'): void {
  if (file !== undefined && !existsSync(file)) fail(`There is no file ${file}.`)
  if (file !== undefined || existsSync(otherwise)) process.loadEnvFile(file ?? otherwise)
}

const isGiven = ([, value]: [string, string | undefined]) => value !== undefined && value !== ''

/** Services over the settings of the environment. Ends the process with a message if those named are not there. */
export function deploymentServices(needed: readonly string[] = ['DATABASE_URL']): Services {
  const given = Object.fromEntries(Object.entries(process.env).filter(isGiven))
  const missing = needed.filter((name) => given[name] === undefined)
  if (missing.length > 0) fail(`${missing.join(', ')} must be set, in the environment or in the file .env.`)
  try {
    return createServices(parseEnv({ ...UNUSED, ...given }), (work) => void work.catch(() => {}))
  } catch (error) {
    fail(causeOf(error))
  }
}

/** One sentence for what went wrong, without a stack, an address or a parameter. */
export function causeOf(error: unknown): string {
  if (!(error instanceof ApiError)) return (error as Error).message.split('\n')[0] ?? 'It failed.'
  const { cause, detail, status } = error
  if (status < 500) return detail
  if (!(cause instanceof DatabaseError)) return detail
  if (status === 500) return `The database refuses: ${cause.message.split('\n')[0]} (${cause.code})`
  return `${detail} ${databaseAdvice(error)}`
}

/** Ends the process with a message. */
export function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
