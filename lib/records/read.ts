import type { Services } from '../services.ts'
import { parseRecord, type Recorded } from './record.ts'

/** Texts by their keys of Redis, null where there is none. */
export type Texts = ReadonlyMap<string, string | null>

/** Reads texts from Redis in one call; none if Redis is away. */
export async function readTexts({ redis }: Services, keys: readonly string[]): Promise<Texts> {
  if (keys.length === 0) return new Map()
  const texts = await redis.mget<(string | null)[]>(...keys).catch(() => [])
  return new Map(texts.map((text, index) => [keys[index] ?? '', text]))
}

/** Reads one record; undefined if there is none or Redis is away. */
export const readRecord = async <T = unknown>(services: Services, key: string): Promise<Recorded<T>> =>
  parseRecord<T>((await readTexts(services, [key])).get(key))
