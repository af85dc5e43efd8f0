import type { Services } from '../services.ts'
import { orOwn } from './own-writes.ts'
import { parseRecord, type Recorded, versionOf } from './record.ts'

/** Texts by their keys of Redis, null where there is none. */
export type Texts = ReadonlyMap<string, string | null>

/** Reads texts from Redis in one call; none if Redis is away. Records are those that this isolate wrote, if they are newer. */
export async function readTexts({ redis, now }: Services, keys: readonly string[]): Promise<Texts> {
  if (keys.length === 0) return new Map()
  const texts = await redis.mget<(string | null)[]>(...keys).catch(() => [])
  const at = now().getTime()
  return new Map(texts.map((text, index) => [keys[index] ?? '', ownRecord(at, keys[index] ?? '', text)]))
}

/** What was read of a record, or what this isolate wrote, if that is newer. `now` in milliseconds. */
export const ownRecord = (now: number, key: string, text: string | null): string | null =>
  orOwn(now, key, text, versionOf)

/** Reads one record; undefined if there is none or Redis is away. */
export const readRecord = async <T = unknown>(services: Services, key: string): Promise<Recorded<T>> =>
  parseRecord<T>((await readTexts(services, [key])).get(key))
