import type { ColumnType } from '../tree/types.ts'

export type TableName = 'events' | 'persons' | 'person_distinct_ids' | 'groups' | 'sessions' | 'cohort_people'

/** A table that queries may name: what it has for every engine, whatever the engine keeps it in. */
export interface CatalogTable {
  readonly name: TableName
  readonly columns: ReadonlyMap<string, ColumnType>
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
}

export const columnTypes = (types: Readonly<Record<string, ColumnType>>): ReadonlyMap<string, ColumnType> =>
  new Map(Object.entries(types))

export const lazyJoins = (joins: Readonly<Record<string, LazyJoin>>): ReadonlyMap<string, LazyJoin> =>
  new Map(Object.entries(joins))
