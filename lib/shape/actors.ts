import { formatInstant } from '../core/time.ts'
import type { Row } from '../engines/engine.ts'
import type { ActorColumn, ActorsPlan } from '../plan/actors.ts'

const TYPES: Readonly<Record<ActorColumn['type'], string>> = {
  object: 'Tuple',
  text: 'Nullable(String)',
  float: 'Nullable(Float64)',
  int: 'Int64',
  numbers: 'Array(UInt64)',
  boolean: 'Nullable(Bool)',
  instant: 'Nullable(DateTime64(6))',
}

export interface ActorsResult {
  readonly kind: 'ActorsQuery'
  /** A list for each actor, in the order of `columns`. */
  readonly results: readonly (readonly unknown[])[]
  readonly columns: readonly string[]
  readonly types: readonly string[]
  readonly hasMore: boolean
  readonly limit: number
  readonly offset: number
  readonly missing_actors_count: number
}

/** Rows of `buildActors` -> the page of actors (docs/actors.md). */
export function shapeActors({ columns, limit, offset }: ActorsPlan, rows: readonly Row[]): ActorsResult {
  return {
    kind: 'ActorsQuery',
    results: rows.slice(0, limit).map((row) => columns.map((column, index) => cell(column, row[`c${index}`]))),
    columns: columns.map(({ text }) => text),
    types: columns.map(({ type }) => TYPES[type]),
    hasMore: rows.length > limit,
    limit,
    offset,
    missing_actors_count: 0,
  }
}

function cell({ type }: ActorColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (type === 'instant') return formatInstant(String(value))
  if (type !== 'object') return value
  const actor = value as Readonly<Record<string, unknown>>
  return { ...actor, created_at: formatInstant(String(actor.created_at).replace('.000000Z', 'Z')) }
}
