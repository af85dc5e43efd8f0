/** Queries around a select: what cannot be said in the select itself. */
import { and, column, compare, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'
import { mapChildren } from '../tree/walk.ts'
import { hasWindow } from './aggregation.ts'

interface LimitBy {
  readonly limit: number
  readonly offset: number
  readonly by: readonly Expr[]
}

/** The first rows of each group of rows that are the same in `by`, in the order of the select, whose limit comes after. */
export function limitedBy(select: Select, { limit, offset, by }: LimitBy): Select {
  const orders = (select.orderBy ?? []).map(({ expr }) => expr)
  // the window that numbers the rows stands over others, and over rows that have been told apart
  if (select.distinct || [...by, ...orders].some(hasWindow))
    return limitedBy(...asSource(select, { limit, offset, by }))
  return numberedBy(select, { limit, offset, by })
}

/** A select over the select, which computes the keys, and what its rows are limited by there. */
function asSource(select: Select, { by, ...limits }: LimitBy): [Select, LimitBy] {
  const { orderBy = [], limit, offset, ...rows } = select
  const columns = [...rows.columns]
  const columnOf = (expr: Expr): Expr => {
    const text = JSON.stringify(expr)
    const known = columns.find((each) => JSON.stringify(each.expr) === text)
    const as = known?.as ?? othersThan({ columns }, ['key'])[0] ?? ''
    if (!known) columns.push({ expr, as })
    return column('keyed', as)
  }
  const keys = by.map(columnOf)
  const orders = orderBy.map((order): Order => ({ ...order, expr: columnOf(order.expr) }))
  const outer: Select = {
    kind: 'select',
    columns: select.columns.map(({ as }) => ({ expr: column('keyed', as), as })),
    from: { kind: 'query', alias: 'keyed', query: { ...rows, columns } },
    ...(orders.length > 0 ? { orderBy: orders } : {}),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  }
  return [outer, { ...limits, by: keys }]
}

function numberedBy(select: Select, { limit, offset, by }: LimitBy): Select {
  const { orderBy = [], limit: most, offset: skipped, ...inner } = select
  const [group, ...orders] = othersThan(select, ['row of group', ...orderBy.map((_, i) => `order ${i + 1}`)])
  const keys = orderBy.map((order, i) => ({ ...order, name: orders[i] ?? '' }))
  const row: Expr = { kind: 'windowFunction', fn: 'row_number', args: [], over: { partitionBy: by, orderBy } }
  const place = column('rows', group ?? '')
  return {
    kind: 'select',
    columns: select.columns.map(({ as }) => ({ expr: column('rows', as), as })),
    from: {
      kind: 'query',
      alias: 'rows',
      query: {
        ...inner,
        columns: [
          ...inner.columns,
          ...keys.map(({ expr, name }) => ({ expr, as: name })),
          { expr: row, as: group ?? '' },
        ],
      },
    },
    where: and(compare(place, '>', value(offset, 'float')), compare(place, '<=', value(offset + limit, 'float'))),
    ...(keys.length > 0
      ? { orderBy: keys.map(({ name, ...order }): Order => ({ ...order, expr: column('rows', name) })) }
      : {}),
    ...(most === undefined ? {} : { limit: most }),
    ...(skipped === undefined ? {} : { offset: skipped }),
  }
}

/** The names, changed where a column of the select has one of them. */
function othersThan({ columns }: Pick<Select, 'columns'>, names: readonly string[]): string[] {
  const taken = new Set(columns.map(({ as }) => as))
  return names.map((name) => {
    let other = name
    while (taken.has(other)) other += ' '
    return other
  })
}

/** DISTINCT rows are sorted when they are told apart: an order by bytes is no column. */
export function sortedOutside(select: Select): Select {
  const { orderBy, limit, offset, ...inner } = select
  if (!orderBy) return select
  const ofColumns = (e: Expr): Expr => {
    const text = JSON.stringify(e)
    const found = select.columns.find(({ expr }) => JSON.stringify(expr) === text)
    return found ? column('rows', found.as) : mapChildren(e, ofColumns)
  }
  return {
    kind: 'select',
    columns: select.columns.map(({ as }) => ({ expr: column('rows', as), as })),
    from: { kind: 'query', alias: 'rows', query: inner },
    orderBy: orderBy.map((order): Order => ({ ...order, expr: ofColumns(order.expr) })),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  }
}
