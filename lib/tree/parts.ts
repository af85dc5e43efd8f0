/**
 * Where each kind of node holds other nodes: the one table that every walk over the tree is derived from. It names every
 * property of every kind, so that a kind or a property that is missing here does not compile, nor one that holds nodes
 * and is called `data`.
 */
import type { Expr, List } from './expr.ts'
import type { Select, Source } from './relation.ts'

type Part = 'data' | 'expr' | 'query' | 'source'
export type Layout = Part | readonly [Layout] | { readonly [key: string]: Layout }

/** How a property of type `V` must be described. */
type LayoutOf<V> = LayoutOfPresent<NonNullable<V>>
type LayoutOfPresent<V> = [V] extends [List]
  ? 'data'
  : [V] extends [Expr]
    ? 'expr'
    : [V] extends [Select]
      ? 'query'
      : [V] extends [Source]
        ? 'source'
        : V extends readonly (infer Item)[]
          ? LayoutOf<Item> extends 'data'
            ? 'data'
            : readonly [LayoutOf<Item>]
          : V extends object
            ? ObjectLayout<V>
            : 'data'
type ObjectLayout<V> = Properties<V>[keyof Properties<V>] extends 'data' ? 'data' : Properties<V>
type Properties<V> = { readonly [K in keyof V as K extends 'kind' ? never : K]-?: LayoutOf<V[K]> }

type OfKind<Node, K> = Node extends { readonly kind: infer Own } ? (K extends Own ? Node : never) : never
type Layouts<Node extends { readonly kind: string }> = {
  readonly [K in Node['kind']]: Properties<OfKind<Node, K>>
}

const order = { expr: 'expr', descending: 'data', byCodePoint: 'data', nullsLast: 'data' } as const
const all = { args: ['expr'] } as const
const nothing = {} as const

export const EXPR_LAYOUTS: Layouts<Expr> = {
  value: { value: 'data', type: 'data' },
  list: { values: 'data', type: 'data' },
  column: { table: 'data', name: 'data' },
  property: { table: 'data', of: 'data', key: 'data', type: 'data' },
  breakdownKey: { of: 'expr' },
  breakdownText: { owner: 'data', property: 'data', key: 'expr' },
  call: { fn: 'data', ...all },
  native: { fn: 'data', ...all },
  compare: { op: 'data', left: 'expr', right: 'expr', byCodePoint: 'data' },
  in: { expr: 'expr', list: 'data' },
  match: { how: 'data', expr: 'expr', pattern: 'data' },
  anyElement: { attribute: 'data', chain: 'expr', test: 'expr' },
  and: all,
  or: all,
  not: { arg: 'expr' },
  isNull: { arg: 'expr' },
  if: { condition: 'expr', whenTrue: 'expr', whenFalse: 'expr' },
  rowNumber: { orderBy: [order] },
  window: { fn: 'data', of: 'expr', partitionBy: 'expr', orderBy: 'expr' },
  latestBefore: { of: 'expr', partitionBy: 'expr', orderBy: 'expr' },
  bucketFrom: nothing,
  bucketTo: nothing,
  jsonRead: { json: 'expr', key: 'data', type: 'data', timezone: 'data' },
  scalarQuery: { query: 'query' },
  inQuery: { expr: 'expr', query: 'query', nullStays: 'data' },
  exists: { query: 'query' },
  inCohort: { person: 'expr', cohort: 'data' },
  actorCell: { table: 'data', of: 'data' },
}

export const SOURCE_LAYOUTS: Layouts<Source> = {
  table: { name: 'data', alias: 'data' },
  common: { name: 'data', alias: 'data' },
  stored: { name: 'data', alias: 'data' },
  joined: { source: 'source', joins: [{ source: 'source', on: 'expr', left: 'data' }], alias: 'data' },
  query: { query: 'query', alias: 'data' },
  union: { queries: ['query'], alias: 'data' },
  indexes: { count: 'data', alias: 'data' },
  function: { name: 'data', args: ['expr'], alias: 'data' },
  propertyPairs: { alias: 'data', of: 'expr' },
  buckets: {
    alias: 'data',
    bounds: 'data',
    overlapping: 'data',
    interval: 'data',
    weekStartDay: 'data',
    timezone: 'data',
    each: 'query',
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
  },
}

export const SELECT_LAYOUT: Properties<Select> = {
  with: [{ name: 'data', query: 'query' }],
  columns: [{ expr: 'expr', as: 'data' }],
  from: 'source',
  joins: [{ source: 'source', on: 'expr', left: 'data' }],
  where: 'expr',
  groupBy: ['expr'],
  orderBy: [order],
  limit: 'data',
  offset: 'data',
}
