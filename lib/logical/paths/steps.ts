/** The steps of each way: events without repeats, in ways that end at gaps, cut to the points (docs/paths.md 5 to 7). */
import type { PathsPlan } from '../../plan/paths.ts'
import { and, call, column, common, compare, isNull, not, or, sameColumns, value } from '../../tree/build.ts'
import type { Expr, WindowCall } from '../../tree/expr.ts'
import type { CommonTable, Join, QuerySource, Select, SelectColumn } from '../../tree/relation.ts'
import { either, ellipsis, itemOf, itemTables, JOIN_ITEMS } from './items.ts'

const integer = (n: number) => value(n, 'int')
const nothing = value(null, 'int')
const add = (a: Expr, b: number) =>
  b === 0 ? a : b > 0 ? call('add', a, integer(b)) : call('subtract', a, integer(-b))

/**
 * Common tables, the last of which is `steps`, with the columns `actor`; `position` in the way, from 1; `item`; `next`,
 * the item after, and `seconds` until it, which mean nothing where `is_last`.
 */
export function stepTables(plan: PathsPlan): CommonTable[] {
  const { start, end } = plan
  const tables = itemTables(plan)
  const ways = waySteps(plan)
  if (start === null && end === null)
    return [
      ...tables,
      { name: 'steps', query: firstSteps(plan, { kind: 'query', alias: 'ways', query: ways }), mayMerge: true },
    ]
  const query = start !== null && end !== null ? betweenPoints(plan) : start !== null ? fromStart(plan) : toEnd(plan)
  return [...tables, { name: 'ways', query: ways }, ...cutTables(plan), { name: 'steps', query, mayMerge: true }]
}

/** In the order of an actor's events; those at the same instant in the order of their items. */
function inOrder(table: string, item = column(table, 'item')) {
  return {
    partitionBy: [column(table, 'actor')],
    orderBy: [{ expr: column(table, 'at') }, { expr: item }],
    isStrict: true,
  }
}
const windowOf = (fn: WindowCall['fn'], table: string, of: string | Expr): Expr => ({
  kind: 'window',
  fn,
  of: typeof of === 'string' ? column(table, of) : of,
  ...inOrder(table),
})
const query = (alias: string, of: Select): QuerySource => ({ kind: 'query', alias, query: of })

/**
 * Columns `actor`, `at`, `item`; `next_item` and `next_at`, those of the step after; `number`: the place among all steps
 * of the actor; `way`: the number of the first step of the way, which tells the ways of an actor apart; `ends`: it is
 * the last of its way.
 */
function waySteps(plan: PathsPlan): Select {
  const item = column('items', 'item')
  const following: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('visits', ['actor', 'at']),
      { expr: item, as: 'item' },
      { expr: { kind: 'window', fn: 'lead', of: column('visits', 'at'), ...inOrder('visits', item) }, as: 'next_at' },
      { expr: { kind: 'window', fn: 'lead', of: item, ...inOrder('visits', item) }, as: 'next_item' },
    ],
    from: common('visits'),
    joins: [JOIN_ITEMS],
  }
  const visit = (name: string) => column('following', name)
  const gap = call('secondsBetween', visit('at'), visit('next_at'))
  const ends = or(isNull(visit('next_at')), compare(gap, '>=', value(plan.gapSeconds, 'float')))
  const ending: Select = {
    kind: 'select',
    columns: [...sameColumns('following', ['actor', 'at', 'item', 'next_item']), { expr: ends, as: 'ends' }],
    from: query('following', following),
  }
  const kept = (name: string) => column('kept', name)
  const numbered: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('kept', ['actor', 'at', 'item', 'next_item', 'ends']),
      { expr: { kind: 'window', fn: 'rowNumber', of: null, ...inOrder('kept') }, as: 'number' },
      { expr: windowOf('lag', 'kept', 'ends'), as: 'starts' },
      { expr: windowOf('lead', 'kept', 'at'), as: 'next_at' },
    ],
    from: query('kept', ending),
    // of equal items side by side the last one gives the time
    where: or(kept('ends'), compare(kept('item'), '!=', kept('next_item'))),
  }
  const step = (name: string) => column('numbered', name)
  const startNumber = either(or(isNull(step('starts')), step('starts')), step('number'), nothing)
  return {
    kind: 'select',
    columns: [
      ...sameColumns('numbered', ['actor', 'at', 'item', 'next_item', 'next_at', 'number', 'ends']),
      { expr: windowOf('max', 'numbered', startNumber), as: 'way' },
    ],
    from: query('numbered', numbered),
  }
}

const way = (name: string) => column('ways', name)
const cut = (name: string) => column('cuts', name)

/** Columns of `steps` for ways whose neighbours are as in `ways`. */
const stepColumns = (position: Expr, isLast: Expr): SelectColumn[] => [
  { expr: way('actor'), as: 'actor' },
  { expr: position, as: 'position' },
  { expr: way('item'), as: 'item' },
  { expr: way('next_item'), as: 'next' },
  { expr: call('secondsBetween', way('at'), way('next_at')), as: 'seconds' },
  { expr: isLast, as: 'is_last' },
]

