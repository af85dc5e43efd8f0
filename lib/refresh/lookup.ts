/** What Redis holds for one query, read in one call. */
import { orOwn } from '../records/own-writes.ts'
import type { Texts } from '../records/read.ts'
import type { Services } from '../services.ts'
import { type CacheEntry, refreshOf, unpackEntry } from './entry.ts'
import { rememberStored } from './known-keys.ts'
import { readOrLock } from './lock.ts'
import { parseStatus, type RunStatus } from './status.ts'

export interface Lookup {
  readonly entry: CacheEntry | undefined
  readonly status: RunStatus | undefined
  /** What became of the lock, which is asked for together with a result that may be missing. */
  readonly lock: 'taken' | 'refused' | 'not asked for'
  /** Where the result was. */
  readonly from: 'isolate' | 'cache'
}

/** What a request has read already: texts by their keys of Redis, and a look-up that the isolate holds. */
export interface ReadBefore {
  readonly texts: Texts
  readonly held?: HeldLookup | undefined
  /** Holds the look-up in the isolate, so that the next request like this one costs no call. */
  readonly hold?: ((found: HeldLookup) => void) | undefined
}

/** `key`: that of the result in Redis. */
export interface HeldLookup {
  readonly key: string
  readonly lookup: Lookup
}

type Keys = readonly [entry: string, status: string]

/** What was read before under these keys; undefined if something else was. */
export async function readBefore(
  services: Services,
  [entry, status]: Keys,
  { texts, held }: ReadBefore,
): Promise<Lookup | undefined> {
  if (held?.key === entry) return held.lookup
  const [text, statusText] = [texts.get(entry), texts.get(status)]
  if (text === undefined || statusText === undefined) return undefined
  return asLookup(services, entry, ownOr(services, entry, text), statusText)
}

/** Throws what Redis throws. */
export async function lookUp(services: Services, [entry, status]: Keys): Promise<Lookup> {
  const [text = null, statusText = null] = await services.redis.mget<(string | null)[]>(entry, status)
  return asLookup(services, entry, ownOr(services, entry, text), statusText)
}

/** A replica may not have what this isolate has just computed. */
const ownOr = ({ now }: Services, entryKey: string, text: string | null): string | null =>
  orOwn(now().getTime(), entryKey, text, refreshOf)

/** The same on the leader, and the lock when there is no result. Throws what Redis throws. */
export async function lookUpAndLock(
  services: Services,
  keys: readonly [entry: string, status: string, lock: string],
  holder: string,
): Promise<Lookup> {
  const { entry, status, locked } = await readOrLock(services, keys, holder)
  return asLookup(services, keys[0], entry, status, locked ? 'taken' : entry === null ? 'refused' : 'not asked for')
}

async function asLookup(
  services: Services,
  entryKey: string,
  text: string | null,
  status: string | null,
  lock: Lookup['lock'] = 'not asked for',
): Promise<Lookup> {
  const entry = await unpackEntry(text)
  if (entry) rememberStored(entryKey)
  return { entry, status: parseStatus(status, services.now()), lock, from: 'cache' }
}
