import { expect, test } from 'vitest'
import { renderPage } from '../../../lib/render/page.ts'
import { PAGE_SCRIPT } from '../../../lib/render/page-script.ts'
import { PAGE_STYLES } from '../../../lib/render/page-style.ts'
import { CHART_STYLES } from '../../../lib/render/palette.ts'
import { type PresentedInsight, showInsight } from '../../../lib/render/show.ts'
import { renderSvg } from '../../../lib/render/svg.ts'
import { curve, funnel, presented, resultOf, steps, total, trend } from '../../support/presented.ts'

const NOW = new Date('2020-01-15T09:12:10Z')
const page = (insight: PresentedInsight, embedded = false) => renderPage(insight, { embedded, now: NOW })
const show = (insight: PresentedInsight) => {
  const shown = showInsight(insight)
  if (!shown) throw new Error('nothing is shown')
  return shown
}
/** The text of every cell. */
const cells = (html: string) => [...html.matchAll(/<t[dh](?: [^>]*)?>([^<]*)/g)].map(([, text]) => text)
/** Without what is the same on every page. */
const drawn = (insight: PresentedInsight) =>
  page(insight).replace(PAGE_SCRIPT, '').replace(PAGE_STYLES.auto, '') +
  renderSvg(insight, NOW).replace(CHART_STYLES.auto, '')

test.each([
  ['ActionsLineGraph', 'line'],
  ['ActionsLineGraphCumulative', 'line'],
  ['ActionsAreaGraph', 'area'],
  ['ActionsBar', 'bars'],
  ['ActionsUnstackedBar', 'bars'],
])('%s is drawn as %s over its days', (display, shape) => {
  const { chart, summary } = show(trend(display, [curve('paid', [1, 0, 5])]))
  expect(chart).toMatchObject({ kind: 'series', shape, series: [{ name: 'paid', values: [1, 0, 5] }] })
  expect(summary).toBe('6 in total')
  const html = page(trend(display, [curve('paid', [1, 0, 5])]))
  expect(cells(html)).toEqual([
    'Day',
    'paid',
    'Wed, Jan 1, 2020',
    '1',
    'Thu, Jan 2, 2020',
    '0',
    'Fri, Jan 3, 2020',
    '5',
  ])
  expect(html).toContain('Jan 1 – 3, 2020 · Updated <time datetime="2020-01-15T09:12:00.000Z">')
})

test.each([
  ['ActionsBarValue', 'bars'],
  ['ActionsPie', 'bars'],
  ['ActionsTable', 'table'],
  ['WorldMap', 'table'],
  ['BoldNumber', 'number'],
])('%s is drawn as %s', (display, kind) => {
  const insight = trend(display, [total('paid', 30), total('seen', 10)])
  expect(show(insight).chart.kind).toBe(kind)
  expect(cells(page(insight))).toEqual(['Series', 'Value', 'paid', '30', 'seen', '10'])
})

test('a number says how it changed', () => {
  const compared = [
    total('paid', 120, { compare: true, compare_label: 'current' }),
    total('paid', 80, { compare: true, compare_label: 'previous' }),
  ]
  const html = page(trend('BoldNumber', compared, { aggregationAxisPrefix: '$' }))
  expect(html).toContain('>$120</text>')
  expect(html).toContain('▲ +50% from $80 in the period before')
  expect(html).toContain('<meta property="og:description" content="$120, +50% to the period before, Jan 1 – 3, 2020">')
  const fromNothing = [compared[0], total('paid', 0, { compare: true, compare_label: 'previous' })]
  expect(page(trend('BoldNumber', fromNothing))).not.toContain('Infinity')
})

test('breakdowns, periods and formulas have names of their own', () => {
  const of = (label: string, value: unknown, more: object = {}) =>
    curve(label, [1], { breakdown_value: value, ...more })
  const names = (result: unknown) => {
    const { chart } = show(trend('ActionsLineGraph', result))
    return chart.kind === 'series' ? chart.series.map(({ name, color }) => [name, color]) : []
  }
  expect(names([of('Chrome', 'Chrome'), of('$$_posthog_breakdown_null_$$', '$$_posthog_breakdown_null_$$')])).toEqual([
    ['Chrome', 0],
    ['(none)', 1],
  ])
  expect(
    names([
      of('paid - Mac::NL', ['Mac', 'NL']),
      of('paid - $$_posthog_breakdown_other_$$', '$$_posthog_breakdown_other_$$'),
    ]),
  ).toEqual([
    ['paid: Mac · NL', 0],
    ['paid: (other)', 1],
  ])
  expect(names([of('Team plan', 7)])).toEqual([['Team plan', 0]])
  expect(names([curve('Formula (A/B)', [1], { action: null, breakdown_value: 'x' })])).toEqual([
    ['Formula (A/B): x', 0],
  ])
  expect(
    names([curve('paid', [1], { compare_label: 'current' }), curve('paid', [2], { compare_label: 'previous' })]),
  ).toEqual([
    ['paid (current)', 0],
    ['paid (previous)', 0],
  ])
})

