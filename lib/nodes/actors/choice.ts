import type { GroupOwner } from '../../tree/types.ts'

export type ActorKind = 'person' | GroupOwner

/** Where a person or a group is among others that are ordered by when they came and by their numbers. */
export interface ActorPlace {
  /** ISO instant. */
  readonly at: string
  readonly number: number
}

/** What lists of persons and groups choose by, beside what a query can say; set by lists alone. */
export interface ActorChoice {
  /** Uuids of persons, keys of groups; null: any. */
  readonly ids: readonly string[] | null
  /** The number inside, by which lists show a person. */
  readonly number: number | null
  /** Of the person. */
  readonly distinctId: string | null
  /** A part of a property's value or of a distinct id or key, whatever the case. */
  readonly part: string | null
  /** The actor after which a page begins, in the order of the page. */
  readonly start: ActorPlace | null
}
