import type { Services } from '../services.ts'

const READ = "return redis.call('MGET', unpack(KEYS))"

/** Values as they were written last: a plain read may be answered by a replica that is behind. */
export const readLeader = ({ redis }: Services, keys: readonly string[]): Promise<(string | null)[]> =>
  redis.eval<string[], (string | null)[]>(READ, [...keys], [])
