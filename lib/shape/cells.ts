/** How cells of tables are shown: what a query gives for a column, as ClickHouse's answers have it. */
import type { ValueInfo } from '../hogql/rules.ts'
import { type InstantFormat, instantFormat } from './instants.ts'

export type CellOf = (value: unknown) => unknown

/** How values of a type are shown; infinite numbers, and those that are none, are null. */
export function cellOf({ type, format, zone }: ValueInfo, timezone: string): CellOf {
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
  const [key, item] = [cellOf(type.key, timezone), cellOf(type.value, timezone)]
  return orNull((value) =>
    Object.fromEntries((value as [unknown, unknown][]).map(([name, each]) => [String(key(name)), item(each)])),
  )
}

export const orNull =
  (show: CellOf): CellOf =>
  (value) =>
    value === null || value === undefined ? null : show(value)

const instantOf = (format: InstantFormat, zone: string): CellOf => {
  const show = instantFormat(format, zone)
  return (value) => show(String(value))
}
