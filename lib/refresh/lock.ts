/**
 * The lock of a cache key: one computation at a time. Its value is its holder, and only the holder frees it; the lock of
 * a holder that died ends with its lifetime.
 */
import type { Services } from '../services.ts'

/** All statements of a computation share one timeout; the calls around them take some seconds more. */
const SLACK_MS = 15_000

/** A holder that takes its own lock again, because the answer was lost, has it. */
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

/** Result and status of a query, and the lock when there is no result, in one call. */
export async function readOrLock(
  services: Services,
  keys: readonly [entry: string, status: string, lock: string],
  holder: string,
) {
  const [entry, status, locked] = await services.redis.eval<string[], [string | null, string | null, number | string]>(
    READ_OR_LOCK,
    [...keys],
    [holder, String(lockMs(services))],
  )
  return { entry, status, locked: Number(locked) === 1 }
}

/** Takes the lock, and reads the result that the holder before may just have stored, in one call. */
export async function lockAndRead(services: Services, keys: readonly [lock: string, entry: string], holder: string) {
  const [locked, entry] = await services.redis.eval<string[], [number | string, string | null]>(
    LOCK_AND_READ,
    [...keys],
    [holder, String(lockMs(services))],
  )
  return { locked: Number(locked) === 1, entry }
}

const READ_UNLESS_LOCKED = `
if redis.call('EXISTS', KEYS[1]) == 1 then return { 1, false } end
return { 0, redis.call('GET', KEYS[2]) }`

/** The result, unless its lock is held: a request that waits asks every 250 ms, and a result may have megabytes. */
export async function readUnlessLocked({ redis }: Services, keys: readonly [lock: string, entry: string]) {
  const [locked, entry] = await redis.eval<string[], [number | string, string | null]>(
    READ_UNLESS_LOCKED,
    [...keys],
    [],
  )
  return { locked: Number(locked) === 1, entry }
}

const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

/** Frees the lock, unless another holder has it by now. */
export const releaseLock = ({ redis }: Services, key: string, holder: string): Promise<unknown> =>
  redis.eval(RELEASE, [key], [holder])
