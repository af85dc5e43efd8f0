import { formatInstant } from '../core/time.ts'
import type { Row } from '../engines/engine.ts'
import { clickhouseType } from '../hogql/clickhouse-types.ts'
import type { ActorsPlan } from '../plan/actors.ts'
import { type CellOf, cellOf, orNull } from './cells.ts'

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
export function shapeActors({ columns, limit, offset, timezone }: ActorsPlan, rows: readonly Row[]): ActorsResult {
  const cells = columns.map(({ info }) => (info ? cellOf(info, timezone) : actorCell))
  return {
    kind: 'ActorsQuery',
    results: rows.slice(0, limit).map((row) => cells.map((cell, index) => cell(row[`c${index}`]))),
    columns: columns.map(({ text }) => text),
    types: columns.map(({ info }) => (info ? clickhouseType(info, timezone) : 'Tuple')),
    hasMore: rows.length > limit,
    limit,
    offset,
    missing_actors_count: 0,
  }
}

const actorCell: CellOf = orNull((value) => {
  const actor = value as Readonly<Record<string, unknown>>
  return { ...actor, created_at: formatInstant(String(actor.created_at).replace('.000000Z', 'Z')) }
})
