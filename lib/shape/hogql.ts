import type { Row } from '../engines/engine.ts'
import type { ValueInfo } from '../hogql/rules.ts'
import type { HogqlPlan } from '../plan/hogql.ts'
import { type InstantFormat, instantFormat } from './instants.ts'

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

type CellOf = (value: unknown) => unknown

/** How values of a type are shown; infinite numbers, and those that are none, are null. */
function cellOf({ type, format, zone }: ValueInfo, timezone: string): CellOf {
  if (type === 'instant') return orNull(instantOf(format ?? 'fraction', zone ?? timezone))
  if (type === 'float' || type === 'int') return (value) => (Number.isFinite(value) ? value : null)
  if (typeof type === 'string') return (value) => value ?? null
  if (type.kind === 'array') {
    const item = cellOf(type.of, timezone)
    return orNull((value) => (value as unknown[]).map(item))
  }
  if (type.kind === 'tuple') {
    const items = type.of.map((info) => cellOf(info, timezone))
    return orNull((value) => (value as unknown[]).map((each, index) => items[index]?.(each) ?? null))
  }
  const item = cellOf(type.value, timezone)
  return orNull((value) => Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, item(each)])))
}

const orNull =
  (show: CellOf): CellOf =>
  (value) =>
    value === null || value === undefined ? null : show(value)

const instantOf = (format: InstantFormat, zone: string): CellOf => {
  const show = instantFormat(format, zone)
  return (value) => show(String(value))
}