test('a funnel says what share made each step', () => {
  const insight = funnel(steps(['seen', 'paid'], [200, 50]))
  const html = page(insight)
  expect(html).toContain('50 · 25%')
  expect(cells(html).slice(6, 13)).toEqual(['1. seen', '200', '100%', '100%', '–', '–', '2. paid'])
  expect(show(insight).summary).toBe('25% of 200 converted')
  const broken = funnel(['a', 'b'].map((breakdown) => steps(['seen', 'paid'], [10, 5], { breakdown: [breakdown] })))
  expect(show(broken).chart).toMatchObject({ kind: 'funnel', groups: [{ name: 'a', counts: [10, 5] }, { name: 'b' }] })
  expect(page(funnel([]))).toContain('Nobody entered this funnel')
})

test('conversion over time is a line of percents, times to convert are bars', () => {
  const curves = [{ count: 2, data: [12.5, 100], days: ['2020-01-01', '2020-01-02'], labels: [] }]
  expect(cells(page(funnel(curves)))).toEqual([
    'Entered',
    'Conversion',
    'Wed, Jan 1, 2020',
    '12.5%',
    'Thu, Jan 2, 2020',
    '100%',
  ])
  const times = {
    bins: [
      [0, 5],
      [90, 2],
      [180, 0],
    ],
    average_conversion_time: 61,
  }
  expect(show(funnel(times)).chart).toMatchObject({ kind: 'series', shape: 'bars' })
  expect(cells(page(funnel(times)))).toEqual(['Time to convert', 'People', '0s', '5', '1m 30s', '2', '3m', '0'])
  expect(page(funnel({ bins: [], average_conversion_time: null }))).toContain('Nobody converted')
})

test('a listing of people is a table', () => {
  const rows = [
    ['a', 1],
    ['b', null],
  ]
  const listing = presented({
    query: { kind: 'ActorsQuery' },
    result: resultOf('ActorsQuery', rows, { columns: ['name', 'n'] }),
  })
  expect(cells(page(listing))).toEqual(['name', 'n', 'a', '1', 'b', '–'])
})

test.each([
  ['nothing', []],
  ['one bucket', [curve('paid', [5])]],
  ['no bucket', [curve('paid', [])]],
  ['zeros', [curve('paid', [0, 0, 0])]],
  ['gaps', [curve('paid', [1, null, 3])]],
  ['negative numbers', [curve('a', [-5, 3, -1]), curve('b', [2, -2, 4])]],
  ['huge numbers', [curve('paid', [1e300, 4e15, 1e-9])]],
])('every shape is drawn with %s', (_name, result) => {
  for (const display of ['ActionsLineGraph', 'ActionsAreaGraph', 'ActionsBar', 'ActionsUnstackedBar']) {
    expect(drawn(trend(display, result)), display).not.toMatch(/NaN|Infinity|undefined|null|[\d.]e[+-]?\d/)
  }
})

const NASTY = '</script></title>"\'><img src=x onerror=alert(1)>&\u0000\u001b\ufffe\ud800'

const TAGS =
  'doctype html head meta title link style script body main header div h1 p time button figure figcaption ul li i span svg g path circle rect text table caption thead tbody tr th td'.split(
    ' ',
  )

