import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** The columns and parameters of `values`, undefined left out, for statements that Drizzle's builder cannot express. */
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

/** A list of ids as one `int4[]` parameter. */
export const idList = (ids: readonly number[]): SQL => sql`${`{${ids.join(',')}}`}::int4[]`
