import type { Json } from '../../core/json.ts'
import { refused } from '../refused.ts'

/** An event as it is stored, with names still as texts. */
export interface CapturedEvent {
  readonly event: string
  readonly distinctId: string
  readonly uuid: string
  readonly timestamp: Date
  readonly properties: Json
  /** False: no profile is made and no person property changes. */
  readonly changesPerson: boolean
  readonly set: Json
  readonly setOnce: Json
  readonly unset: readonly string[]
  /** Merge the person of the id `from` into the event's person; `force`: even if that person is identified. */
  readonly merge: { readonly from: string; readonly force: boolean } | null
  /** Group type -> key. */
  readonly groups: Readonly<Record<string, string>>
  readonly groupIdentify: { readonly type: string; readonly key: string; readonly set: Json } | null
  readonly sessionId: string | null
}

export interface CapturedBatch {
  readonly token: string
  readonly events: readonly CapturedEvent[]
}

/** Clients send 100 events at once, imports some thousands; after a 413 they send half as many. */
const MAX_EVENTS = 5_000

/** Throws 413 for more events than one transaction should take. */
export function requireFewEvents(list: readonly unknown[]): void {
  if (list.length > MAX_EVENTS) throw refused(413, `request holds more than ${MAX_EVENTS} events`)
}
