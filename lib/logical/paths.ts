/** The edges between the steps of ways (docs/paths.md 8). */
import type { PathsPlan } from '../plan/paths.ts'
import { and, call, column, common, compare, not, sameColumns, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { stepTables } from './paths/steps.ts'

const step = (name: string) => column('steps', name)
const edge = (name: string) => column('edges', name)

/** Columns `source`, `target`, `value` (how often the edge was travelled) and `seconds` (the mean), as they are shown. */
export function buildPaths(plan: PathsPlan): Select[] {
  const shown = (table: string) => column(table, 'text')
  const source = call('concat', call('toText', edge('position')), value('_', 'text'), shown('sources'))
  const target = call('concat', call('toText', nextPosition), value('_', 'text'), shown('targets'))
  return [
    {
      kind: 'select',
      joinsMany: true,
      with: [
        ...stepTables(plan),
        { name: 'all_edges', query: allEdges, mayMerge: true },
        { name: 'edges', query: heaviest(plan) },
      ],
      columns: [
        { expr: source, as: 'source' },
        { expr: target, as: 'target' },
        ...sameColumns('edges', ['value', 'seconds']),
      ],
      from: common('edges'),
      joins: [
        { source: common('texts', 'sources'), on: compare(column('sources', 'item'), '=', edge('item')) },
        { source: common('texts', 'targets'), on: compare(column('targets', 'item'), '=', edge('next')) },
      ],
      orderBy: [
        { expr: edge('value'), descending: true },
        { expr: source, byCodePoint: true },
        { expr: target, byCodePoint: true },
      ],
    },
  ]
}

const nextPosition = call('add', edge('position'), value(1, 'int'))

const groups: readonly Expr[] = [step('position'), step('item'), step('next')]
const allEdges: Select = {
  kind: 'select',
  columns: [
    ...sameColumns('steps', ['position', 'item', 'next']),
    { expr: call('countAll'), as: 'value' },
    { expr: call('avg', step('seconds')), as: 'seconds' },
  ],
  from: common('steps'),
  where: not(step('is_last')),
  groupBy: groups,
}

/** The edges that are shown. Numbers of items are in the order of their texts, so that no text is read for the others. */
function heaviest({ minWeight, maxWeight, edgeLimit }: PathsPlan): Select {
  const own = (name: string) => column('all_edges', name)
  const weight = (op: '>=' | '<=', bound: number | null) =>
    bound === null ? [] : [compare(call('toFloat', own('value')), op, value(bound, 'float'))]
  const isHeavy = [...weight('>=', minWeight), ...weight('<=', maxWeight)]
  const orderBy: Order[] = [
    { expr: own('value'), descending: true },
    { expr: call('concat', call('toText', own('position')), value('_', 'text')), byCodePoint: true },
    { expr: own('item') },
    { expr: own('next') },
  ]
  return {
    kind: 'select',
    columns: sameColumns('all_edges', ['position', 'item', 'next', 'value', 'seconds']),
    from: common('all_edges'),
    ...(isHeavy.length > 0 ? { where: and(...isHeavy) } : {}),
    orderBy,
    limit: edgeLimit,
  }
}
