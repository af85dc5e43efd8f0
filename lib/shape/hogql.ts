import type { Row } from '../engines/engine.ts'
import type { HogqlPlan } from '../plan/hogql.ts'
import { cellOf } from './cells.ts'

export interface HogqlResult {
  readonly kind: 'HogQLQuery'
  /** A list for each row, in the order of `columns`. */
  readonly results: readonly (readonly unknown[])[]
  readonly columns: readonly string[]
  /** Name and ClickHouse's type of each column. */
  readonly types: readonly (readonly [name: string, type: string])[]
  /** Of a text that does not say how many rows it wants: whether there are more. */
  readonly hasMore?: boolean
  readonly limit?: number
  readonly offset?: number
}

/** Rows of a SQL query -> its answer. */
export function shapeHogql({ result: { columns, page }, timezone }: HogqlPlan, rows: readonly Row[]): HogqlResult {
  const shown = page ? rows.slice(0, page.limit) : rows
  const cells = columns.map(({ info }) => cellOf(info, timezone))
  return {
    kind: 'HogQLQuery',
    results: shown.map((row) => cells.map((cell, index) => cell(row[`c${index}`]))),
    columns: columns.map(({ name }) => name),
    types: columns.map(({ name, type }) => [name, type]),
    ...(page ? { hasMore: rows.length > page.limit, ...page } : {}),
  }
}
