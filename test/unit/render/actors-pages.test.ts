import { expect, test } from 'vitest'
import { renderPage } from '../../../lib/render/page.ts'
import { type PresentedInsight, showInsight } from '../../../lib/render/show.ts'
import { renderSvg } from '../../../lib/render/svg.ts'
import { active, edges, insightOf, retained, statuses } from '../../support/presented.ts'

const NOW = new Date('2020-01-15T09:12:10Z')
const page = (insight: PresentedInsight) => renderPage(insight, { embedded: false, now: NOW })
const show = (insight: PresentedInsight) => {
  const shown = showInsight(insight)
  if (!shown) throw new Error('nothing is shown')
  return shown
}
const textOf = (cell: unknown) => (typeof cell === 'string' ? cell : (cell as { text: string }).text)
const texts = (insight: PresentedInsight) => show(insight).table.rows.map((row) => row.map(textOf))
const COUNTS = [
  [200, 100, 50],
  [100, 20, 0],
  [80, 0, 0],
]
const retention = (looks: object = {}, rows: readonly object[] = retained(COUNTS)) =>
  insightOf('RetentionQuery', rows, { retentionFilter: { period: 'Day', ...looks } })

test('retention is a shaded triangle of percents with counts, and curves under it', () => {
  const { chart, beneath, table, summary } = show(retention())
  expect(chart).toEqual({ kind: 'table' })
  expect(table.columns.map(textOf)).toEqual(['Started', 'Day 0', '1', '2'])
  expect(texts(retention())).toEqual([
    ['Mean', '127', '35%', '25%'],
    ['Jan 1', '200', '50%', '25%'],
    ['Jan 2', '100', '20%', ''],
    ['Jan 3', '80', '', ''],
  ])
  expect(table.rows[1]?.[2]).toMatchObject({ note: '100', shade: 7 })
  expect(table.rows[1]?.[3]).toMatchObject({ note: '50', shade: 4 })
  expect(beneath?.series.map(({ name, values }) => [name, values])).toEqual([
    ['Mean of 3 cohorts', [100, 35, 25]],
    ['Jan 1', [100, 50, 25]],
    ['Jan 2', [100, 20, null]],
    ['Jan 3', [100, null, null]],
  ])
  expect(summary).toBe('35% came back on Day 1, 25% on Day 2')
  const html = page(retention())
  expect(html).toContain('<td class="h7">50%<small> 100</small>')
  expect(html).toContain('<td class="h4">25%<small> 50</small>')
  expect(html).toContain('data-rows="0"')
  expect(html).toContain('Each cohort')
  // no button: the table is the picture
  expect(html).not.toContain('class="toggle"')
  expect(renderSvg(retention(), NOW)).toContain('class="h7"')
})

test('display keys choose triangle or curves, the base of percents and the mean', () => {
  expect(show(retention({ dashboardDisplay: 'table_only' })).beneath).toBeUndefined()
  const curves = show(retention({ dashboardDisplay: 'graph_only', meanRetentionCalculation: 'none' }))
  expect(curves.chart).toMatchObject({ kind: 'series', shape: 'line', total: 3 })
  expect(curves.table.rows).toHaveLength(3)
  expect(show(retention({ dashboardDisplay: 'graph_only', display: 'ActionsBar' })).chart).toMatchObject({
    shape: 'bars',
    series: [{ name: 'Mean of 3 cohorts' }],
  })
  expect(texts(retention({ retentionReference: 'previous' }))[1]).toEqual(['Jan 1', '200', '50%', '50%'])
  expect(texts(retention({ meanRetentionCalculation: 'weighted' }))[0]).toEqual(['Mean', '127', '40%', '25%'])
})

test('an interval that still ran is marked and in no mean', () => {
  const insight = { ...retention(), last_refresh: '2020-01-03T12:00:00.000Z' }
  expect(texts(insight)[0]).toEqual(['Mean', '127', '50%', ''])
  expect(show(insight).table.rows[2]?.[2]).toMatchObject({ text: '20%', isPartial: true })
  expect(show(insight).beneath?.series[0]?.values).toEqual([100, 50, null])
  expect(page(insight)).toContain('partial"')
  const windows = texts(retention({ timeWindowMode: '24_hour_windows' }))
  expect(windows[0]).toEqual(['Mean', '127', '50%', ''])
})

test('each value of a breakdown is a section, and a curve', () => {
  const rows = [
    ...retained(COUNTS, 'Chrome'),
    ...retained(
      COUNTS.map((row) => row.map((n) => n / 10)),
      '',
    ),
  ]
  const insight = retention({}, rows)
  expect(texts(insight).map(([name]) => name)).toEqual(
    ['Chrome', '(none)'].flatMap((name) => [name, 'Mean', 'Jan 1', 'Jan 2', 'Jan 3']),
  )
  expect(page(insight)).toContain('<tr class="section"><th scope="rowgroup" colspan="4">Chrome')
  expect(show(insight).beneath?.series.map(({ name, row }) => [name, row])).toEqual([
    ['Chrome', 1],
    ['(none)', 6],
  ])
  expect(show(insight).summary).toBe('Day 1: Chrome 35%, (none) 35%')
  const cohorts = insightOf(
    'RetentionQuery',
    [
      ...retained(
        [
          [2, 1],
          [1, 0],
        ],
        '0',
      ),
      ...retained(
        [
          [2, 1],
          [1, 0],
        ],
        '7',
      ),
    ],
    {
      breakdownFilter: { breakdown_type: 'cohort', breakdown: ['all', 7] },
    },
  )
  expect(show(cohorts).beneath?.series.map(({ name }) => name)).toEqual(['All users', 'Cohort 7'])
})

