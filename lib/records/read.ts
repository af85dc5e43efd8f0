import type { Services } from '../services.ts'
import { parseRecord, type Recorded } from './record.ts'

/** Texts of Redis in one call. Redis away: the same as knowing nothing. */
export async function readTexts({ redis }: Services, keys: readonly string[]): Promise<(string | null)[]> {
  if (keys.length === 0) return []
  return redis.mget<(string | null)[]>(...keys).catch(() => keys.map(() => null))
}

/** One record. Redis away: undefined. */
export const readRecord = async <T = unknown>(services: Services, key: string): Promise<Recorded<T>> =>
  parseRecord<T>((await readTexts(services, [key]))[0])
