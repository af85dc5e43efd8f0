import { expect, test } from 'vitest'
import { csvPieces, objectsTable, resultTable } from '../../../lib/render/csv.ts'
import { active, edges, resultOf, retained, statuses } from '../../support/presented.ts'

const tableOf = (kind: string, results: unknown, more: object = {}) => resultTable(resultOf(kind, results, more), kind)
const trendsTable = (items: readonly object[]) => tableOf('TrendsQuery', items)

test('quotes, separators and line ends are kept, formulas are text, negative numbers are numbers', () => {
  const rows = [
    ['a,b', 'say "x"', 'two\nlines'],
    ['=1+1', '=5', '+x', '-x'],
    [-3, 2.5, null, '-3'],
  ]
  expect([...csvPieces(rows)].join('')).toBe(`"a,b","say ""x""","two\nlines"\r\n'=1+1,'=5,'+x,'-x\r\n-3,2.5,,-3\r\n`)
})

test('a row for each series, a column for each bucket', () => {
  const item = { action: { custom_name: 'Sales' }, order: 0, label: 'paid', count: 3, days: [], filter: {} }
  expect(trendsTable([{ ...item, data: [1, 2], labels: ['1-Jan-2020', '2-Jan-2020'] }])).toEqual([
    ['series', '1-Jan-2020', '2-Jan-2020'],
    ['Sales', 1, 2],
  ])
  expect(trendsTable([{ ...item, data: [], aggregated_value: 7, breakdown_value: 'x', label: 'x' }])).toEqual([
    ['series', 'value'],
    ['x', 7],
  ])
})

test('columns are called as answers call them, or by their days', () => {
  const item = { action: null, label: 'paid', data: [1], labels: ['1-Jan-2020'], days: ['2020-01-01'], filter: {} }
  const header = (kind: string, items: object[]) => resultTable(resultOf(kind, items), kind, 'iso')[0]
  expect(header('TrendsQuery', [item])).toEqual(['series', '2020-01-01'])
  expect(header('LifecycleQuery', [{ ...item, status: 'new' }])).toEqual(['status', '2020-01-01'])
  const days = { label: 'paid', data: [1], labels: ['1 day'], days: [1], action: { custom_name: null } }
  expect(header('StickinessQuery', [days])).toEqual(['series', '1 day'])
})

test('long tables come in pieces that are one file', () => {
  const pieces = [...csvPieces(Array.from({ length: 1_200 }, (_, index) => [index, 'x']))]
  expect(pieces).toHaveLength(3)
  expect(pieces.join('').split('\r\n')).toHaveLength(1_201)
})

test('objects: keys of all rows, joined and sorted; truth as Python writes it, nothing for what is empty', () => {
  const rows = [
    { name: 'a', by: { email: 'x@y.z' }, on: true, tags: [], data: [1, 2] },
    { name: null, extra: { deep: [{ k: 5 }] } },
  ]
  expect(objectsTable(rows)).toEqual([
    ['by.email', 'data.0', 'data.1', 'extra.deep.0.k', 'name', 'on'],
    ['x@y.z', 1, 2, null, 'a', 'True'],
    [null, null, null, 5, null, null],
  ])
})

test('a table for each kind of result, its header alone for none', () => {
  expect(resultTable(null, 'TrendsQuery')).toEqual([['series', 'value']])
  expect(resultTable(null, 'FunnelsQuery')[0]).toEqual([
    'step',
    'name',
    'count',
    'average_conversion_time',
    'median_conversion_time',
  ])
  const step = {
    order: 0,
    name: 'a',
    custom_name: 'A',
    count: 3,
    breakdown: ['x'],
    average_conversion_time: null,
    median_conversion_time: null,
  }
  expect(tableOf('FunnelsQuery', [[step]])[1]).toEqual([1, 'x', 'A', 3, null, null])
  expect(tableOf('FunnelsQuery', { bins: [[0, 5]] })).toEqual([
    ['seconds', 'people'],
    [0, 5],
  ])
  const event = { event: { event: 'a', properties: {}, elements: [] }, success_count: 1, failure_count: 2 }
  const row = { ...event, odds_ratio: 0.5, correlation_type: 'failure' }
  expect(tableOf('FunnelCorrelationQuery', { events: [row] })[1]).toEqual(['a', 1, 2, 0.5, 'failure'])
  expect(tableOf('ActorsQuery', [['u', { id: 1 }]], { columns: ['id', 'person'] })).toEqual([
    ['id', 'person'],
    ['u', '{"id":1}'],
  ])
})

const text = (rows: Parameters<typeof csvPieces>[0]) => [...csvPieces(rows)].join('')

test('a formula behind blanks, with a full-width sign or behind the separator of another country was left as it was', () => {
  expect(text([[' =1+1'], ['\n=1+1'], ['＝1+1'], ['\ufeff@x']])).toBe(`' =1+1\r\n"'\n'=1+1"\r\n'＝1+1\r\n'\ufeff@x\r\n`)
  expect(text([['a;=1+1', 'a;b', 'a\t@x', 'list\n- one']])).toBe(`"a;'=1+1","a;b","a\t'@x","list\n- one"\r\n`)
  expect(text([['-3.5e2', '+.5', ' -3', '-1e400', '-3-']])).toBe(`-3.5e2,+.5, -3,'-1e400,'-3-\r\n`)
})

