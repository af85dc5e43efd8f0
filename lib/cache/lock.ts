import type { Services } from '../services.ts'

/** How much longer than a statement a lock lives. */
const SLACK_MS = 15_000

export const RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

const ACQUIRE_ON_MISS = `
local result = redis.call('GET', KEYS[1])
local status = redis.call('GET', KEYS[2])
local locked = 0
if not result and redis.call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2]) then locked = 1 end
return { result, status, locked }`

export const lockKey = (projectId: number, key: string) => `lock:${projectId}:${key}`

export const lockMs = ({ env }: Services) => env.STATEMENT_TIMEOUT_MS + SLACK_MS

/** Takes the lock of a cache key for a run: one computation at a time. */
export async function acquireLock(services: Services, key: string, runId: string): Promise<boolean> {
  const taken = await services.redis.set(key, runId, { nx: true, px: lockMs(services) })
  return taken === 'OK'
}

/** Result and status of a key, and its lock when there is no result, in one call. */
export async function readOrLock(services: Services, keys: readonly [string, string, string], runId: string) {
  const [result, status, locked] = await services.redis.eval<string[], [string | null, string | null, number | string]>(
    ACQUIRE_ON_MISS,
    [...keys],
    [runId, String(lockMs(services))],
  )
  return { result, status, locked: Number(locked) === 1 }
}
