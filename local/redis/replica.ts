import type { Store } from './store.ts'

const READS = new Set(
  (
    'GET MGET GETRANGE STRLEN EXISTS TYPE TTL PTTL KEYS SCAN DBSIZE PING ECHO TIME EVAL_RO HGET HMGET HGETALL HKEYS ' +
    'HVALS HLEN HEXISTS SMEMBERS SISMEMBER SCARD LRANGE LLEN LINDEX ZCARD ZSCORE ZRANK ZCOUNT ZRANGE ZRANGEBYSCORE'
  ).split(' '),
)

/** Whether a copy may answer; all else, scripts too, is for the leader. */
export const isRead = ([name = '']: readonly string[]): boolean => READS.has(name.toUpperCase())

interface Write {
  readonly position: number
  readonly at: number
  readonly command: readonly string[]
}

/** A copy that follows its leader at a distance, as the replicas of Upstash Global do. */
export class Replica {
  readonly #writes: Write[] = []
  readonly #store: Store
  readonly #now: () => number
  readonly #lagMs: number
  readonly #apply: (store: Store, command: readonly string[]) => void
  #position: number
  #applyingAt: number | undefined

  constructor(
    leader: Store,
    position: number,
    lagMs: number,
    apply: (store: Store, command: readonly string[]) => void,
  ) {
    this.#now = leader.now
    this.#store = leader.copy(() => this.#applyingAt ?? leader.now())
    this.#position = position
    this.#lagMs = lagMs
    this.#apply = apply
  }

  /** A write that the leader has just done. */
  note(position: number, command: readonly string[]): void {
    this.#writes.push({ position, at: this.#now(), command })
  }

  /** Its items as they are now; undefined while it lacks what a client has seen. */
  storeAt(seen: number): Store | undefined {
    const due = this.#now() - this.#lagMs
    for (let next = this.#writes[0]; next && next.at <= due; next = this.#writes[0]) {
      // a lifetime counts from when the leader set it
      this.#applyingAt = next.at
      this.#apply(this.#store, next.command)
      this.#position = next.position
      this.#writes.shift()
    }
    this.#applyingAt = undefined
    return this.#position >= seen || this.#writes.length === 0 ? this.#store : undefined
  }
}
