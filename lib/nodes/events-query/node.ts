import type { ActionStep } from '../action.ts'
import type { ActorsSource } from '../actors/node.ts'
import type { NodeGroup } from '../filter.ts'
import type { NodeText } from '../insight.ts'

/** Where an event is among others that are ordered by their time. */
export interface EventPlace {
  /** ISO instant. */
  readonly at: string
  readonly uuid: string
  /** Newest first. */
  readonly descending: boolean
}

/** A table of events. Texts of dates are absolute or relative. */
export interface EventsNode {
  readonly kind: 'EventsQuery'
  readonly select: readonly NodeText[]
  /** All of them hold. */
  readonly where: readonly NodeText[]
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
  /** The names that events may have; null: any. */
  readonly events: readonly string[] | null
  readonly actionId: number | null
  /** Steps of an action that is not stored. */
  readonly steps: readonly ActionStep[] | null
  /** The uuid of the person whose events they are. */
  readonly person: string | null
  /** The events of those whom a number counts. */
  readonly source: ActorsSource | null
  /** null: however long ago. */
  readonly after: string | null
  /** null: up to now. */
  readonly before: string | null
  readonly orderBy: readonly NodeText[] | null
  /** null: as many as a page has. */
  readonly limit: number | null
  readonly offset: number
  /** The event after which a page begins, in the order of the page; set by lists alone. */
  readonly start: EventPlace | null
  /** The place of the query in the request, for errors. */
  readonly path: readonly string[]
}
