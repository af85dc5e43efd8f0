/** Rows -> results of each kind, without a database. */
import { describe, expect, test } from 'vitest'
import type { Row } from '../../../lib/engines/engine.ts'
import { parseQuery } from '../../../lib/nodes/index.ts'
import { planQuery } from '../../../lib/plan/index.ts'
import { type ShapedResult, shapeQuery } from '../../../lib/shape/index.ts'
import { CONTEXT, PROJECT } from '../../golden/world.ts'

const NOW = new Date('2024-03-15T12:00:00Z')
const THREE_DAYS = { dateRange: { date_from: '2024-03-12', date_to: '2024-03-14' } }
const series = (...names: string[]) => names.map((event) => ({ kind: 'EventsNode', event }))

/** The result of a query whose statements give these rows. */
function resultOf(query: object, ...rows: readonly Row[][]): ShapedResult {
  const plan = planQuery(parseQuery(query), { project: PROJECT, context: CONTEXT, now: NOW })
  return shapeQuery(plan, rows)
}

describe('trends', () => {
  const trends = (more: object, ...rows: readonly Row[][]) =>
    resultOf({ kind: 'TrendsQuery', ...THREE_DAYS, series: series('paid'), ...more }, ...rows)

  test('buckets without a row are 0', () => {
    expect(trends({}, [{ bucket: 1, value: 4 }])).toMatchObject({
      kind: 'TrendsQuery',
      results: [{ data: [0, 4, 0], count: 4, days: ['2024-03-12', '2024-03-13', '2024-03-14'] }],
      hasMore: false,
    })
  })

  test('values of a breakdown are items of their own, the rest is one more', () => {
    const rows = ['Firefox', '$$_posthog_breakdown_other_$$'].map((breakdown, index) => ({
      bucket: 0,
      breakdown,
      value: 5 - index,
    }))
    const result = trends({ breakdownFilter: { breakdown: '$browser' } }, rows)
    expect(result).toMatchObject({
      hasMore: true,
      results: [{ breakdown_value: 'Firefox' }, { breakdown_value: '$$_posthog_breakdown_other_$$' }],
    })
  })

  test('each period has rows of its own', () => {
    const result = trends({ compareFilter: { compare: true } }, [{ bucket: 0, value: 1 }], [{ bucket: 2, value: 7 }])
    expect(result).toMatchObject({
      results: expect.arrayContaining([
        expect.objectContaining({ compare_label: 'current', data: [1, 0, 0] }),
        expect.objectContaining({ compare_label: 'previous', data: [0, 0, 7] }),
      ]),
    })
  })

  test('a formula goes bucket by bucket; division by zero is 0', () => {
    const result = trends(
      { series: series('paid', 'seen'), trendsFilter: { formula: 'A / B' } },
      [
        { bucket: 0, value: 6 },
        { bucket: 1, value: 1 },
      ],
      [{ bucket: 0, value: 3 }],
    )
    expect(result).toMatchObject({ results: [{ data: [2, 0, 0] }] })
  })
})

describe('funnels', () => {
  const funnel = (funnelsFilter: object, rows: Row[], more: object = {}) =>
    resultOf({ kind: 'FunnelsQuery', ...THREE_DAYS, series: series('seen', 'paid'), funnelsFilter, ...more }, rows)

  test('a row has a step for each count', () => {
    const result = funnel({}, [{ c0: 10, c1: 4, a1: 60, m1: 50 }])
    expect(result).toMatchObject({
      kind: 'FunnelsQuery',
      view: 'steps',
      results: [
        { order: 0, name: 'seen', count: 10, average_conversion_time: null },
        { order: 1, name: 'paid', count: 4, average_conversion_time: 60, median_conversion_time: 50 },
      ],
    })
  })

  test('nobody entered: no steps', () => {
    expect(funnel({}, [{ c0: 0, c1: 0 }])).toMatchObject({ view: 'steps', results: [] })
  })

  test('more groups than an answer can have are refused', () => {
    const rows = Array.from({ length: 2_001 }, (_, index) => ({ c0: 1, c1: 1, value: `v${index}` }))
    expect(() => funnel({}, rows, { breakdownFilter: { breakdown: '$browser' } })).toThrow(
      expect.objectContaining({ status: 400, code: 'result_too_large' }),
    )
  })

  test('a trend is the share of those who converted, in percent', () => {
    const result = funnel({ funnelVizType: 'trends' }, [{ bucket: 1, entered: 3, converted: 1 }])
    expect(result).toMatchObject({ view: 'trends', results: [{ data: [0, 33.33, 0] }] })
  })

  test('bins without a row have nobody', () => {
    const row = { low: 0, width: 10, bins: 2, average: 12 }
    const result = funnel({ funnelVizType: 'time_to_convert' }, [{ ...row, bin: 1, people: 3 }])
    const bins = [
      [0, 0],
      [10, 3],
      [20, 0],
    ]
    expect(result).toMatchObject({ view: 'time_to_convert', results: { bins, average_conversion_time: 12 } })
  })
})

test('a listing has a list for each actor, and says whether there are more', () => {
  const result = resultOf({ kind: 'ActorsQuery', select: ['id'], limit: 1 }, [{ c0: 'a' }, { c0: 'b' }])
  expect(result).toMatchObject({ kind: 'ActorsQuery', columns: ['id'], results: [['a']], hasMore: true, limit: 1 })
})

describe('correlation', () => {
  const source = { kind: 'FunnelsQuery', ...THREE_DAYS, series: series('seen', 'paid') }
  const actors = { kind: 'FunnelsActorsQuery', source, funnelStep: 1 }
  const correlation = (rows: Row[]) =>
    resultOf({ kind: 'FunnelCorrelationQuery', source: actors, funnelCorrelationType: 'events' }, rows)
  const row = (successes: number, failures: number, name: string | null = 'watched') => ({
    name,
    success: 3,
    failure: 1,
    odds: 3,
    successes,
    failures,
  })

  test('an event with odds above 1 goes with success', () => {
    expect(correlation([row(5, 5)])).toMatchObject({
      kind: 'FunnelCorrelationQuery',
      results: { events: [{ event: { event: 'watched' }, correlation_type: 'success' }], skewed: false },
    })
  })

  test('a side that has more than ten times as many people is skewed', () => {
    expect(correlation([row(55, 5)])).toMatchObject({ results: { skewed: true } })
  })

  test('with nobody on one side there is nothing to compare', () => {
    expect(correlation([row(5, 0)])).toMatchObject({ results: { events: [], skewed: true } })
  })
})
