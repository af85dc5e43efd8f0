/** Retention by sets: who started in one interval and returned in another is in both sets. */
import type { RetentionPlan } from '../../plan/retention.ts'
import { and, call, column, columnsOf, common, compare, sameColumns, value } from '../../tree/build.ts'
import type { CommonTable, Select } from '../../tree/relation.ts'
import { keyOfEvents } from './keys.ts'
import { haveKeys, returnSets } from './returns.ts'
import { activeRows, isOfOneEvent, isOneSet, setsOf, startSets } from './starts.ts'

/** Can the cells be told from sets of actors? */
export const isOfSets = ({ rolling, hasBrackets, cumulative, aggregate }: RetentionPlan): boolean =>
  !rolling && !hasBrackets && !cumulative && !aggregate

/**
 * Common tables, the last of which is `cells`. Its columns: `bucket` (row), `reached` (column), `value` (actors), and
 * `key` with a breakdown.
 */
export function setCells(plan: RetentionPlan): CommonTable[] {
  const keyed = plan.breakdown ? ['key'] : []
  const isOne = isOneSet(plan)
  const [start, end] = [column('starts', 'bucket'), column('returns', 'bucket')]
  const starts: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('starts', ['bucket', ...keyed]),
      { expr: value(0, 'int'), as: 'reached' },
      { expr: call('setSize', column('starts', 'ids')), as: 'value' },
    ],
    from: common('starts'),
  }
  const returns: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('starts', ['bucket', ...keyed]),
      { expr: call('subtract', end, start), as: 'reached' },
      { expr: call('setSize', call('intersection', column('starts', 'ids'), column('returns', 'ids'))), as: 'value' },
    ],
    from: common('starts'),
    joins: [
      {
        source: common(isOne ? 'starts' : 'returns', 'returns'),
        on: and(
          ...(haveKeys(plan) ? [compare(column('returns', 'key'), '=', column('starts', 'key'))] : []),
          compare(end, '>', start),
          compare(end, '<', call('add', start, value(plan.columns.length, 'int'))),
        ),
      },
    ],
  }
  return [
    ...setTables(plan),
    {
      name: 'cells',
      query: {
        kind: 'select',
        columns: sameColumns('both', ['bucket', ...keyed, 'reached', 'value']),
        from: { kind: 'union', alias: 'both', queries: [starts, returns] },
      },
    },
  ]
}

/** Tables `starts` and `returns`, without those that are read once for both. */
function setTables(plan: RetentionPlan): CommonTable[] {
  if (isOneSet(plan)) return [{ name: 'starts', query: startSets(plan) }]
  if (!isOfOneEvent(plan))
    return [
      { name: 'starts', query: startSets(plan) },
      { name: 'returns', query: returnSets(plan) },
    ]
  const keyed = keyOfEvents(plan) ? ['key'] : []
  return [
    { name: 'active', query: columnsOf(activeRows(plan, 'did'), ['bucket', ...keyed, 'actor']) },
    { name: 'starts', query: startSets(plan, 'active') },
    { name: 'returns', query: setsOf(common('active'), ['bucket', ...keyed]) },
  ]
}