function firstSteps({ stepLimit }: PathsPlan, from: QuerySource): Select {
  const index = call('subtract', way('number'), way('way'))
  return {
    kind: 'select',
    columns: stepColumns(add(index, 1), or(way('ends'), compare(index, '=', integer(stepLimit - 1)))),
    from,
    where: compare(index, '<', integer(stepLimit)),
  }
}

const joinCuts: Join = {
  source: common('cuts'),
  on: and(compare(cut('actor'), '=', way('actor')), compare(cut('way'), '=', way('way'))),
}

/** The first step of each way that has the item, after those of `after`. */
const hits = (text: string, as: string, after: string | null): Select => ({
  kind: 'select',
  columns: [
    ...sameColumns('ways', ['actor', 'way']),
    ...(after ? [{ expr: call('min', column(after, 'first')), as: 'first' }] : []),
    { expr: call('min', way('number')), as },
  ],
  from: common('ways'),
  ...(after
    ? {
        joins: [
          {
            source: common(after),
            on: and(compare(column(after, 'actor'), '=', way('actor')), compare(column(after, 'way'), '=', way('way'))),
          },
        ],
      }
    : {}),
  where: and(
    compare(way('item'), '=', itemOf(text)),
    ...(after ? [compare(way('number'), '>=', column(after, 'first'))] : []),
  ),
  groupBy: [way('actor'), way('way')],
})

/** `cuts`: ways that have the points, with the numbers of the `first` and the `last` step. */
function cutTables({ start, end }: PathsPlan): CommonTable[] {
  if (start !== null && end !== null)
    return [
      { name: 'starts', query: hits(start, 'first', null) },
      { name: 'cuts', query: hits(end, 'last', 'starts') },
    ]
  if (start !== null) return [{ name: 'cuts', query: hits(start, 'first', null) }]
  return end === null ? [] : [{ name: 'cuts', query: hits(end, 'last', null) }]
}

function fromStart({ stepLimit }: PathsPlan): Select {
  const index = call('subtract', way('number'), cut('first'))
  return {
    kind: 'select',
    columns: stepColumns(add(index, 1), or(way('ends'), compare(index, '=', integer(stepLimit - 1)))),
    from: common('ways'),
    joins: [joinCuts],
    where: and(compare(index, '>=', integer(0)), compare(index, '<', integer(stepLimit))),
  }
}

function toEnd({ stepLimit }: PathsPlan): Select {
  const first = call('greatest', cut('way'), add(cut('last'), 1 - stepLimit))
  return {
    kind: 'select',
    columns: stepColumns(add(call('subtract', way('number'), first), 1), compare(way('number'), '=', cut('last'))),
    from: common('ways'),
    joins: [joinCuts],
    where: and(compare(way('number'), '>=', first), compare(way('number'), '<=', cut('last'))),
  }
}

/** Half of the steps from each side, and one that stands for those between. */
function betweenPoints({ stepLimit }: PathsPlan): Select {
  const half = Math.floor(stepLimit / 2)
  const position = add(call('subtract', way('number'), cut('first')), 1)
  const length = add(call('subtract', cut('last'), cut('first')), 1)
  const inside: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('ways', ['actor', 'way', 'at', 'item']),
      { expr: position, as: 'position' },
      { expr: length, as: 'length' },
      { expr: compare(length, '>', integer(stepLimit)), as: 'is_long' },
    ],
    from: common('ways'),
    joins: [joinCuts],
    where: and(compare(way('number'), '>=', cut('first')), compare(way('number'), '<=', cut('last'))),
  }
  const own = (name: string) => column('inside', name)
  const isBeyond = compare(own('position'), '>', integer(half + 1))
  const shortened: Select = {
    kind: 'select',
    columns: [
      ...sameColumns('inside', ['actor', 'way', 'at']),
      {
        expr: either(
          and(own('is_long'), isBeyond),
          add(call('subtract', own('position'), own('length')), 2 * half + 1),
          own('position'),
        ),
        as: 'position',
      },
      {
        expr: either(and(own('is_long'), compare(own('position'), '=', integer(half + 1))), ellipsis, own('item')),
        as: 'item',
      },
    ],
    from: query('inside', inside),
    where: or(not(own('is_long')), not(isBeyond), compare(own('position'), '>', add(own('length'), -half))),
  }
  const step = (name: string) => column('shortened', name)
  const lead = (name: string): Expr => ({
    kind: 'window',
    fn: 'lead',
    of: step(name),
    partitionBy: [step('actor'), step('way')],
    orderBy: [{ expr: step('position') }],
  })
  return {
    kind: 'select',
    columns: [
      ...sameColumns('shortened', ['actor', 'position', 'item']),
      { expr: lead('item'), as: 'next' },
      { expr: call('secondsBetween', step('at'), lead('at')), as: 'seconds' },
      { expr: isNull(lead('item')), as: 'is_last' },
    ],
    from: query('shortened', shortened),
  }
}
