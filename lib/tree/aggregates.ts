import type { Call, Expr, Extension, Logical } from './expr.ts'

const AGGREGATES: ReadonlySet<Call['fn']> = new Set<Call['fn']>([
  'countAll',
  'countDistinct',
  'sum',
  'avg',
  'numberSum',
  'numberAvg',
  'min',
  'max',
  'quantile',
  'idSet',
  'numberList',
])

/** Is it computed over the rows of a group? */
export const isAggregate = <X extends Extension = Logical>(e: Expr<X>): boolean =>
  e.kind === 'call'
    ? AGGREGATES.has((e as Call<X>).fn)
    : e.kind === 'aggregate' && (e as { readonly over?: unknown }).over === undefined

/** Is it computed over the rows of a window? */
export const isWindow = <X extends Extension = Logical>(e: Expr<X>): boolean =>
  e.kind === 'window' ||
  e.kind === 'windowFunction' ||
  e.kind === 'latestBefore' ||
  (e.kind === 'aggregate' && (e as { readonly over?: unknown }).over !== undefined)
