import type { NodeGroup } from '../filter.ts'
import type { NodeText } from '../insight.ts'

export interface HogqlNode {
  readonly kind: 'HogQLQuery'
  readonly text: NodeText
  /** What `{filters}` stands for; null if the text does not name it. */
  readonly filters: HogqlFilters | null
  /** What `{name}` stands for. */
  readonly values: readonly (readonly [name: string, value: unknown])[]
  /** Of variables that the query gives a value or names. */
  readonly variables: readonly HogqlVariable[]
  readonly explain: boolean
}

export interface HogqlFilters {
  readonly filter: NodeGroup
  readonly filterTestAccounts: boolean
  /** Texts of dates, absolute or relative; null: no bound. */
  readonly dateFrom: string | null
  readonly dateTo: string | null
  /** The place of the filters in the request, for errors. */
  readonly attr: string
}

export interface HogqlVariable {
  readonly id: string
  readonly codeName: string | null
  /** undefined: the default of the variable. */
  readonly value: unknown
  readonly isNull: boolean
}
