import type { Json } from '../../core/json.ts'
import { refused } from '../refused.ts'

/** An event as it was understood, before names become numbers. */
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
  /** Fold the person of `from` into the event's own; `force` also when it is identified. */
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

/** Clients send 100 at once, imports some thousands; who is told 413 sends half of them. */
const MAX_EVENTS = 5_000

/** Throws 413 for more events than one transaction should take. */
export function requireFewEvents(list: readonly unknown[]): void {
  if (list.length > MAX_EVENTS) throw refused(413, `request holds more than ${MAX_EVENTS} events`)
}
