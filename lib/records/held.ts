/** What links show, held in the isolate for moments: who asks again meanwhile costs no call. */
import { Bounded } from '../core/bounded.ts'

/**
 * A link that is revoked stops within 5 s: what a replica tells may be 2 s old, and is held for less than the 3 s that are
 * left.
 */
const HELD_MS = 2_900
/** In characters, which have one byte or two. */
const MOST_HELD = 12 * 1024 * 1024

interface Held {
  readonly since: number
  /** The keys of Redis that it was read from. */
  readonly keys: readonly string[]
  readonly value: unknown
}

const held = new Bounded<Held>(MOST_HELD)
let changes = 0

/** What is held under a name. `T` is the type of what was held there. `now` in milliseconds. */
export function heldUnder<T>(name: string, now: number): T | undefined {
  const found = held.get(name)
  if (!found) return undefined
  const age = now - found.since
  if (age >= 0 && age < HELD_MS) return found.value as T
  held.delete(name)
  return undefined
}

/** Begins a reading, and returns what holds its outcome: it counts from now on, unless the isolate changes something meanwhile. */
export function beginHolding(now: number) {
  const before = changes
  return (name: string, keys: readonly string[], value: unknown, weight: number): void => {
    if (changes === before) held.set(name, { since: now, keys, value }, weight)
  }
}

/** Lets go of what was read from keys that this isolate changes: its own next read sees the change. */
export function letGo(keys: readonly string[]): void {
  changes++
  const changed = new Set(keys)
  for (const [name, item] of held.entries()) if (item.keys.some((key) => changed.has(key))) held.delete(name)
}
