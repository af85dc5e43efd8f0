/**
 * JSON -> typed nodes, whose names are PostHog's. An insight may store any kind of query and keeps it as it was sent:
 * `validateQuery` checks its shape. Only the kinds in `Nodes` are computed: `parseQuery` makes their nodes.
 */
import type * as z from 'zod/mini'
import { invalid, notSupported, parseError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import { didYouMean } from '../core/nearest.ts'
import { cut } from '../core/text.ts'
import { type ActorsNode, parseActors, StoredActorsQuery } from './actors/node.ts'
import { checkBounds } from './bounds.ts'
import { type CorrelationNode, parseCorrelation, StoredCorrelationQuery } from './correlation/node.ts'
import type { EventsNode } from './events-query/node.ts'
import { parseEvents } from './events-query/parse.ts'
import { EventsQuery } from './events-query/wire.ts'
import type { FunnelsNode } from './funnels/node.ts'
import { parseFunnels } from './funnels/parse.ts'
import { FunnelsQuery } from './funnels/wire.ts'
import type { HogqlNode } from './hogql/node.ts'
import { parseHogql } from './hogql/parse.ts'
import { HogQLQuery } from './hogql/wire.ts'
import type { LifecycleNode } from './lifecycle/node.ts'
import { parseLifecycle } from './lifecycle/parse.ts'
import { LifecycleQuery } from './lifecycle/wire.ts'
import type { PathsNode } from './paths/node.ts'
import { parsePaths } from './paths/parse.ts'
import { PathsQuery } from './paths/wire.ts'
import type { RetentionNode } from './retention/node.ts'
import { parseRetention } from './retention/parse.ts'
import { RetentionQuery } from './retention/wire.ts'
import { parseNodePart } from './schema.ts'
import type { StickinessNode } from './stickiness/node.ts'
import { parseStickiness } from './stickiness/parse.ts'
import { StickinessQuery } from './stickiness/wire.ts'
import { STORED_KINDS, WRAPPER_KINDS } from './stored-kinds.ts'
import type { TrendsNode } from './trends/node.ts'
import { parseTrends } from './trends/parse.ts'
import { TrendsQuery } from './trends/wire.ts'

/**
 * The node of each kind that is computed: plain data, without the keys that only concern display. Every stage has a
 * table with an entry for each kind (docs/adding-a-kind.md).
 */
export interface Nodes {
  readonly TrendsQuery: TrendsNode
  readonly FunnelsQuery: FunnelsNode
  readonly RetentionQuery: RetentionNode
  readonly LifecycleQuery: LifecycleNode
  readonly StickinessQuery: StickinessNode
  readonly PathsQuery: PathsNode
  readonly FunnelCorrelationQuery: CorrelationNode
  readonly ActorsQuery: ActorsNode
  readonly HogQLQuery: HogqlNode
  readonly EventsQuery: EventsNode
}
export type Kind = keyof Nodes
export type QueryNode = Nodes[Kind] & {
  /** The result is computed whole, without partial results that are kept. Absent: as the engine likes. */
  readonly usePartials?: false
}
/** The kinds that count events in a range. */
export type InsightKind = Exclude<Kind, 'FunnelCorrelationQuery' | 'ActorsQuery' | 'HogQLQuery' | 'EventsQuery'>
export type InsightNode = Nodes[InsightKind]

interface Reader<Node> {
  /** What a stored query of the kind must look like. */
  readonly stored: z.ZodMiniType
  /** Throws 400 `parse_error` if the shape is wrong, `not_supported` naming an option that is not computed yet. */
  readonly parse: (json: unknown, path: readonly string[]) => Node
}

/** A kind whose stored queries are as strict as those that are computed. */
const strict = <Wire, Node>(
  schema: z.ZodMiniType<Wire>,
  parse: (query: Wire, path: readonly string[]) => Node,
): Reader<Node> => ({ stored: schema, parse: (json, path) => parse(parseNodePart(schema, json, path), path) })

const READERS: { readonly [K in Kind]: Reader<Nodes[K]> } = {
  TrendsQuery: strict(TrendsQuery, parseTrends),
  FunnelsQuery: strict(FunnelsQuery, parseFunnels),
  RetentionQuery: strict(RetentionQuery, parseRetention),
  LifecycleQuery: strict(LifecycleQuery, parseLifecycle),
  StickinessQuery: strict(StickinessQuery, parseStickiness),
  PathsQuery: strict(PathsQuery, parsePaths),
  FunnelCorrelationQuery: { stored: StoredCorrelationQuery, parse: parseCorrelation },
  ActorsQuery: { stored: StoredActorsQuery, parse: parseActors },
  HogQLQuery: strict(HogQLQuery, parseHogql),
  EventsQuery: strict(EventsQuery, parseEvents),
}

const KINDS = Object.keys(READERS)
const COMPUTED = `Computed are: ${KINDS.join(', ')}.`
/** How many characters of an unknown kind errors show. */
const MAX_KIND = 64

/** Is it the name of a kind that Edgehog computes? */
export const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && Object.hasOwn(READERS, kind)

/** Can a node of the kind have the key? Of a kind that is not computed, which is stored as it comes, any key. */
export const takesKey = (kind: unknown, key: string): boolean =>
  !isKind(kind) || Object.hasOwn((READERS[kind].stored as z.ZodMiniObject).shape, key)

/**
 * Checks the shape of a node of any kind that PostHog has. `path`: its place in the request. Throws 400 `parse_error`
 * naming the path of the first invalid value.
 */
export function validateQuery(json: unknown, path: readonly string[] = ['query']): void {
  checkBounds(json, path)
  const { kind, node, at } = unwrapped(json, path)
  const schema = isKind(kind) ? READERS[kind].stored : STORED_KINDS.get(kind)
  if (!schema) {
    const known = [...KINDS, ...STORED_KINDS.keys(), ...(WRAPPER_KINDS.keys() as Iterable<string>)]
    const name = `Unknown kind of node ${JSON.stringify(cut(kind, MAX_KIND))}.`
    throw parseError(`${[...at, 'kind'].join('.')}: ${name}${didYouMean(kind, known)} ${COMPUTED}`)
  }
  parseNodePart(schema, node, at)
}

/**
 * JSON -> the node to compute, without its wrappers (`InsightVizNode` and the like). `path`: its place in the request.
 * Throws 400 `parse_error` if the shape is wrong, 400 `not_supported` naming the kind or option that Edgehog does not
 * compute yet.
 */
export function parseQuery(json: unknown, path: readonly string[] = ['query']): QueryNode {
  checkBounds(json, path)
  const { kind, node, at } = unwrapped(json, path)
  if (isKind(kind)) return { ...READERS[kind].parse(node, at), ...parseModifiers(node, at) }
  validateQuery(json, path)
  throw notSupported([...at, 'kind'].join('__'), `Computing a ${kind}`, COMPUTED)
}

/** The one modifier that decides how a query is computed; the others are PostHog's and say nothing here. */
function parseModifiers({ modifiers }: Json, path: readonly string[]): Pick<QueryNode, 'usePartials'> {
  if (typeof modifiers !== 'object' || modifiers === null || !('usePartials' in modifiers)) return {}
  const { usePartials } = modifiers
  if (typeof usePartials !== 'boolean')
    throw invalid([...path, 'modifiers', 'usePartials'].join('__'), 'This is true or false.')
  return usePartials ? {} : { usePartials }
}

/** The JSON of a query without its wrappers, unchecked; undefined if it is not an object with a `kind`. */
export function sourceNode(json: unknown): (Json & { readonly kind: string }) | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  const { kind, source } = json as Json
  if (typeof kind !== 'string') return undefined
  return WRAPPER_KINDS.has(kind) ? sourceNode(source) : (json as Json & { readonly kind: string })
}

