import { expect, test } from 'vitest'
import { renderBadge, renderSpark } from '../../../lib/render/badge.ts'
import { type NumberWish, oneNumber, plainNumber } from '../../../lib/render/one-number.ts'
import type { PresentedInsight } from '../../../lib/render/show.ts'
import {
  active,
  curve,
  edges,
  funnel,
  insightOf,
  resultOf,
  retained,
  statuses,
  steps,
  total,
  trend,
} from '../../support/presented.ts'

type Computed = PresentedInsight & { readonly result: NonNullable<PresentedInsight['result']> }
const numberOf = ({ result, looks, last_refresh }: PresentedInsight, wish: NumberWish = {}) =>
  oneNumber(result as Computed['result'], looks, last_refresh, wish).value
const LAST = { of: 'last' } as const
const by = (math: string | null) => ({ action: { name: 'paid', custom_name: null, math } })

const HOGQL = {
  columns: ['day', 'times'],
  types: [
    ['day', 'String'],
    ['times', 'UInt64'],
  ],
}

test.each<[string, PresentedInsight, NumberWish, number]>([
  ['events of days', trend('ActionsLineGraph', [curve('paid', [1, 0, 5])]), {}, 6],
  ['sums', trend('ActionsLineGraph', [curve('paid', [1, 0, 5], by('sum'))]), {}, 6],
  ['the last day', trend('ActionsLineGraph', [curve('paid', [1, 0, 5], by('dau'))]), LAST, 5],
  ['running sums', trend('ActionsLineGraphCumulative', [curve('paid', [1, 1, 6])]), {}, 6],
  ['a number', trend('BoldNumber', [total('paid', 30)]), {}, 30],
  [
    'a number and the one before',
    trend('BoldNumber', [
      total('paid', 30, { compare_label: 'current' }),
      total('paid', 20, { compare_label: 'previous' }),
    ]),
    {},
    30,
  ],
  ['the second of two', trend('ActionsPie', [total('paid', 30), total('seen', 10)]), { series: 2 }, 10],
  ['a funnel in percent', funnel(steps(['seen', 'paid'], [8, 1])), {}, 12.5],
  [
    'a funnel by browser',
    funnel([steps(['a', 'b'], [8, 4], { breakdown: 'Chrome' }), steps(['a', 'b'], [4, 1], { breakdown: 'Opera' })]),
    { series: 2 },
    25,
  ],
  [
    'the last day of a funnel',
    funnel([{ count: 3, data: [50, 25], days: ['2020-01-01', '2020-01-02'], labels: [] }]),
    LAST,
    25,
  ],
  ['seconds to convert', funnel({ bins: [[0, 2]], average_conversion_time: 61.5 }), {}, 61.5],
  ['who came back', insightOf('RetentionQuery', retained([[4, 2, 0], [4, 1], [4]])), {}, 37.5],
  [
    'new people',
    insightOf('LifecycleQuery', statuses({ new: [1, 2], dormant: [0, -3] })),
    { series: 4, of: 'last' },
    -3,
  ],
  ['active people', insightOf('StickinessQuery', [active('seen', [3, 2, 1])]), {}, 6],
  ['active every day', insightOf('StickinessQuery', [active('seen', [3, 2, 1])]), LAST, 1],
  ['a row of SQL', { ...trend('', []), result: resultOf('HogQLQuery', [['all', '12']], HOGQL) }, {}, 12],
])('%s', (_, insight, wish, value) => {
  expect(numberOf(insight, wish)).toBe(value)
  expect(renderBadge(insight as Computed, wish, 'auto')).toMatch(/^<svg .*<\/svg>\n$/s)
})

test.each<[string, PresentedInsight, NumberWish, RegExp]>([
  ['people of days', trend('ActionsLineGraph', [curve('paid', [1, 0, 5], by('dau'))]), {}, /do not add up/],
  ['means of days', trend('ActionsLineGraph', [curve('paid', [1, 0, 5], by('avg'))]), {}, /do not add up/],
  [
    'smoothed days',
    trend('ActionsLineGraph', [curve('paid', [1, 0, 5])], { smoothingIntervals: 3 }),
    {},
    /do not add up/,
  ],
  ['a formula', trend('ActionsLineGraph', [curve('paid', [1, 0, 5], { action: null })]), {}, /do not add up/],
  [
    'two series',
    trend('ActionsPie', [total('paid', 30), total('seen', 10)]),
    {},
    /There are 2 numbers.*series=1 for "paid"/,
  ],
  ['a third of two', trend('ActionsPie', [total('paid', 30), total('seen', 10)]), { series: 3 }, /There are 2/],
  ['nothing', trend('ActionsPie', []), {}, /nothing in this range/],
  ['a funnel that nobody entered', funnel(steps(['seen', 'paid'], [0, 0])), {}, /Nobody entered/],
  ['a funnel over time', funnel([{ count: 3, data: [50, 25], days: [], labels: [] }]), {}, /do not add up/],
  ['nobody converted', funnel({ bins: [], average_conversion_time: null }), {}, /Nobody converted/],
  ['retention of one interval', insightOf('RetentionQuery', retained([[4], [4]])), {}, /No interval/],
  ['a lifecycle', insightOf('LifecycleQuery', statuses({ new: [1, 2] })), {}, /There are 4/],
  ['paths', insightOf('PathsQuery', edges([['1_/', '2_/b', 3]])), {}, /no one number/],
  [
    'rows of SQL',
    {
      ...trend('', []),
      result: resultOf(
        'HogQLQuery',
        [
          ['a', 1],
          ['b', 2],
        ],
        HOGQL,
      ),
    },
    {},
    /2 rows/,
  ],
  [
    'SQL without a number',
    { ...trend('', []), result: resultOf('HogQLQuery', [['a']], { columns: ['day'], types: [['day', 'String']] }) },
    {},
    /nothing/,
  ],
])('no one number: %s', (_, insight, wish, message) => {
  expect(() => numberOf(insight, wish)).toThrow(message)
})

test('a number for programs has neither an exponent nor a unit', () => {
  expect([1_234_567, 0.5, -3, 1e21, 2.5e-7, 12.5].map(plainNumber)).toEqual([
    '1234567',
    '0.5',
    '-3',
    '1000000000000000000000',
    '0.00000025',
    '12.5',
  ])
})

test('a sparkline has curves alone; what has none is refused', () => {
  const box = { width: 120, height: 30 }
  const two = trend('ActionsLineGraph', [curve('paid', [1, 0, 5]), curve('<seen>', [2, 2, 2])])
  const svg = renderSpark(two, {}, box, 'dark')
  expect(svg).toMatch(/width="120" height="30"/)
  expect(svg.match(/class="line l\d"/g)).toHaveLength(2)
  expect(svg).not.toMatch(/<text|prefers-color-scheme|<seen>/)
  expect(renderSpark(two, { series: 2 }, box, 'auto').match(/class="line l1"/g)).toHaveLength(1)
  expect(() => renderSpark(two, { series: 3 }, box, 'auto')).toThrow('2 curves')
  expect(() => renderSpark(trend('BoldNumber', [total('paid', 1)]), {}, box, 'auto')).toThrow('no curve')
})
