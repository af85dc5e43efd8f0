/** Events, persons, groups and cohorts as the evaluators see them, and filters over them. */

export type Json = Readonly<Record<string, unknown>>

export interface WorldEvent {
  readonly event: string
  readonly person: number
  readonly distinctId: string
  readonly session: string | null
  readonly group: string | null
  /** Milliseconds; no two are equal. */
  readonly at: number
  readonly properties: Json
}
/** What the filter asks of the event beside properties: its name and the like; `hogql` asks it by an expression. */
export type Owner = 'event' | 'person' | 'group' | 'event_metadata' | 'hogql'
export interface World {
  readonly timezone: string
  readonly weekStartDay: 0 | 1
  readonly events: readonly WorldEvent[]
  readonly persons: readonly Json[]
  readonly groups: Readonly<Record<string, Json>>
  /** Persons whose property has the value; `id` is known once it is made. */
  readonly cohorts: readonly { readonly property: string; readonly value: unknown; readonly id?: number }[]
}
export interface Filter {
  readonly key: string
  /** A cohort is its index in the world. */
  readonly type: Owner | 'cohort'
  readonly operator: string
  readonly value?: unknown
  /** Of an expression. */
  readonly negated?: boolean
}
export interface FilterGroup {
  readonly type: 'AND' | 'OR'
  readonly values: readonly (Filter | FilterGroup)[]
}