/**
 * What pages draw a query by: the display keys of its node, and as `visualization` those of a DataVisualizationNode around
 * it. Unchecked.
 */
export function looksOf(json: unknown): Json | undefined {
  const node = sourceNode(json)
  const wrapper = json as Json | undefined
  return node && wrapper?.kind === 'DataVisualizationNode' ? { ...node, visualization: wrapper } : node
}

/**
 * The node inside all wrappers, and its place in the request. Throws 400 `parse_error` if it is not an object with a
 * `kind`, or if the wrapper cannot hold a node of that kind.
 */
function unwrapped(json: unknown, path: readonly string[]): { kind: string; node: Json; at: readonly string[] } {
  const node = asNode(json, path)
  const kind = node.kind as string
  if (!WRAPPER_KINDS.has(kind)) return { kind, node, at: path }
  const allowed = WRAPPER_KINDS.get(kind)
  const at = [...path, 'source']
  const source = asNode(node.source, at)
  if (allowed && !allowed.includes(source.kind as string))
    throw parseError(cannotHold(kind, source.kind as string, allowed, at))
  return unwrapped(source, at)
}

function cannotHold(kind: string, inner: string, allowed: readonly string[], at: readonly string[]): string {
  const name = cut(inner, MAX_KIND)
  return `${[...at, 'kind'].join('.')}: ${kind} cannot hold ${name}.${didYouMean(inner, allowed)} It can hold ${allowed.join(', ')}.`
}

function asNode(json: unknown, path: readonly string[]): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw parseError(`${path.join('.')}: Input should be an object.`)
  if (typeof (json as Json).kind !== 'string') throw parseError(`${[...path, 'kind'].join('.')}: Field required.`)
  return json as Json
}
