import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import { MAX_NAME } from '../bounds.ts'
import { NODE_DISPLAY_KEYS } from '../display.ts'
import type { LifecycleNode } from '../lifecycle/node.ts'
import { parseLifecycle } from '../lifecycle/parse.ts'
import { LifecycleQuery } from '../lifecycle/wire.ts'
import { anyKeys, parseNodePart } from '../schema.ts'

const STATUSES = ['new', 'returning', 'resurrecting', 'dormant'] as const

const LifecycleActorsQuery = z.strictObject({
  kind: z.literal('InsightActorsQuery'),
  source: z.looseObject({ kind: z.string() }),
  day: z.nullish(z.union([z.string().check(z.maxLength(MAX_NAME)), z.number()])),
  status: z.nullish(z.enum(STATUSES)),
  // lifecycles have one series
  series: z.nullish(z.literal(0)),
  includeRecordings: z.nullish(z.boolean()),
  ...anyKeys(NODE_DISPLAY_KEYS),
})

/** The actors that have a status in an interval. */
export interface LifecyclePoint {
  readonly kind: 'LifecyclePoint'
  readonly source: LifecycleNode
  /** A date or an instant in the interval. */
  readonly day: string
  /** null: any. */
  readonly status: (typeof STATUSES)[number] | null
  readonly path: readonly string[]
}

/**
 * An InsightActorsQuery over a lifecycle -> the number whose actors are listed. `path`: its place in the request. Throws
 * 400 `invalid_input` if it names no day, and the errors of `parseLifecycle`.
 */
export function parseLifecyclePoint(json: unknown, path: readonly string[]): LifecyclePoint {
  const query = parseNodePart(LifecycleActorsQuery, json, path)
  const at = [...path, 'source']
  if (query.day == null) throw invalid([...path, 'day'].join('__'), 'This field is required.')
  return {
    kind: 'LifecyclePoint',
    source: parseLifecycle(parseNodePart(LifecycleQuery, query.source, at), at),
    day: String(query.day),
    status: query.status ?? null,
    path,
  }
}
