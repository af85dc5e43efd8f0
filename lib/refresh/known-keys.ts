/** What the isolate has seen of keys of results: guesses, which save calls where they are right and change nothing where they are not. */
import { Bounded } from '../core/bounded.ts'

/** In characters. */
const MOST_KEYS = 1024 * 1024
const OVERHEAD = 100

const keys = new Bounded<string>(MOST_KEYS)
const stored = new Bounded<true>(MOST_KEYS)

/** The key of the result that a reading had when it was asked for last. `reading`: whatever tells it from others. */
export const knownKey = (reading: string): string | undefined => keys.get(reading)

export const rememberKey = (reading: string, key: string): void =>
  keys.set(reading, key, reading.length + key.length + OVERHEAD)

/** Whether there was a result under this key of Redis: then there probably is one still. */
export const wasStored = (entryKey: string): boolean => stored.get(entryKey) === true

export const rememberStored = (entryKey: string): void => stored.set(entryKey, true, entryKey.length + OVERHEAD)
