/** Weekly and monthly active users, from spans of activity that do not overlap. */
import type { ActiveSteps } from '../../plan/active.ts'
import type { TrendsSeries } from '../../plan/trends.ts'
import { and, call, column, common, compare, value } from '../../tree/build.ts'
import type { Expr } from '../../tree/expr.ts'
import type { Select, Source } from '../../tree/relation.ts'
import { perActor } from '../events.ts'
import { conditions } from './events.ts'

const integer = (n: number) => value(n, 'int')

/**
 * Rolling actives: columns `bucket`, `value`. An actor counts for `reach` steps from each
 * step of activity on, or until the next one. Such a span emits +1 at its start and -1 at its end, and a running sum
 * counts the open spans, so that the cost does not grow with the window.
 */
export function activeBySteps(
  series: TrendsSeries,
  actor: Expr,
  { bounds, reach }: ActiveSteps,
  shape: StepShape,
): Select {
  const first = column('steps', 'bucket')
  const end = call('add', first, integer(reach))
  const next: Expr = {
    kind: 'window',
    fn: 'lead',
    of: first,
    partitionBy: [column('steps', 'actor')],
    orderBy: [{ expr: first }],
  }
  const spans: Select = {
    kind: 'select',
    columns: [
      { expr: first, as: 'first' },
      { expr: call('least', end, call('coalesce', next, end)), as: 'after' },
    ],
    from: {
      kind: 'buckets',
      alias: 'steps',
      bounds,
      overlapping: false,
      interval: shape.interval,
      weekStartDay: shape.weekStartDay,
      timezone: shape.timezone,
      each: perActor(actor, conditions(series, { kind: 'bucketFrom' }, { kind: 'bucketTo' })),
    },
  }
  const change = (at: Expr, by: number, source: Source): Select => ({
    kind: 'select',
    columns: [
      { expr: at, as: 'at' },
      { expr: integer(by), as: 'by' },
    ],
    from: source,
  })
  const at = column('changes', 'at')
  const running: Expr = {
    kind: 'window',
    fn: 'sum',
    of: call('sum', column('changes', 'by')),
    partitionBy: [],
    orderBy: [{ expr: at }],
  }
  const counts: Select = {
    kind: 'select',
    columns: [
      { expr: at, as: 'at' },
      { expr: running, as: 'active' },
    ],
    from: {
      kind: 'union',
      alias: 'changes',
      queries: [
        change(column('spans', 'first'), 1, common('spans')),
        change(column('spans', 'after'), -1, common('spans')),
        change(column('every', 'index'), 0, { kind: 'indexes', count: bounds.length, alias: 'every' }),
      ],
    },
    groupBy: [at],
  }
  const step = column('sums', 'at')
  return {
    kind: 'select',
    with: [{ name: 'spans', query: spans }],
    columns: [
      { expr: call('subtract', step, integer(reach - 1)), as: 'bucket' },
      { expr: call('toFloat', column('sums', 'active')), as: 'value' },
    ],
    from: { kind: 'query', alias: 'sums', query: counts },
    where: and(compare(step, '>=', integer(reach - 1)), compare(step, '<', integer(bounds.length))),
  }
}

type StepShape = Pick<Extract<Source, { kind: 'buckets' }>, 'interval' | 'weekStartDay' | 'timezone'>
