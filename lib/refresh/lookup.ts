/** What Redis holds for one query, read in one call. */
import type { Services } from '../services.ts'
import { type CacheEntry, unpackEntry } from './entry.ts'
import { readOrLock } from './lock.ts'
import { parseStatus, type RunStatus } from './status.ts'

export interface Lookup {
  readonly entry: CacheEntry | undefined
  readonly status: RunStatus | undefined
  /** What became of the lock, which is asked for together with a result that may be missing. */
  readonly lock: 'taken' | 'refused' | 'not asked for'
}

/** Throws what Redis throws. */
export async function lookUp(services: Services, keys: readonly [entry: string, status: string]): Promise<Lookup> {
  const [entry, status] = await services.redis.mget<(string | null)[]>(...keys)
  return { entry: await unpackEntry(entry), status: parseStatus(status, services.now()), lock: 'not asked for' }
}

/** The same, and the lock when there is no result. Throws what Redis throws. */
export async function lookUpAndLock(
  services: Services,
  keys: readonly [entry: string, status: string, lock: string],
  holder: string,
): Promise<Lookup> {
  const { entry, status, locked } = await readOrLock(services, keys, holder)
  const lock = locked ? 'taken' : entry === null ? 'refused' : 'not asked for'
  return { entry: await unpackEntry(entry), status: parseStatus(status, services.now()), lock }
}
