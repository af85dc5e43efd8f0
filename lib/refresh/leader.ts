import type { Services } from '../services.ts'

const READ = "return redis.call('MGET', unpack(KEYS))"

/** The values that were written last. A plain read may come from a replica that is behind; a script runs on the leader. */
export const readLeader = ({ redis }: Services, keys: readonly string[]): Promise<(string | null)[]> =>
  redis.eval<string[], (string | null)[]>(READ, [...keys], [])
