import { describe, expect, test } from 'vitest'
import { column, table, value } from '../../../lib/tree/build.ts'
import type { Expr } from '../../../lib/tree/expr.ts'
import { EXPR_LAYOUTS, type Layout, SELECT_LAYOUT, SOURCE_LAYOUTS } from '../../../lib/tree/parts.ts'
import type { Select, Source } from '../../../lib/tree/relation.ts'
import { children, isLargerThan, mapChildren, mapSelect, some } from '../../../lib/tree/walk.ts'

/** A node with something in every property of its layout: numbered columns, and queries of numbered tables. */
function sampleOf(kind: string, layout: Layout) {
  let exprs = 0
  let queries = 0
  const query = (): Select => ({ kind: 'select', columns: [], from: table(`query_${queries++}`) })
  const fill = (inner: Layout): unknown => {
    if (inner === 'data') return 'data'
    if (inner === 'expr') return column('sample', String(exprs++))
    if (inner === 'query') return query()
    if (inner === 'source') return { kind: 'query', alias: 'source', query: query() }
    if (Array.isArray(inner)) return [fill(inner[0]), fill(inner[0])]
    return Object.fromEntries(Object.entries(inner).map(([key, value]) => [key, fill(value)]))
  }
  const node = { kind, ...(fill(layout) as object) }
  return { node, exprs, queries }
}

const marked: Expr = value('marked', 'text')
const one: Select = { kind: 'select', columns: [], from: table('one') }
const emptied: Select = { kind: 'select', columns: [], from: table('emptied') }
const count = (node: unknown, text: string) => JSON.stringify(node).split(text).length - 1

describe('every kind of expression', () => {
  test.each(Object.entries(EXPR_LAYOUTS))('%s', (kind, layout) => {
    const { node, exprs, queries } = sampleOf(kind, layout)
    const e = node as unknown as Expr
    expect(children(e)).toEqual(Array.from({ length: exprs }, (_, index) => column('sample', String(index))))
    const visited: Expr[] = []
    const mapped = mapChildren(
      e,
      (child) => {
        visited.push(child)
        return marked
      },
      () => emptied,
    )
    expect(visited).toEqual(children(e))
    expect([count(mapped, '"sample"'), count(mapped, '"marked"')]).toEqual([0, exprs])
    expect([count(mapped, '"query_'), count(mapped, '"emptied","alias"')]).toEqual([0, queries])
    expect(mapChildren(e, (child) => child)).toEqual(e)
    // without a function for them, subqueries stay as they are
    expect(
      count(
        mapChildren(e, () => marked),
        '"query_',
      ),
    ).toBe(count(e, '"query_'))
  })
})

describe('every kind of source', () => {
  test.each(Object.entries(SOURCE_LAYOUTS))('%s', (kind, layout) => {
    const { node, exprs, queries } = sampleOf(kind, layout)
    const source = node as unknown as Source
    const mapped = mapSelect(
      { ...one, from: source },
      () => marked,
      () => emptied,
    ).from
    expect([count(mapped, '"sample"'), count(mapped, '"marked"')]).toEqual([0, exprs])
    expect([count(mapped, '"query_'), count(mapped, '"emptied","alias"')]).toEqual([0, queries])
  })
})

test('a select is rebuilt with every part', () => {
  const { node, exprs, queries } = sampleOf('select', SELECT_LAYOUT)
  const select = node as unknown as Select
  const mapped = mapSelect(
    select,
    () => marked,
    () => emptied,
  )
  expect([count(mapped, '"sample"'), count(mapped, '"marked"')]).toEqual([0, exprs])
  expect([count(mapped, '"query_'), count(mapped, '"emptied","alias"')]).toEqual([0, queries])
})

test('children, some and the size of an expression leave subqueries out', () => {
  const hidden: Select = { ...one, where: column('hidden', 'x') }
  const e: Expr = { kind: 'inQuery', expr: column('seen', 'x'), query: hidden }
  const names = (table: string) => (part: Expr) => part.kind === 'column' && part.table === table
  expect(some(e, names('seen'))).toBe(true)
  expect(some(e, names('hidden'))).toBe(false)
  expect([isLargerThan(e, 1), isLargerThan(e, 2)]).toEqual([true, false])
})
