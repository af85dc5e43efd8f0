import { expect, test } from 'vitest'
import { renderPage } from '../../../lib/render/page.ts'
import { PAGE_SCRIPT } from '../../../lib/render/page-script.ts'
import { PAGE_STYLES } from '../../../lib/render/page-style.ts'
import { CHART_STYLES } from '../../../lib/render/palette.ts'
import type { PresentedInsight } from '../../../lib/render/show.ts'
import { renderSvg } from '../../../lib/render/svg.ts'
import { active, edges, insightOf, retained, statuses } from '../../support/presented.ts'

const NOW = new Date('2020-01-15T09:12:10Z')
const page = (insight: PresentedInsight) => renderPage(insight, { embedded: false, now: NOW })
/** Without what is the same on every page. */
const drawn = (insight: PresentedInsight) =>
  page(insight).replace(PAGE_SCRIPT, '').replace(PAGE_STYLES.auto, '') +
  renderSvg(insight, NOW).replace(CHART_STYLES.auto, '')

const NASTY = '</script></title>"\'><img src=x onerror=alert(1)>&\u0000\u001b\ufffe\ud800'
const SMALL = [
  ['one cell', 'RetentionQuery', retained([[5]])],
  [
    'empty rows',
    'RetentionQuery',
    retained([
      [5, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]),
  ],
  ['no columns', 'RetentionQuery', retained([[]])],
  [
    'a nasty value',
    'RetentionQuery',
    retained(
      [
        [5, 2],
        [2, 0],
      ],
      NASTY,
    ),
  ],
  [
    'nasty labels',
    'RetentionQuery',
    retained([
      [5, 2],
      [2, 0],
    ]).map((row) => ({
      ...row,
      date: NASTY,
      label: NASTY,
      values: row.values.map((cell) => ({ ...cell, label: NASTY })),
    })),
  ],
  ['one day', 'LifecycleQuery', statuses({ new: [1], returning: [0], resurrecting: [0], dormant: [0] })],
  [
    'nasty days',
    'LifecycleQuery',
    statuses({ new: [1], returning: [0], resurrecting: [0], dormant: [0] }).map((item) => ({
      ...item,
      days: [NASTY],
      label: NASTY,
    })),
  ],
  ['a nasty series', 'StickinessQuery', [active(NASTY, [1, 2], { labels: [NASTY, NASTY] })]],
  ['one edge', 'PathsQuery', edges([['1_a', '2_b', 1]])],
  [
    'nasty items',
    'PathsQuery',
    edges([
      [`1_${NASTY}`, `2_https://${NASTY}`, 1],
      [`2_https://${NASTY}`, '3_...', 1],
    ]),
  ],
  ['no steps', 'PathsQuery', edges([['a', 'b', 1]])],
] as const

const TAGS =
  'doctype html head meta title link style script body main header div h1 p time button figure figcaption ul li i span svg g path circle rect text table caption thead tbody tr th td small'.split(
    ' ',
  )

test.each(SMALL)('%s of %s is drawn, with its text escaped', (_name, kind, result) => {
  const text = drawn(insightOf(kind, result))
  expect(text).not.toMatch(/NaN|Infinity|undefined|[\d.]e[+-]?\d/)
  const tags = new Set([...text.matchAll(/<[/!]?([a-z][a-z0-9]*)/gi)].map(([, name]) => name))
  expect([...tags].filter((name) => !TAGS.includes(name ?? ''))).toEqual([])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML refuses them
  expect(text).not.toMatch(/[\u0000\u001b\ufffe]/)
  expect(text.isWellFormed()).toBe(true)
  expect(text).not.toMatch(/ style=| on\w+="/)
})

const LONG = Array.from({ length: 2_500 }, (_, index) => 1_000 + (index % 977))
const triangle = (rows: number, columns: number) =>
  retained(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, k) => (row + k < rows ? 9_999 - k : 0)),
    ),
  )
const flow = (steps: number, items: number) =>
  edges(
    Array.from({ length: steps * items }, (_, index) => {
      const [step, item] = [Math.floor(index / items) + 1, index % items]
      return [`${step}_item ${item}`, `${step + 1}_item ${(item + 1) % items}`, 1 + ((index * 37) % 501)] as const
    }),
  )

test.each([
  ['2,500 rows', 'RetentionQuery', triangle(2_500, 11)],
  ['400 columns', 'RetentionQuery', triangle(400, 400)],
  ['100 rows and 31 columns', 'RetentionQuery', triangle(100, 31)],
  [
    '2,500 days',
    'LifecycleQuery',
    statuses({ new: LONG, returning: LONG, resurrecting: LONG, dormant: LONG.map((n) => -n) }),
  ],
  ['2,500 days', 'StickinessQuery', Array.from({ length: 10 }, (_, index) => active(`series ${index}`, LONG))],
  ['20 steps', 'PathsQuery', flow(19, 60)],
  ['one step of many', 'PathsQuery', flow(1, 1_000)],
])('%s of %s stay within bounds', (_name, kind, result) => {
  const insight = insightOf(kind, result)
  expect(page(insight).length).toBeLessThan(1_500_000)
  expect(renderSvg(insight, NOW).length).toBeLessThan(250_000)
})

test('text on every shade has a contrast of 4.5 in light and in dark', () => {
  const light = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const shades = [...CHART_STYLES.auto.matchAll(/\.h\d\{fill:(#\w{6});background:#\w{6};color:(#\w{6})\}/g)]
  expect(shades).toHaveLength(16)
  for (const [rule, back = '', text = ''] of shades) {
    const [low = 0, high = 0] = [light(back), light(text)].sort((a, b) => a - b)
    expect((high + 0.05) / (low + 0.05), rule).toBeGreaterThanOrEqual(4.5)
  }
})
