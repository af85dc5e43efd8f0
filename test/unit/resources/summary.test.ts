import { expect, test } from 'vitest'
import { JsonText } from '../../../lib/core/json-text.ts'
import type { CacheEntry } from '../../../lib/refresh/entry.ts'
import { summarize } from '../../../lib/resources/insights/summary.ts'
import { active, edges, resultOf, retained, statuses } from '../../support/presented.ts'

function entry(kind: string, all: unknown): CacheEntry {
  const { results, ...head } = resultOf(kind, all)
  return {
    head: { ...head, resolved_date_range: { date_from: '2020-01-01T00:00:00Z', date_to: '2020-01-02T00:00:00Z' } },
    results: new JsonText(JSON.stringify(results)),
    lastRefresh: Date.UTC(2020, 0, 3),
  } as unknown as CacheEntry
}

test('series: label, count, last value, breakdown', () => {
  const series = { label: 'paid - de', count: 3, data: [1, 2], breakdown_value: 'de', filter: { much: 'more' } }
  expect(summarize(entry('TrendsQuery', [series]))).toEqual({
    kind: 'TrendsQuery',
    last_refresh: '2020-01-03T00:00:00.000Z',
    date_from: '2020-01-01T00:00:00Z',
    date_to: '2020-01-02T00:00:00Z',
    items: [{ label: 'paid - de', count: 3, breakdown_value: 'de', last_value: 2 }],
    has_more: false,
  })
  const total = { label: 'paid', count: 0, data: [], aggregated_value: 7 }
  expect(summarize(entry('TrendsQuery', [total])).items).toEqual([{ label: 'paid', count: 0, aggregated_value: 7 }])
})

test('funnels: the count of each step, those of breakdowns one after another', () => {
  const step = (order: number, count: number, breakdown_value?: string[]) => ({
    name: 'paid',
    custom_name: order === 0 ? 'Start' : null,
    order,
    count,
    ...(breakdown_value ? { breakdown_value } : {}),
  })
  expect(summarize(entry('FunnelsQuery', [step(0, 9), step(1, 4)])).items).toEqual([
    { label: 'Start', order: 0, count: 9 },
    { label: 'paid', order: 1, count: 4 },
  ])
  expect(summarize(entry('FunnelsQuery', [[step(0, 9, ['de'])], [step(0, 1, ['fr'])]])).items).toEqual([
    { label: 'Start', order: 0, count: 9, breakdown_value: ['de'] },
    { label: 'Start', order: 0, count: 1, breakdown_value: ['fr'] },
  ])
})

test('at most 25 items, and a result of any other form', () => {
  const many = summarize(
    entry(
      'TrendsQuery',
      Array.from({ length: 26 }, (_, i) => ({ label: `${i}`, count: i, data: [] })),
    ),
  )
  expect([many.items.length, many.has_more]).toEqual([25, true])
  expect(summarize(entry('FunnelsQuery', { average_conversion_time: 3, bins: [[0, 1]] })).items).toEqual([
    { average_conversion_time: 3 },
  ])
  expect(summarize(entry('ActorsQuery', [['a', 1]])).items).toEqual([])
})

test('marks of results were in what subscribers are told', () => {
  const none = '$$_posthog_breakdown_null_$$'
  const item = { action: null, label: 'Formula (A)', count: 3, data: [1, 2], breakdown_value: none }
  expect(summarize(entry('TrendsQuery', [item])).items).toEqual([
    { label: 'Formula (A) - (none)', count: 3, breakdown_value: '(none)', last_value: 2 },
  ])
})

test('retention: how many started, and the percent that came back in each interval of the range', () => {
  const counts = [
    [9, 3, 2],
    [8, 4, 0],
    [0, 0, 0],
  ]
  expect(summarize(entry('RetentionQuery', retained(counts, ''))).items).toEqual([
    { label: 'Day 0', date: '2020-01-01T00:00:00Z', breakdown_value: '(none)', size: 9, rates: [33.33, 22.22] },
    { label: 'Day 1', date: '2020-01-02T00:00:00Z', breakdown_value: '(none)', size: 8, rates: [50] },
    { label: 'Day 2', date: '2020-01-03T00:00:00Z', breakdown_value: '(none)', size: 0, rates: [] },
  ])
  const summed = retained([
    [2, 1],
    [1, 0],
  ]).map((row) => ({
    ...row,
    values: row.values.map((cell) => ({ ...cell, aggregation_value: 10 * cell.count })),
  }))
  expect(summarize(entry('RetentionQuery', summed)).items[0]).toMatchObject({ rates: [50], aggregation_values: [10] })
  const wide = summarize(entry('RetentionQuery', retained(Array.from({ length: 90 }, () => new Array(90).fill(1)))))
  expect([wide.items.length, wide.has_more, wide.items[0]?.rates]).toEqual([25, true, new Array(31).fill(100)])
})

test('lifecycle, stickiness and paths: statuses, how many were active on so many days, edges with short names', () => {
  const data = { new: [1, 2], returning: [0, 1], resurrecting: [0, 0], dormant: [-1, -2] }
  expect(summarize(entry('LifecycleQuery', statuses(data))).items[3]).toEqual({
    label: '$pageview - dormant',
    status: 'dormant',
    count: -3,
    last_value: -2,
  })
  const one = active('paid', [4, 2, 1], { compare: true, compare_label: 'current' })
  expect(summarize(entry('StickinessQuery', [one])).items).toEqual([
    { label: 'paid', count: 7, data: [4, 2, 1], compare_label: 'current' },
  ])
  const long = `https://a.example/${'x'.repeat(5_000)}`
  const [first, second] = summarize(
    entry(
      'PathsQuery',
      edges([
        ['1_/', '2_a_b', 3],
        [`2_a_b`, `3_${long}`, 2],
      ]),
    ),
  ).items
  expect(first).toEqual({ label: '/ → a_b', step: 1, value: 3, average_conversion_time: 3000 })
  expect([second?.step, second?.label?.length]).toEqual([2, 206])
})
