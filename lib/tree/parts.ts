/**
 * Where each kind of node holds other nodes: the one table that every walk over the tree is derived from. It names every
 * property of every kind, so that a kind or a property that is missing here does not compile, nor one that holds nodes
 * and is called `data`.
 */
import type { Expr, Extension, List, Logical } from './expr.ts'
import type { Select, Source } from './relation.ts'

type Part = 'data' | 'expr' | 'query' | 'source'
export type Layout = Part | readonly [Layout] | { readonly [key: string]: Layout }

/** How a property of type `V` must be described. */
type LayoutOf<V, X extends Extension> = LayoutOfPresent<NonNullable<V>, X>
type LayoutOfPresent<V, X extends Extension> = [V] extends [List]
  ? 'data'
  : [V] extends [Expr<X>]
    ? 'expr'
    : [V] extends [Select<X>]
      ? 'query'
      : [V] extends [Source<X>]
        ? 'source'
        : V extends readonly (infer Item)[]
          ? LayoutOf<Item, X> extends 'data'
            ? 'data'
            : readonly [LayoutOf<Item, X>]
          : V extends object
            ? ObjectLayout<V, X>
            : 'data'
type ObjectLayout<V, X extends Extension> = Properties<V, X>[keyof Properties<V, X>] extends 'data'
  ? 'data'
  : Properties<V, X>
type Properties<V, X extends Extension> = {
  readonly [K in keyof V as K extends 'kind' ? never : K]-?: LayoutOf<V[K], X>
}

type OfKind<Node, K> = Node extends { readonly kind: infer Own } ? (K extends Own ? Node : never) : never
/** The layout of every kind of node; an engine says it of its own nodes. */
export type Layouts<Node extends { readonly kind: string }, X extends Extension = Logical> = {
  readonly [K in Node['kind']]: Properties<OfKind<Node, K>, X>
}

const order = {
  expr: 'expr',
  descending: 'data',
  byCodePoint: 'data',
  nullsLast: 'data',
  nullsFirst: 'data',
  nanBesideNulls: 'data',
  ofId: 'data',
} as const
const over = { partitionBy: ['expr'], orderBy: [order], frame: 'data' } as const
const all = { args: ['expr'] } as const
const nothing = {} as const

export const EXPR_LAYOUTS: Layouts<Expr> = {
  value: { value: 'data', type: 'data', ofNow: 'data' },
  list: { values: 'data', type: 'data' },
  column: { table: 'data', name: 'data', mayBeNaN: 'data' },
  property: { table: 'data', of: 'data', key: 'data', type: 'data' },
  breakdownKey: { of: 'expr' },
  breakdownText: { of: 'expr', key: 'expr' },
  call: { fn: 'data', ...all },
  compare: { op: 'data', left: 'expr', right: 'expr', byCodePoint: 'data', mayBeNaN: 'data' },
  in: { expr: 'expr', list: 'data' },
  match: { how: 'data', expr: 'expr', pattern: 'data' },
  replaceMatches: { expr: 'expr', pattern: 'data', replacement: 'data' },
  patternCall: { fn: 'data', expr: 'expr', pattern: 'data', args: ['expr'] },
  anyElement: { attribute: 'data', chain: 'expr', test: 'expr' },
  and: all,
  or: all,
  not: { arg: 'expr' },
  isNull: { arg: 'expr' },
  if: { condition: 'expr', whenTrue: 'expr', whenFalse: 'expr' },
  window: { fn: 'data', of: 'expr', partitionBy: ['expr'], orderBy: [order], isStrict: 'data' },
  function: { fn: 'data', ...all },
  aggregate: { fn: 'data', ...all, distinct: 'data', filter: 'expr', orderBy: [order], over },
  windowFunction: { fn: 'data', ...all, over },
  lambda: { fn: 'data', alias: 'data', arrays: ['expr'], body: 'expr', initial: 'expr' },
  latestBefore: { of: 'expr', partitionBy: 'expr', orderBy: 'expr' },
  bucketFrom: nothing,
  bucketTo: nothing,
  scalarQuery: { query: 'query' },
  inQuery: { expr: 'expr', query: 'query', isLarge: 'data' },
  inCohort: { person: 'expr', cohort: 'data' },
  actorCell: { table: 'data', of: 'data' },
}

export const SOURCE_LAYOUTS: Layouts<Source> = {
  table: { name: 'data', alias: 'data' },
  common: { name: 'data', alias: 'data' },
  query: { query: 'query', alias: 'data' },
  union: { operator: 'data', queries: ['query'], alias: 'data' },
  elements: { alias: 'data', arrays: ['expr'] },
  indexes: { count: 'data', alias: 'data' },
  keyTexts: { alias: 'data', of: 'expr', keys: 'query', exact: 'data' },
  propertyPairs: { alias: 'data', of: 'expr' },
  buckets: {
    alias: 'data',
    bounds: 'data',
    overlapping: 'data',
    interval: 'data',
    weekStartDay: 'data',
    timezone: 'data',
    each: 'query',
    together: 'query',
  },
  walks: {
    alias: 'data',
    actor: 'expr',
    from: 'data',
    to: 'data',
    filter: 'expr',
    steps: [{ test: 'expr', event: 'data', isOptional: 'data', first: 'expr' }],
    exclusions: [{ test: 'expr', event: 'data', from: 'data', to: 'data' }],
    order: 'data',
    windowSeconds: 'data',
    breakdown: { parts: ['expr'], attribution: 'data', step: 'data', skipsEmpty: 'data' },
    entries: 'data',
    conversionsOnly: 'data',
  },
}

export const SELECT_LAYOUT: Properties<Select, Logical> = {
  distinct: 'data',
  with: [{ name: 'data', query: 'query', mayMerge: 'data' }],
  columns: [{ expr: 'expr', as: 'data' }],
  from: 'source',
  joins: [{ source: 'source', on: 'expr', left: 'data', right: 'data', any: 'data' }],
  where: 'expr',
  groupBy: ['expr'],
  having: 'expr',
  orderBy: [order],
  limit: 'data',
  joinsMany: 'data',
  offset: 'data',
}
