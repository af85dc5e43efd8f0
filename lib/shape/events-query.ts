import type { Row } from '../engines/engine.ts'
import { CELL_FIELDS, type CellKind, type EventsPlan } from '../plan/events-query.ts'
import { type CellOf, cellOf, orNull } from './cells.ts'

export interface EventsResult {
  readonly kind: 'EventsQuery'
  /** A list for each row, in the order of `columns`. */
  readonly results: readonly (readonly unknown[])[]
  /** The texts of `select`. */
  readonly columns: readonly string[]
  /** ClickHouse's types. */
  readonly types: readonly string[]
  readonly hasMore: boolean
  readonly limit: number
  readonly offset: number
}

/** Rows of a table of events -> its answer. */
export function shapeEvents(
  { result, columns, limit, offset, timezone }: EventsPlan,
  rows: readonly Row[],
): EventsResult {
  const cells = result.columns.map(({ info }, index) =>
    orNull(wholeOf(columns[index]?.cell ?? 'value', cellOf(info, timezone))),
  )
  return {
    kind: 'EventsQuery',
    results: rows.slice(0, limit).map((row) => cells.map((cell, index) => cell(row[`c${index}`]))),
    columns: columns.map(({ text }) => text),
    types: result.columns.map(({ type }) => type),
    hasMore: rows.length > limit,
    limit,
    offset,
  }
}

/** A tuple of the fields of an event or a person -> the object of them. */
function wholeOf(kind: CellKind, cell: CellOf): CellOf {
  if (kind === 'value') return cell
  const names = CELL_FIELDS[kind].map((field) => NAMES.get(field) ?? field)
  return (value) => {
    const { has_profile: hasProfile, ...fields } = Object.fromEntries(
      (cell(value) as unknown[]).map((each, index) => [names[index] ?? '', each]),
    )
    if (kind === 'person' && !hasProfile) return { distinct_id: fields.distinct_id }
    return { ...fields, properties: JSON.parse(String(fields.properties ?? '{}')) }
  }
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['person.id', 'uuid'],
  ['person.created_at', 'created_at'],
  ['person.properties', 'properties'],
  ['person.has_profile', 'has_profile'],
])
