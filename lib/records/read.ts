import type { Services } from '../services.ts'
import { parseRecord, type Recorded } from './record.ts'

/** Reads texts from Redis in one call, in the order of `keys`; all are null if Redis is away. */
export async function readTexts({ redis }: Services, keys: readonly string[]): Promise<(string | null)[]> {
  if (keys.length === 0) return []
  return redis.mget<(string | null)[]>(...keys).catch(() => keys.map(() => null))
}

/** Reads one record; undefined if there is none or Redis is away. */
export const readRecord = async <T = unknown>(services: Services, key: string): Promise<Recorded<T>> =>
  parseRecord<T>((await readTexts(services, [key]))[0])
