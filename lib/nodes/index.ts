/**
 * JSON -> typed nodes. Names are PostHog's. Storing a query takes every kind and keeps it as it was sent
 * (`validateQuery`); computing takes the kinds that are built (`parseQuery`).
 */

import type * as z from 'zod'
import { notSupported, parseError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { type ActorsNode, parseActors } from './actors/node.ts'
import { checkBounds } from './bounds.ts'
import { type CorrelationNode, parseCorrelation } from './correlation/node.ts'
import type { FunnelsNode } from './funnels/node.ts'
import { parseFunnels } from './funnels/parse.ts'
import { FunnelsQuery } from './funnels/wire.ts'
import { parseNodePart } from './schema.ts'
import { STORED_KINDS, WRAPPER_KINDS } from './stored-kinds.ts'
import type { TrendsNode } from './trends/node.ts'
import { parseTrends } from './trends/parse.ts'
import { TrendsQuery } from './trends/wire.ts'

/** A node with a runner: plain data, keys that only concern display removed. */
export type InsightNode = TrendsNode | FunnelsNode
export type QueryNode = InsightNode | CorrelationNode | ActorsNode

/**
 * Checks the shape of any node of PostHog. Returns nothing; throws a 400 `parse_error` that names the path.
 */
export function validateQuery(json: unknown, path: readonly string[] = ['query']): void {
  checkBounds(json, path)
  checkShape(json, path)
}

function checkShape(json: unknown, path: readonly string[]): void {
  const node = asNode(json, path)
  const kind = node.kind as string
  if (WRAPPER_KINDS.has(kind)) {
    const sources = WRAPPER_KINDS.get(kind)
    const source = asNode(node.source, [...path, 'source'])
    if (sources && !sources.includes(source.kind as string))
      throw parseError(`${[...path, 'source', 'kind'].join('.')}: ${kind} cannot hold ${source.kind}.`)
    checkShape(source, [...path, 'source'])
  } else {
    const schema = INSIGHT_KINDS.get(kind) ?? STORED_KINDS.get(kind)
    if (!schema) throw parseError(`${[...path, 'kind'].join('.')}: Unknown kind of node ${JSON.stringify(kind)}.`)
    parseNodePart(schema, node, path)
  }
}

/**
 * The node that computes: wrappers taken off, checked strictly. Throws a 400 `parse_error` for what does not fit, and
 * a 400 `not_supported` that names the kind or option for what PostHog computes and Edgehog does not yet.
 */
export function parseQuery(json: unknown, path: readonly string[] = ['query']): QueryNode {
  validateQuery(json, path)
  return computable(json as Json, path)
}

function computable(node: Json, path: readonly string[]): QueryNode {
  const kind = node.kind as string
  if (WRAPPER_KINDS.has(kind)) return computable(node.source as Json, [...path, 'source'])
  if (INSIGHT_KINDS.has(kind)) return parseInsight(node, path)
  if (kind === 'ActorsQuery') return parseActors(node, path)
  if (kind === 'FunnelCorrelationQuery') return parseCorrelation(node, path)
  throw notSupported([...path, 'kind'].join('__'), `Computing a ${kind}`)
}

const INSIGHT_KINDS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['TrendsQuery', TrendsQuery],
  ['FunnelsQuery', FunnelsQuery],
])

/** An insight by itself: what listings of people are made of, too. */
function parseInsight(json: unknown, path: readonly string[]): InsightNode {
  const { kind } = asNode(json, path)
  if (kind === 'TrendsQuery') return parseTrends(parseNodePart(TrendsQuery, json, path), path)
  if (kind === 'FunnelsQuery') return parseFunnels(parseNodePart(FunnelsQuery, json, path), path)
  throw notSupported([...path, 'kind'].join('__'), `Computing a ${kind}`)
}

/** What computes, wrappers taken off; undefined for what is no node. */
export function sourceNode(json: unknown): (Json & { readonly kind: string }) | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const { kind, source } = json as Json
  if (typeof kind !== 'string') return undefined
  return WRAPPER_KINDS.has(kind) ? sourceNode(source) : (json as Json & { readonly kind: string })
}

function asNode(json: unknown, path: readonly string[]): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw parseError(`${path.join('.')}: Input should be an object.`)
  if (typeof (json as Json).kind !== 'string') throw parseError(`${[...path, 'kind'].join('.')}: Field required.`)
  return json as Json
}