test('sums of a property are in percent of the first sum', () => {
  const rows = retained(COUNTS).map((row) => ({
    ...row,
    values: row.values.map((cell, column) => ({ ...cell, aggregation_value: cell.count * (column + 1) })),
  }))
  expect(texts(retention({}, rows))[1]).toEqual(['Jan 1', '200', '100%', '75%'])
})

test('lifecycle is stacked, those who went below zero', () => {
  const data = { new: [3, 4], returning: [5, 6], resurrecting: [1, 0], dormant: [-2, -3] }
  const { chart, table, summary } = show(insightOf('LifecycleQuery', statuses(data)))
  expect(chart).toMatchObject({ kind: 'series', shape: 'bars', stacked: true })
  expect(table.columns).toEqual(['Day', 'Returning', 'New', 'Resurrecting', 'Dormant'])
  expect(table.rows[0]).toEqual(['Wed, Jan 1, 2020', '5', '3', '1', '-2'])
  expect(summary).toBe('11 returning, 7 new, 1 resurrecting, 5 dormant')
  const some = insightOf('LifecycleQuery', statuses(data), {
    lifecycleFilter: { toggledLifecycles: ['dormant', 'new'], stacked: false },
  })
  expect(show(some).chart).toMatchObject({ stacked: false, series: [{ name: 'New' }, { name: 'Dormant' }] })
})

test('stickiness is bars side by side, the period before lighter', () => {
  const compared = ['current', 'previous'].map((compare_label) => active('paid', [5, 2], { compare_label }))
  const { chart, table, summary } = show(insightOf('StickinessQuery', compared))
  expect(chart).toMatchObject({
    shape: 'bars',
    stacked: false,
    series: [
      { name: 'paid (current)', color: 0, isPrevious: false },
      { name: 'paid (previous)', color: 0, isPrevious: true },
    ],
  })
  expect(table.rows).toEqual([
    ['1 day', '5', '5'],
    ['2 days', '2', '2'],
  ])
  expect(summary).toBe('paid (current): 7 active, paid (previous): 7 active')
  const line = insightOf('StickinessQuery', compared, { stickinessFilter: { display: 'ActionsLineGraph' } })
  expect(show(line).chart).toMatchObject({ shape: 'line' })
})

test('paths flow from step to step; URLs are short, with all of them in a title', () => {
  const site = (path: string) => `https://shop.example${path}`
  const list = edges([
    [`1_${site('')}`, `2_${site('/pricing')}`, 30],
    [`1_${site('')}`, '2_paid', 10],
    [`2_${site('/pricing')}`, '3_paid', 9],
    ['4_lost', '5_lost', 3],
  ])
  const { chart, table, summary } = show(insightOf('PathsQuery', list))
  expect(chart).toMatchObject({
    kind: 'flow',
    nodes: [
      { step: 0, name: '/', fullName: 'https://shop.example' },
      { step: 1, name: '/pricing' },
      { step: 1, name: 'paid', color: 2 },
      { step: 2, name: 'paid', color: 2 },
    ],
    links: [{ value: 30, note: '75% of those who went on · 30s on average' }, { value: 10 }, { value: 9 }],
  })
  expect(table.rows[0]).toEqual(['1 → 2', 'https://shop.example', 'https://shop.example/pricing', '30', '30s'])
  expect(summary).toBe('/ → /pricing 30, / → paid 10, /pricing → paid 9')
  const svg = renderSvg(insightOf('PathsQuery', list), NOW)
  expect(svg).toContain('<title>https://shop.example/pricing\n30 came from the step before\n9 went on</title>')
  const hosts = edges([[`1_${site('/')}`, '2_http://docs.example/a', 1]])
  expect(show(insightOf('PathsQuery', hosts)).chart).toMatchObject({
    nodes: [{ name: 'shop.example/' }, { name: 'docs.example/a' }],
  })
})

test.each([
  ['RetentionQuery', 'Nobody started', retained([[0, 0]])],
  ['LifecycleQuery', 'Nobody was active', statuses({ new: [0], returning: [0], resurrecting: [0], dormant: [0] })],
  ['StickinessQuery', 'Nobody was active', [active('paid', [0, 0])]],
  ['PathsQuery', 'Nobody went from one step to another', []],
])('%s without anybody says so', (kind, message, result) => {
  expect(page(insightOf(kind, result))).toContain(message)
  expect(page(insightOf(kind, []))).toContain(message)
})
