import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import type { RetentionNode } from '../retention/node.ts'
import { parseRetention } from '../retention/parse.ts'
import { RetentionQuery } from '../retention/wire.ts'
import { parseNodePart } from '../schema.ts'
import { ActorsBreakdown } from './funnel-point.ts'

const RetentionActorsQuery = z.looseObject({
  source: z.unknown(),
  interval: z.nullish(z.int().check(z.gte(0))),
  breakdown: z.nullish(ActorsBreakdown),
})

/** The actors of a row of a retention. */
export interface RetentionPoint {
  readonly kind: 'RetentionPoint'
  readonly source: RetentionNode
  /** The index of the row; null: of any row. */
  readonly row: number | null
  /** The value of the breakdown as in the answer; null: any. */
  readonly breakdown: string | null
  readonly path: readonly string[]
}

/**
 * An InsightActorsQuery over a retention -> the row whose actors are listed. `path`: its place in the request. Throws
 * 400 `invalid_input` if the query is not broken down by one value, and what `parseRetention` throws.
 */
export function parseRetentionPoint(json: unknown, path: readonly string[]): RetentionPoint {
  const query = parseNodePart(RetentionActorsQuery, json, path)
  const at = [...path, 'source']
  const source = parseRetention(parseNodePart(RetentionQuery, query.source, at), at)
  const values = query.breakdown == null ? [] : [query.breakdown].flat()
  const attr = [...path, 'breakdown'].join('__')
  if (values.length > 0 && !source.breakdown) throw invalid(attr, 'The query is not broken down.')
  if (values.length > 1) throw invalid(attr, 'The query is broken down by one property.')
  return {
    kind: 'RetentionPoint',
    source,
    row: query.interval ?? null,
    breakdown: values[0] === undefined ? null : String(values[0]),
    path,
  }
}
