/** The period of an insight: the cache and the plan take the same. */
import { expect, test } from 'vitest'
import type { InsightNode } from '../../../lib/nodes/index.ts'
import { parseQuery } from '../../../lib/nodes/index.ts'
import { describeQuery } from '../../../lib/plan/describe-query.ts'
import { planQuery } from '../../../lib/plan/index.ts'
import { periodOf } from '../../../lib/plan/period.ts'
import { CONTEXT, PROJECT } from '../../golden/world.ts'

const SCOPE = { project: PROJECT, context: CONTEXT, now: new Date('2024-03-15T12:34:56.789Z') }
const series = ['seen', 'paid'].map((event) => ({ kind: 'EventsNode', event }))
const trends = (dateRange: object, more: object = {}) =>
  parseQuery({ kind: 'TrendsQuery', series, dateRange, ...more }) as InsightNode
const funnel = (dateRange: object, more: object = {}) =>
  parseQuery({ kind: 'FunnelsQuery', series, dateRange, ...more }) as InsightNode

test.each([
  [{ date_from: '-7d' }],
  [{ date_from: '-24h' }],
  [{ date_from: 'mStart' }],
  [{ date_from: '-1mStart', date_to: '-1mEnd' }],
  [{ date_from: '2024-02-01', date_to: '2024-03-31' }],
])('a plan begins where the cache says: %j', (dateRange) => {
  for (const node of [trends(dateRange), funnel(dateRange)]) {
    const { dateFrom } = describeQuery(PROJECT, node, SCOPE.now)
    const plan = planQuery(node, SCOPE)
    const begin =
      plan.kind === 'TrendsQuery' ? plan.periods[0]?.dateFrom : plan.kind === 'FunnelsQuery' ? plan.dateFrom : ''
    expect(new Date(begin ?? '')).toEqual(dateFrom)
  }
})

test('a range that starts with the first event begins where the context says', () => {
  const node = trends({ date_from: 'all' })
  const { range } = periodOf(node, SCOPE, '2024-01-31T22:30:00Z')
  expect(range.from.toUTC().toISO()).toBe('2024-01-30T23:00:00.000Z')
})

test('only the trend of a funnel has an interval; a total is rounded as days are', () => {
  const hours = { interval: 'hour' }
  expect(periodOf(funnel({}, hours), SCOPE).interval).toBe('day')
  expect(periodOf(funnel({}, { ...hours, funnelsFilter: { funnelVizType: 'trends' } }), SCOPE).interval).toBe('hour')
  expect(periodOf(trends({}, hours), SCOPE).interval).toBe('hour')
  expect(periodOf(trends({}, { ...hours, trendsFilter: { display: 'ActionsPie' } }), SCOPE).interval).toBe('day')
})

test('a number is exact: its range ends with the second of now', () => {
  const { range } = periodOf(trends({}, { trendsFilter: { display: 'BoldNumber' } }), SCOPE)
  expect(range.to.toJSDate()).toEqual(new Date('2024-03-15T12:34:56Z'))
})

test('a date that cannot be read is refused by its place in the request', () => {
  expect(() => periodOf(trends({ date_from: 'yesteryear' }), SCOPE)).toThrow(
    expect.objectContaining({ status: 400, attr: expect.stringContaining('date_from') }),
  )
})