test('a text of a sign and many digits stopped the worker: work grew with the square of its length', () => {
  const sent = `+${'1'.repeat(1_000_000)}x`
  expect(text([[sent]])).toBe(`'${sent}\r\n`)
  expect(text([[';='.repeat(300_000), ' '.repeat(1_000_000)]])).toContain(`;'=`)
})

test('rows of a formula with a breakdown had one name, and marks of results were in tables', () => {
  const NONE = '$$_posthog_breakdown_null_$$'
  const OTHER = '$$_posthog_breakdown_other_$$'
  const item = { order: 0, label: 'Formula (B/A)', count: 1, data: [1], labels: ['1-Jan-2020'], days: [], filter: {} }
  const ofFormula = (breakdown_value: string | string[]) => ({ ...item, action: null, breakdown_value })
  const rows = trendsTable([ofFormula('x'), ofFormula(NONE), ofFormula([OTHER, OTHER]), ofFormula('9'.repeat(500))])
  expect(rows.slice(1).map(([name]) => name)).toEqual([
    'Formula (B/A) - x',
    'Formula (B/A) - (none)',
    'Formula (B/A) - (other)::(other)',
    `Formula (B/A) - ${'9'.repeat(399)}…`,
  ])
  const plain = { ...item, action: { custom_name: null }, label: `paid - ${NONE}`, breakdown_value: NONE }
  expect(trendsTable([plain, { ...plain, label: OTHER, breakdown_value: OTHER }]).map(([name]) => name)).toEqual([
    'series',
    'paid - (none)',
    '(other)',
  ])
  const step = { order: 0, name: 'a', custom_name: null, count: 3, breakdown: [''] }
  expect(tableOf('FunnelsQuery', [[step]])[1]?.[1]).toBe('(none)')
})

test('retention is a triangle: date, size, the actors of each day that is in the range', () => {
  expect(
    tableOf(
      'RetentionQuery',
      retained([
        [9, 4, 2],
        [8, 3, 0],
        [7, 0, 0],
      ]),
    ),
  ).toEqual([
    ['cohort', 'size', 'Day 0', 'Day 1', 'Day 2'],
    ['2020-01-01', 9, 9, 4, 2],
    ['2020-01-02', 8, 8, 3, null],
    ['2020-01-03', 7, 7, null, null],
  ])
  expect(resultTable(null, 'RetentionQuery')).toEqual([['cohort', 'size']])
})

test('retention with a breakdown and a property has the value of both', () => {
  const [row] = retained([[9, 4]], '')
  const values = row?.values.map((cell) => ({ ...cell, aggregation_value: cell.count / 2 }))
  const hourly = {
    ...row,
    date: '2020-01-01T05:00:00-07:00',
    values: values?.map((cell) => ({ ...cell, label: 'Hour 0' })),
  }
  expect(tableOf('RetentionQuery', [{ ...row, values }, ...retained([[3, 1]], 'Chrome')])).toEqual([
    ['cohort', 'breakdown', 'size', 'Day 0', 'Day 1', 'Day 0 value', 'Day 1 value'],
    ['2020-01-01', '(none)', 9, 9, null, 4.5, null],
    ['2020-01-01', 'Chrome', 3, 3, null, null, null],
  ])
  expect(tableOf('RetentionQuery', [hourly])[1]?.[0]).toBe('2020-01-01 05:00')
})

test('columns of brackets are in the range if their first interval is', () => {
  const rows = retained([
    [9, 4, 2],
    [8, 3, 1],
    [7, 2, 0],
  ]).map((row) => ({
    ...row,
    values: row.values.map((cell, column) => ({ ...cell, label: ['Week 0', 'Week 1-2', 'Week 3-4'][column] })),
  }))
  expect(tableOf('RetentionQuery', rows).map((row) => row.slice(3))).toEqual([
    ['Week 1-2', 'Week 3-4'],
    [4, null],
    [3, null],
    [null, null],
  ])
})

test('a row a status, a row a series, a row an edge', () => {
  const data = { new: [1, 2], returning: [0, 1], resurrecting: [0, 0], dormant: [-1, -2] }
  expect(tableOf('LifecycleQuery', statuses(data))).toEqual([
    ['status', '2020-01-01', '2020-01-02'],
    ['new', 1, 2],
    ['returning', 0, 1],
    ['resurrecting', 0, 0],
    ['dormant', -1, -2],
  ])
  expect(resultTable(null, 'LifecycleQuery')).toEqual([['status']])
  const compared = ['current', 'previous'].map((compare_label) =>
    active('paid', [5, 2], { compare: true, compare_label }),
  )
  const named = active('paid', [1, 1], { action: { custom_name: 'Sales' } })
  expect(tableOf('StickinessQuery', [...compared, named])).toEqual([
    ['series', '1 day', '2 days'],
    ['paid - current', 5, 2],
    ['paid - previous', 5, 2],
    ['Sales', 1, 1],
  ])
  expect(resultTable(null, 'StickinessQuery')).toEqual([['series']])
  const header = ['source', 'target', 'value', 'average_conversion_time']
  expect(tableOf('PathsQuery', edges([['1_/', '2_/pricing', 3]]))).toEqual([header, ['1_/', '2_/pricing', 3, 3000]])
  expect(resultTable(null, 'PathsQuery')).toEqual([header])
})
