/** Buckets as one select over their whole range. */
import { call, column, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Buckets, Select } from '../../tree/relation.ts'
import { mapChildren } from '../../tree/walk.ts'

const timestamp = column('events', 'timestamp')

/** `each` over all buckets at once, with the index of the bucket as its first column, grouped by it. */
export function expandBuckets(source: Buckets): Select {
  const { bounds, each } = source
  const range = { bucketFrom: bounds[0]?.from ?? '', bucketTo: bounds.at(-1)?.to ?? '' }
  const bounded = (e: Expr): Expr =>
    e.kind === 'bucketFrom' || e.kind === 'bucketTo' ? value(range[e.kind], 'instant') : mapChildren(e, bounded)
  const expanded = (query: Select): Select => {
    const isInner = query.from.kind === 'query'
    const index = bounds.length === 1 ? value(0, 'int') : isInner ? column(query.from.alias, 'bucket') : indexOf(source)
    return {
      ...query,
      columns: [{ expr: index, as: 'bucket' }, ...query.columns],
      from: query.from.kind === 'query' ? { ...query.from, query: expanded(query.from.query) } : query.from,
      ...(query.where ? { where: bounded(query.where) } : {}),
      groupBy: [...(bounds.length === 1 ? [] : [index]), ...(query.groupBy ?? [])],
    }
  }
  return expanded(each)
}

/** The index of the bucket that an event lies in; of each of them, a row for each, where they overlap. */
function indexOf({ bounds, overlapping, interval, weekStartDay, timezone }: Buckets): Expr {
  const list = (end: 'from' | 'to'): Expr => ({
    kind: 'list',
    values: bounds.map((each) => each[end]),
    type: 'instant',
  })
  if (overlapping) return call('bucketIndexes', timestamp, list('from'), list('to'))
  if (interval === null) return call('bucketIndex', timestamp, list('from'))
  const [unit, zone] = [value(interval, 'text'), value(timezone, 'text')]
  const first = value(bounds[0]?.from ?? '', 'instant')
  if (interval !== 'week' || weekStartDay === 1)
    return call('dateDiff', unit, first, call('startOf', unit, timestamp, zone), zone)
  const sunday = (of: Expr) => call('startOf', value('sunday', 'text'), of, zone)
  const days = call('dateDiff', value('day', 'text'), sunday(first), sunday(timestamp), zone)
  return call('divide', days, value(7, 'float'))
}
