import type { Services } from '../services.ts'

/** How much longer than a statement a lock lives. */
const SLACK_MS = 15_000

export const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

/** The same call again, after an answer that was lost, takes it again. */
export const TAKE = `
local function take(key, holder, ms)
  return redis.call('SET', key, holder, 'NX', 'PX', ms) or redis.call('GET', key) == holder
end`

const READ_OR_LOCK = `${TAKE}
local result = redis.call('GET', KEYS[1])
local locked = 0
if not result and take(KEYS[3], ARGV[1], ARGV[2]) then locked = 1 end
return { result, redis.call('GET', KEYS[2]), locked }`

const LOCK_AND_READ = `${TAKE}
return { take(KEYS[1], ARGV[1], ARGV[2]) and 1 or 0, redis.call('GET', KEYS[2]) }`

export const lockKey = (projectId: number, key: string) => `lock:${projectId}:${key}`

export const lockMs = ({ env }: Services) => env.STATEMENT_TIMEOUT_MS + SLACK_MS

/** Result and status of a key, and its lock when there is no result, in one call. */
export async function readOrLock(services: Services, keys: readonly [string, string, string], holder: string) {
  const [result, status, locked] = await services.redis.eval<string[], [string | null, string | null, number | string]>(
    READ_OR_LOCK,
    [...keys],
    [holder, String(lockMs(services))],
  )
  return { result, status, locked: Number(locked) === 1 }
}

/** Takes a lock, and reads the result that whoever held it before may just have stored, in one call. */
export async function lockAndRead(services: Services, keys: readonly [lock: string, entry: string], holder: string) {
  const [locked, result] = await services.redis.eval<string[], [number | string, string | null]>(
    LOCK_AND_READ,
    [...keys],
    [holder, String(lockMs(services))],
  )
  return { locked: Number(locked) === 1, result }
}
