/** Rows of parts of a bucket, and what makes the bucket's of them. */
import { column, value } from '../../../tree/build.ts'
import {
  call,
  type Expr,
  type KeptColumn,
  type KeptSeries,
  type Select,
  type SelectColumn,
  type Source,
} from '../physical.ts'

/** `combined` reads the rows of the parts as `part`. */
export interface BucketParts extends Pick<KeptSeries, 'query' | 'columns'> {
  readonly combined: Select
}

export const part = (name: string): Expr => column('part', name)
export const ofParts: Source = { kind: 'common', name: 'part', alias: 'part' }
const zero = value(0, 'float')

/** Null: the parts do not tell. */
export function partsOf(each: Select, columns: readonly KeptColumn[]): BucketParts | null {
  if (each.having || each.limit !== undefined || each.orderBy?.length) return null
  return sumsOf(each, columns) ?? setsOf(each) ?? uniquesOf(each)
}

/** Aggregates of events that those of parts add up to, and groups of events without any. */
function sumsOf(each: Select, columns: readonly KeptColumn[]): BucketParts | null {
  if (each.from.kind !== 'stored') return null
  const { groupBy = [] } = each
  const isKey = ({ expr }: SelectColumn) => groupBy.some((key) => isSame(key, expr))
  const keys = each.columns.filter(isKey)
  const sums = each.columns.filter((one) => !isKey(one)).map(({ expr, as }) => ({ as, ...additive(expr, as) }))
  if (each.columns.length === 0 || keys.length !== groupBy.length) return null
  const made = sums.flatMap(({ as, ofPart, ofParts }) => (ofPart && ofParts ? [{ as, ofPart, ofParts }] : []))
  if (made.length < sums.length) return null
  const query: Select = { ...each, columns: [...keys, ...made.map(({ as, ofPart }) => ({ expr: ofPart, as }))] }
  const combined: Select = {
    kind: 'select',
    columns: [
      ...keys.map(({ as }) => ({ expr: part(as), as })),
      ...made.map(({ as, ofParts }) => ({ expr: ofParts, as })),
    ],
    from: ofParts,
    ...(keys.length > 0 ? { groupBy: keys.map(({ as }) => part(as)) } : {}),
  }
  return { query, columns, combined }
}

/** The same expression. */
export const isSame = (a: Expr, b: Expr): boolean => JSON.stringify(a) === JSON.stringify(b)

/** A number of rows, or a sum, least or greatest number, maybe 0 where there is none: of the events of a part, and of parts. */
export function additive(e: Expr, as: string): { ofPart: Expr; ofParts: Expr } | undefined {
  if (e.kind !== 'call') return undefined
  if (isCountOfRows(e)) return { ofPart: e, ofParts: call('coalesce', call('sum', part(as)), zero) }
  const [first, otherwise] = e.args
  if (e.fn === 'coalesce' && first?.kind === 'call' && otherwise?.kind === 'value' && otherwise.value === 0) {
    const ofParts = aggregateOfParts(first.fn, as)
    return ofParts && { ofPart: first, ofParts: call('coalesce', ofParts, zero) }
  }
  const ofParts = aggregateOfParts(e.fn, as)
  return ofParts && { ofPart: e, ofParts }
}

const aggregateOfParts = (fn: string, as: string): Expr | undefined =>
  fn === 'numberSum' || fn === 'min' || fn === 'max' ? call(fn, part(as)) : undefined

/** The set of the actors of a bucket is that of those of its parts. */
function setsOf(each: Select): BucketParts | null {
  const [ids] = each.columns
  const isSet =
    each.columns.length === 1 && ids?.expr.kind === 'call' && ids.expr.fn === 'idSet' && !each.groupBy?.length
  const isOfEvents = each.from.kind === 'stored' || (!each.where && isPlain(each.from))
  if (!isSet || !ids || !isOfEvents) return null
  const combined: Select = { kind: 'select', columns: [{ expr: unionOf(part(ids.as)), as: ids.as }], from: ofParts }
  return { query: each, columns: [{ name: ids.as, type: 'set' }], combined }
}

const unionOf = (sets: Expr): Expr => ({ kind: 'native', fn: 'idUnion', args: [sets] })

/** Actors that are counted once: those of the parts may be the same. */
function uniquesOf(each: Select): BucketParts | null {
  const [counted] = each.columns
  if (
    !counted ||
    each.columns.length > 1 ||
    !isCountOfRows(counted.expr) ||
    each.where ||
    each.groupBy?.length ||
    !isPlain(each.from)
  )
    return null
  const actors = each.from
  const ids: SelectColumn = { expr: call('idSet', column(actors.alias, 'actor')), as: 'ids' }
  const combined: Select = {
    kind: 'select',
    columns: [{ expr: call('toFloat', call('setSize', unionOf(part('ids')))), as: counted.as }],
    from: ofParts,
  }
  return {
    query: { kind: 'select', columns: [ids], from: actors },
    columns: [{ name: 'ids', type: 'set' }],
    combined,
  }
}

/** Actors with events, each once, and nothing else of them. */
const isPlain = (source: Source): source is Extract<Source, { kind: 'query' }> =>
  source.kind === 'query' &&
  source.query.from.kind === 'stored' &&
  source.query.columns.length === 1 &&
  source.query.columns[0]?.as === 'actor' &&
  source.query.groupBy?.length === 1 &&
  // actors are numbers, and an event without one would be counted once, too
  isNeverNull(source.query.columns[0].expr)

const isNeverNull = (e: Expr): boolean => e.kind === 'column' && e.name === 'person'

export const isCountOfRows = (e: Expr): boolean =>
  e.kind === 'call' &&
  (e.fn === 'countAll' || (e.fn === 'toFloat' && e.args[0] !== undefined && isCountOfRows(e.args[0])))
