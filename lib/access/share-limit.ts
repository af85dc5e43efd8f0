import { throttled, unavailable } from '../core/errors.ts'
import type { Services } from '../services.ts'

/** Computations a minute that the viewers of one link may cause together. */
export const SHARE_LIMIT = 30
const WINDOW_SECONDS = 60

const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('TTL', KEYS[1]) }`

/** Counts a computation. Throws 429 above the limit, and 503 when nothing can count: strangers compute only within it. */
export async function requireShareCapacity({ redis }: Services, token: string): Promise<void> {
  const counting = redis.eval<string[], [number | string, number | string]>(
    COUNT,
    [`limit:share:${token}`],
    [String(WINDOW_SECONDS)],
  )
  const [count, ttl] = await counting.catch((cause) => {
    throw unavailable('The cache is not available.', 5, cause)
  })
  if (Number(count) > SHARE_LIMIT) throw throttled(Math.max(1, Number(ttl)))
}
