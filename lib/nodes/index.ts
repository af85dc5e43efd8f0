/**
 * JSON -> typed nodes. Names are PostHog's. Storing a query takes every kind and keeps it as it was sent
 * (`validateQuery`); computing takes the kinds that are built (`parseQuery`).
 */
import type * as z from 'zod'
import { notSupported, parseError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { type ActorsNode, parseActors, StoredActorsQuery } from './actors/node.ts'
import { checkBounds } from './bounds.ts'
import { type CorrelationNode, parseCorrelation, StoredCorrelationQuery } from './correlation/node.ts'
import type { FunnelsNode } from './funnels/node.ts'
import { parseFunnels } from './funnels/parse.ts'
import { FunnelsQuery } from './funnels/wire.ts'
import { parseNodePart } from './schema.ts'
import { STORED_KINDS, WRAPPER_KINDS } from './stored-kinds.ts'
import type { TrendsNode } from './trends/node.ts'
import { parseTrends } from './trends/parse.ts'
import { TrendsQuery } from './trends/wire.ts'

/**
 * The kinds that are computed, each with its node: plain data, keys that only concern display removed. Every stage has
 * an entry for every kind (docs/adding-a-kind.md).
 */
export interface Nodes {
  readonly TrendsQuery: TrendsNode
  readonly FunnelsQuery: FunnelsNode
  readonly FunnelCorrelationQuery: CorrelationNode
  readonly ActorsQuery: ActorsNode
}
export type Kind = keyof Nodes
export type QueryNode = Nodes[Kind]
/** The kinds that count events in a range. */
export type InsightKind = 'TrendsQuery' | 'FunnelsQuery'
export type InsightNode = Nodes[InsightKind]

interface Reader<Node> {
  /** What a stored query of the kind must look like. */
  readonly stored: z.ZodType
  /** Throws a 400 `parse_error` for another shape, and `not_supported` for what is not computed yet. */
  readonly parse: (json: unknown, path: readonly string[]) => Node
}

const READERS: { readonly [K in Kind]: Reader<Nodes[K]> } = {
  TrendsQuery: {
    stored: TrendsQuery,
    parse: (json, path) => parseTrends(parseNodePart(TrendsQuery, json, path), path),
  },
  FunnelsQuery: {
    stored: FunnelsQuery,
    parse: (json, path) => parseFunnels(parseNodePart(FunnelsQuery, json, path), path),
  },
  FunnelCorrelationQuery: { stored: StoredCorrelationQuery, parse: parseCorrelation },
  ActorsQuery: { stored: StoredActorsQuery, parse: parseActors },
}

/** Is it the name of a kind that is computed? */
export const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && Object.hasOwn(READERS, kind)

/** Checks the shape of any node of PostHog. Returns nothing; throws a 400 `parse_error` that names the path. */
export function validateQuery(json: unknown, path: readonly string[] = ['query']): void {
  checkBounds(json, path)
  const { kind, node, at } = unwrapped(json, path)
  const schema = isKind(kind) ? READERS[kind].stored : STORED_KINDS.get(kind)
  if (!schema) throw parseError(`${[...at, 'kind'].join('.')}: Unknown kind of node ${JSON.stringify(kind)}.`)
  parseNodePart(schema, node, at)
}

/**
 * The node that computes: wrappers taken off, checked strictly. Throws a 400 `parse_error` for a node of another shape,
 * and a 400 `not_supported` that names the kind or option for what PostHog computes and Edgehog does not yet.
 */
export function parseQuery(json: unknown, path: readonly string[] = ['query']): QueryNode {
  checkBounds(json, path)
  const { kind, node, at } = unwrapped(json, path)
  if (isKind(kind)) return READERS[kind].parse(node, at)
  validateQuery(json, path)
  throw notSupported([...at, 'kind'].join('__'), `Computing a ${kind}`)
}

/** What computes, wrappers taken off; undefined for what is no node. */
export function sourceNode(json: unknown): (Json & { readonly kind: string }) | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const { kind, source } = json as Json
  if (typeof kind !== 'string') return undefined
  return WRAPPER_KINDS.has(kind) ? sourceNode(source) : (json as Json & { readonly kind: string })
}

/** The node inside all wrappers, and its place. Throws a 400 for what is no node and for a wrapper of another kind than it can hold. */
function unwrapped(json: unknown, path: readonly string[]): { kind: string; node: Json; at: readonly string[] } {
  const node = asNode(json, path)
  const kind = node.kind as string
  if (!WRAPPER_KINDS.has(kind)) return { kind, node, at: path }
  const allowed = WRAPPER_KINDS.get(kind)
  const at = [...path, 'source']
  const source = asNode(node.source, at)
  if (allowed && !allowed.includes(source.kind as string))
    throw parseError(`${[...at, 'kind'].join('.')}: ${kind} cannot hold ${source.kind}.`)
  return unwrapped(source, at)
}

function asNode(json: unknown, path: readonly string[]): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw parseError(`${path.join('.')}: Input should be an object.`)
  if (typeof (json as Json).kind !== 'string') throw parseError(`${[...path, 'kind'].join('.')}: Field required.`)
  return json as Json
}
