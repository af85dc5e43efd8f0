import { expect, test } from 'vitest'
import { looksOf } from '../../../lib/nodes/index.ts'
import { renderPage } from '../../../lib/render/page.ts'
import { showInsight } from '../../../lib/render/show.ts'
import { renderSvg } from '../../../lib/render/svg.ts'
import { presented, resultOf } from '../../support/presented.ts'

const NOW = new Date('2020-01-15T09:12:10Z')
const ROWS = [
  ['2020-01-01', 'pro', 3, 1.5],
  ['2020-01-01', 'free', 4, null],
  ['2020-01-02', 'pro', 5, 2],
]
const COLUMNS = ['day', 'plan', 'people', 'share']
const TYPES = ['Date', 'String', 'UInt64', 'Nullable(Float64)']

const insight = (visualization: object | null, rows: readonly unknown[][] = ROWS, columns = COLUMNS, types = TYPES) => {
  const source = { kind: 'HogQLQuery', query: 'select 1' }
  const query = visualization ? { kind: 'DataVisualizationNode', source, ...visualization } : source
  const result = resultOf('HogQLQuery', rows, { columns, types: columns.map((name, index) => [name, types[index]]) })
  return presented({ looks: looksOf(query), result, resolved_date_range: null })
}
const show = (...of: Parameters<typeof insight>) => {
  const shown = showInsight(insight(...of))
  if (!shown) throw new Error('nothing is shown')
  return shown
}

test('without a display, and with that of a table, rows are a table', () => {
  for (const visualization of [null, {}, { display: 'ActionsTable' }, { display: 'toString' }]) {
    const { chart, table, summary } = show(visualization)
    expect([chart.kind, table.columns, summary]).toEqual(['table', COLUMNS, '3 rows'])
    expect(table.rows[1]).toEqual(['2020-01-01', 'free', '4', '–'])
  }
  expect(show(null, []).chart).toMatchObject({ kind: 'empty', message: 'The query gives no rows.' })
})

test.each([
  ['ActionsLineGraph', { shape: 'line' }],
  ['ActionsAreaGraph', { shape: 'area', stacked: true }],
  ['ActionsBar', { shape: 'bars', stacked: false }],
  ['ActionsStackedBar', { shape: 'bars', stacked: true }],
])('%s: numbers over the first column that is none', (display, drawn) => {
  const { chart, table } = show({ display })
  expect(chart).toMatchObject({
    kind: 'series',
    ...drawn,
    total: 2,
    series: [{ name: 'people', values: [3, 4, 5] }, { name: 'share' }],
  })
  expect(table.columns).toEqual(['day', 'people', 'share'])
  expect(renderSvg(insight({ display }), NOW)).toContain('<svg')
  expect(renderPage(insight({ display }), { embedded: false, now: NOW })).toContain('<svg')
})

test('settings name the axes, their labels and formats, and the column whose values are series', () => {
  const chartSettings = {
    xAxis: { column: 'day' },
    yAxis: [
      {
        column: 'people',
        settings: { display: { label: 'Persons' }, formatting: { suffix: ' of us', decimalPlaces: 0 } },
      },
    ],
  }
  const { chart } = show({ display: 'ActionsLineGraph', chartSettings })
  if (chart.kind !== 'series') throw new Error(chart.kind)
  expect(chart.series.map(({ name }) => name)).toEqual(['Persons'])
  expect(chart.format.full(3)).toBe('3 of us')
  const broken = show({ display: 'ActionsBar', chartSettings: { ...chartSettings, seriesBreakdownColumn: 'plan' } })
  expect(broken.chart).toMatchObject({
    buckets: [{ short: 'Jan 1' }, { short: 'Jan 2' }],
    series: [
      { name: 'pro', values: [3, 5] },
      { name: 'free', values: [4, null] },
    ],
  })
})

test('a pie, and a number', () => {
  const rows = [
    ['pro', 3],
    ['free', 1],
  ]
  const of = [rows, ['plan', 'people'], ['String', 'UInt64']] as const
  expect(show({ display: 'ActionsPie' }, of[0], [...of[1]], [...of[2]])).toMatchObject({
    chart: {
      kind: 'bars',
      shares: true,
      items: [
        { name: 'pro', value: 3 },
        { name: 'free', value: 1 },
      ],
    },
    summary: 'pro 3, free 1',
  })
  expect(show({ display: 'BoldNumber' }, [[42]], ['answer'], ['UInt8'])).toMatchObject({
    chart: { kind: 'number', name: 'answer', value: 42 },
    summary: '42',
  })
})

test('of numbers alone the first column has the buckets', () => {
  const rows = [
    [0, 5],
    [1, 7],
  ]
  const { chart } = show({ display: 'ActionsBar' }, rows, ['hour', 'views'], ['UInt8', 'UInt64'])
  expect(chart).toMatchObject({
    buckets: [{ short: '0' }, { short: '1' }],
    series: [{ name: 'views', values: [5, 7] }],
  })
})

test('settings that make no sense are a table', () => {
  for (const chartSettings of [
    null,
    3,
    { yAxis: [null, 'x', { column: 3 }], xAxis: 'y' },
    { yAxis: { column: 'people' } },
  ])
    expect(show({ display: 'ActionsLineGraph', chartSettings }).table.rows).toHaveLength(3)
  expect(show({ display: 'ActionsLineGraph' }, [['a']], ['name'], ['String']).chart.kind).toBe('table')
})
