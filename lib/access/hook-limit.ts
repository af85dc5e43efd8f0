import { throttled, unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'

/** Calls of one hook in a minute. */
export const HOOK_LIMIT = 10
const WINDOW_SECONDS = 60

const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('TTL', KEYS[1]) }`

/** Counts a call. Throws 429 above the limit, and 503 when nothing can count. */
export async function requireHookCapacity({ redis }: Services, hookId: string): Promise<void> {
  const counting = redis.eval<string[], [number | string, number | string]>(
    COUNT,
    [`limit:hook:${hookId}`],
    [String(WINDOW_SECONDS)],
  )
  const [count, ttl] = await counting.catch((cause) => {
    throw unavailable('The cache is not available; nothing was enqueued.', 5, cause)
  })
  if (Number(count) > HOOK_LIMIT) throw throttled(Math.max(1, Number(ttl)))
}
