import type { ColumnType } from '../tree/types.ts'

export type TableName =
  | 'events'
  | 'persons'
  | 'person_distinct_ids'
  | 'groups'
  | 'sessions'
  | 'cohort_people'
  | 'static_cohort_people'
  | 'system.runs'

/** A table that queries may name: what it has for every engine, whatever the engine keeps it in. */
export interface CatalogTable {
  readonly name: TableName
  /** Its own columns, and as `person.created_at` those of the rows that its rows lead to. */
  readonly columns: ReadonlyMap<string, ColumnType>
  /** The columns that `*` stands for. */
  readonly star: readonly string[]
  /** The columns that may be null, beside those of rows that it leads to. */
  readonly nullable: readonly string[]
  /** The columns that tell its rows apart. */
  readonly key: readonly string[]
  /** Rows of other tables that belong to a row, by the name that leads to them. */
  readonly joins: ReadonlyMap<string, LazyJoin>
}

/** The row of `table` whose `to` equals the own column `from`, or none. It is joined where something of it is read. */
export interface LazyJoin {
  readonly table: TableName
  readonly from: string
  readonly to: string
  /** Its columns that can be read. */
  readonly columns: Readonly<Record<string, ColumnType>>
}

interface Described {
  readonly name: TableName
  readonly columns: Readonly<Record<string, ColumnType>>
  /** All of `columns` but those unless given. */
  readonly hidden?: readonly string[]
  readonly nullable?: readonly string[]
  readonly key: readonly string[]
  readonly joins?: Readonly<Record<string, LazyJoin>>
}

export function catalogued({ name, columns, hidden = [], nullable = [], key, joins = {} }: Described): CatalogTable {
  const joined = Object.entries(joins).flatMap(([join, { columns: theirs }]) =>
    Object.entries(theirs).map(([own, type]) => [`${join}.${own}`, type] as const),
  )
  return {
    name,
    columns: new Map([...Object.entries(columns), ...joined]),
    star: Object.keys(columns).filter((column) => !hidden.includes(column)),
    nullable,
    key,
    joins: new Map(Object.entries(joins)),
  }
}
