/** Values in memory, with expiry and Redis's types. */
export type RedisValue = string | Map<string, string> | Map<string, number> | Set<string> | string[]
export type Kind = 'string' | 'hash' | 'zset' | 'set' | 'list'
/** An answer: integers are numbers, `OK` and texts are strings. */
export type Reply = string | number | null | Reply[]

export class RedisError extends Error {}

interface Item {
  readonly kind: Kind
  value: RedisValue
  expiresAt: number | null
}

const MAKE: Readonly<Record<Kind, () => RedisValue>> = {
  string: () => '',
  hash: () => new Map<string, string>(),
  zset: () => new Map<string, number>(),
  set: () => new Set<string>(),
  list: () => [],
}

export class Store {
  readonly #items = new Map<string, Item>()
  readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  item(key: string): Item | undefined {
    const item = this.#items.get(key)
    if (item?.expiresAt != null && item.expiresAt <= this.now()) {
      this.#items.delete(key)
      return undefined
    }
    return item
  }

  /** The value of a key, or undefined. Throws WRONGTYPE. */
  read<T extends RedisValue>(key: string, kind: Kind): T | undefined {
    const item = this.item(key)
    if (!item) return undefined
    if (item.kind !== kind) throw new RedisError('WRONGTYPE Operation against a key holding the wrong kind of value')
    return item.value as T
  }

  /** The value of a key, made when it is missing. */
  open<T extends RedisValue>(key: string, kind: Kind): T {
    const known = this.read<T>(key, kind)
    if (known !== undefined) return known
    const value = MAKE[kind]()
    this.#items.set(key, { kind, value, expiresAt: null })
    return value as T
  }

  setString(key: string, value: string, expiresAt: number | null): void {
    this.#items.set(key, { kind: 'string', value, expiresAt })
  }

  /** Sets the text and keeps the expiry. */
  rewriteString(key: string, value: string): void {
    this.setString(key, value, this.item(key)?.expiresAt ?? null)
  }

  expire(key: string, at: number | null): boolean {
    const item = this.item(key)
    if (!item) return false
    item.expiresAt = at
    return true
  }

  /** Collections that became empty are no keys any more. */
  dropIfEmpty(key: string): void {
    const value = this.item(key)?.value
    const size = value instanceof Map || value instanceof Set ? value.size : Array.isArray(value) ? value.length : 1
    if (size === 0) this.#items.delete(key)
  }

  delete(key: string): boolean {
    return this.item(key) !== undefined && this.#items.delete(key)
  }

  rename(from: string, to: string): void {
    const item = this.item(from)
    if (!item) throw new RedisError('ERR no such key')
    this.#items.delete(from)
    this.#items.set(to, item)
  }

  /** The same items, from now on on their own. */
  copy(now: () => number): Store {
    const copy = new Store(now)
    for (const [key, item] of this.#items) copy.#items.set(key, structuredClone(item))
    return copy
  }

  keys(): string[] {
    return [...this.#items.keys()].filter((key) => this.item(key))
  }

  clear(): void {
    this.#items.clear()
  }
}

export const syntaxError = (what?: string) =>
  new RedisError(what ? `ERR syntax error near '${what}'` : 'ERR syntax error')

export function integer(text: string): number {
  if (!/^-?\d{1,18}$/.test(text)) throw new RedisError('ERR value is not an integer or out of range')
  return Number(text)
}

export function float(text: string): number {
  const lower = text.toLowerCase()
  if (lower === '+inf' || lower === 'inf') return Number.POSITIVE_INFINITY
  if (lower === '-inf') return Number.NEGATIVE_INFINITY
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new RedisError('ERR value is not a valid float')
  return number
}

/** Where a range of Redis starts and ends, as `slice` takes it: inclusive, from the end when negative. */
export function bounds(start: string, stop: string, length: number): [number, number] {
  const from = integer(start)
  const to = integer(stop)
  return [from < 0 ? Math.max(0, length + from) : from, Math.max(0, (to < 0 ? length + to : to) + 1)]
}

/** A glob of KEYS and SCAN. */
export function glob(pattern: string): RegExp {
  const source = pattern.replace(/\\?[.+^${}()|\\/]|\*|\?/g, (part) =>
    part === '*' ? '.*' : part === '?' ? '.' : part.length > 1 ? part : `\\${part}`,
  )
  return new RegExp(`^${source}$`, 's')
}

export interface Command {
  /** How many arguments there must be at least. */
  readonly min: number
  run(store: Store, args: readonly string[]): Reply
}
