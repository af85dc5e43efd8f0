import { expect, test } from 'vitest'
import { printCsv, trendsTable } from '../../../lib/render/csv.ts'

test('quotes, separators and line ends are kept, formulas are text, negative numbers are numbers', () => {
  const rows = [
    ['a,b', 'say "x"', 'two\nlines'],
    ['=1+1', '@cmd', '+x', '-x'],
    [-3, 2.5, null, '-3'],
  ]
  expect(printCsv(rows)).toBe(`"a,b","say ""x""","two\nlines"\r\n"'=1+1","'@cmd","'+x","'-x"\r\n-3,2.5,,-3\r\n`)
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