test('text is escaped wherever it comes from', () => {
  const texts = { name: NASTY, description: NASTY, timezone: NASTY, last_refresh: '2020-01-01T00:00:00Z' }
  const insights = [
    trend('ActionsLineGraph', [
      curve(NASTY, [1], { breakdown_value: NASTY }),
      curve('x', [2], { breakdown_value: [NASTY] }),
    ]),
    trend('ActionsBarValue', [total(NASTY, 1)]),
    trend('BoldNumber', [total(NASTY, 1)], { aggregationAxisPrefix: NASTY, aggregationAxisPostfix: NASTY }),
    funnel(['a', NASTY].map((breakdown) => steps([NASTY, 'paid'], [2, 1], { breakdown }))),
    presented({
      result: resultOf('ActorsQuery', [[NASTY]], { columns: [NASTY] }),
      resolved_date_range: { date_from: NASTY, date_to: NASTY },
    }),
    presented({ query_status: { complete: true, error: true, error_message: NASTY, start_time: NASTY } }),
    trend('ActionsBar', [{ ...curve('x', [1]), days: [NASTY] }]),
  ].map((insight) => ({ ...insight, ...texts }))
  for (const insight of insights) {
    const html = page(insight)
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html.match(/<\/script/g)).toHaveLength(1)
    const text = drawn(insight)
    const tags = new Set([...text.matchAll(/<[/!]?([a-z][a-z0-9]*)/gi)].map(([, name]) => name))
    expect([...tags].filter((name) => !TAGS.includes(name ?? ''))).toEqual([])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML refuses them
    expect(text).not.toMatch(/[\u0000\u001b\ufffe]/)
    expect(text.isWellFormed()).toBe(true)
    expect(text).not.toMatch(/ style=| on\w+="/)
  }
})

test('the picture is XML with its own style, and the script and style end where they should', () => {
  const svg = renderSvg(trend('ActionsLineGraph', [curve('a & b', [1, 2]), curve('<c>', [3, 1])]), NOW)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"[^>]* role="img" aria-label="Orders: /)
  expect(svg).toContain('a &amp; b')
  const opened = [...svg.matchAll(/<([a-z]+)[^>]*?(\/?)>/g)].filter(([, , closed]) => !closed).map(([, name]) => name)
  const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map(([, name]) => name)
  expect(closed.sort()).toEqual(opened.sort())
  expect(PAGE_SCRIPT + PAGE_STYLES.auto).not.toMatch(/<\/|url\(|@import/)
})

test('what is not computed yet is looked at again, later each time; a failure is not', () => {
  const running = (start_time: string) =>
    presented({ last_refresh: null, query_status: { complete: false, error: false, error_message: null, start_time } })
  const fresh = page(running('2020-01-15T09:12:09Z'))
  expect(fresh).toContain('The result is being computed')
  expect(fresh).toContain('<noscript><meta http-equiv="refresh" content="3"></noscript>')
  expect(fresh).toContain('data-again="3"')
  expect(page(running('2020-01-15T09:11:50Z'))).toContain('data-again="10"')
  expect(page(running('2020-01-15T08:00:00Z'))).toContain('data-again="60"')
  const failed = page(
    presented({
      query_status: { complete: true, error: true, error_message: 'Too slow', start_time: '2020-01-15T09:12:09Z' },
    }),
  )
  expect(failed).toContain('could not be computed. Too slow')
  expect(failed).toContain('data-again="0"')
  expect(failed).not.toContain('http-equiv')
  expect(page(presented())).toContain('Not available: this insight has no result.')
})

test('titles and descriptions fall back, and an embedded page has no button', () => {
  const one = [curve('paid', [1234])]
  expect(page({ ...trend('ActionsLineGraph', one), name: '', derived_name: 'Paid by day' })).toContain(
    '<h1>Paid by day</h1>',
  )
  const untitled = page({ ...trend('ActionsLineGraph', one), name: null })
  expect(untitled).toContain('<meta property="og:title" content="Untitled insight">')
  expect(untitled).toContain('<meta property="og:description" content="1,234 in total, Jan 1 – 3, 2020">')
  expect(untitled).toContain('class="toggle"')
  const embedded = page(trend('ActionsLineGraph', one), true)
  expect(embedded).toContain('<main class="embedded has-chart"')
  expect(embedded).not.toContain('class="toggle"')
})

test('many series and buckets stay within bounds', () => {
  const wide = Array.from({ length: 2_500 }, (_, index) => Math.sin(index) * 1e6)
  const large = page(
    trend(
      'ActionsLineGraph',
      Array.from({ length: 26 }, (_, index) => curve(`series ${index}`, wide)),
    ),
  )
  expect(large).toContain('The first 12 of 26 series are drawn.')
  expect(large.length).toBeLessThan(1_500_000)
  const rows = page(
    trend(
      'ActionsBarValue',
      Array.from({ length: 30_000 }, (_, index) => total(`value ${index}`, index)),
    ),
  )
  expect(rows).toContain('The first 20000 of 30000 rows.')
  for (const display of ['ActionsBar', 'ActionsAreaGraph', 'ActionsUnstackedBar'])
    expect(renderSvg(trend(display, [curve('a', wide), curve('b', wide)]), NOW).length).toBeLessThan(120_000)
})
