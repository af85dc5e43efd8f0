/** What this isolate has just written to Redis: a replica that is behind does not have it yet. */
import { Bounded } from '../core/bounded.ts'

/** A replica is 2 s behind at most. */
const BEHIND_MS = 2_500
/** In characters. */
const MOST = 4 * 1024 * 1024

interface Own {
  readonly since: number
  /** Of two texts under one key the one of the higher version is the newer. */
  readonly version: number
  readonly text: string
}

const writes = new Bounded<Own>(MOST)

/** Notes what was written under a key. `now` in milliseconds. */
export function noteWrite(now: number, key: string, version: number, text: string): void {
  const before = writes.get(key)
  if (!before || before.version <= version) writes.set(key, { since: now, version, text }, key.length + text.length)
}

/** The newer one of what was read under a key and what this isolate has written there. `versionOf` is asked for texts that were read. */
export function orOwn(
  now: number,
  key: string,
  read: string | null,
  versionOf: (text: string) => number,
): string | null {
  const own = writes.get(key)
  if (!own) return read
  const age = now - own.since
  if (age < 0 || age > BEHIND_MS) {
    writes.delete(key)
    return read
  }
  return read === null || versionOf(read) < own.version ? own.text : read
}
