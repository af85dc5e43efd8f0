import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** Names and parameters of the values that are given, for statements that Drizzle's builder has no word for. */
export const columnValues = <K extends string>(
  table: Readonly<Record<K, PgColumn>>,
  values: Partial<Record<K, unknown>>,
): { field: K; name: SQL; value: SQL }[] =>
  (Object.keys(values) as K[])
    .filter((field) => values[field] !== undefined)
    .map((field) => ({
      field,
      name: sql`${sql.identifier(table[field].name)}`,
      value: sql`${sql.param(values[field], table[field])}`,
    }))

/** Numbers as one parameter. */
export const idList = (ids: readonly number[]): SQL => sql`${`{${ids.join(',')}}`}::int4[]`
