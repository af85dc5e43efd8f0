/** Queries around a select: what cannot be said in the select itself. */
import { assert } from '../core/assert.ts'
import { and, column, compare, value } from '../tree/build.ts'
import type { Expr, Order } from '../tree/expr.ts'
import type { Select } from '../tree/relation.ts'

interface LimitBy {
  readonly limit: number
  readonly offset: number
  readonly by: readonly Expr[]
}

/** The first rows of each group of rows that are the same in `by`, in the order of the select, whose limit comes after. */
export function limitedBy(select: Select, { limit, offset, by }: LimitBy): Select {
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
function othersThan({ columns }: Select, names: readonly string[]): string[] {
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
  const columnOf = (e: Expr): Expr => {
    const text = JSON.stringify(e)
    const found = select.columns.find(({ expr }) => JSON.stringify(expr) === text)
    assert(found, 'what distinct rows are sorted by is a column')
    return column('rows', found.as)
  }
  return {
    kind: 'select',
    columns: select.columns.map(({ as }) => ({ expr: column('rows', as), as })),
    from: { kind: 'query', alias: 'rows', query: inner },
    orderBy: orderBy.map((order): Order => ({ ...order, expr: columnOf(order.expr) })),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  }
}
