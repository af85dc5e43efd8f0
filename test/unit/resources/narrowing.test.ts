/** What a dashboard or a request lays over a query goes where the kind of the query has a place for it. */
import { expect, test } from 'vitest'
import { checkFilters, NOT_NARROWED, narrowQuery } from '../../../lib/resources/insights/narrowing.ts'

type Json = Readonly<Record<string, unknown>>

const narrowed = (query: unknown, filters: Json) =>
  narrowQuery(query, { ...NOT_NARROWED, filters: checkFilters(filters, 'filters') }) as Json

const FILTER = { key: 'plan', value: 'pro', operator: 'exact', type: 'event' }
const ALL = {
  date_from: '-3d',
  properties: [FILTER],
  breakdown_filter: { breakdown: 'plan' },
  interval: 'week',
  filterTestAccounts: true,
}
const own = { dateRange: { date_from: '-30d', date_to: '-1d' }, properties: [{ ...FILTER, key: 'own' }] }

test.each([
  ['TrendsQuery', ['breakdownFilter', 'interval']],
  ['FunnelsQuery', ['breakdownFilter', 'interval']],
  ['RetentionQuery', ['breakdownFilter']],
  ['LifecycleQuery', ['interval']],
  ['StickinessQuery', ['interval']],
  ['PathsQuery', []],
] as const)('%s', (kind, more) => {
  const { dateRange, properties, filterTestAccounts, ...rest } = narrowed({ kind, ...own }, ALL)
  // one date replaces both
  expect(dateRange).toEqual({ date_from: '-3d', date_to: null })
  expect(properties).toEqual({
    type: 'AND',
    values: [
      { type: 'AND', values: own.properties },
      { type: 'AND', values: [FILTER] },
    ],
  })
  expect(filterTestAccounts).toBe(true)
  expect(Object.keys(rest).sort()).toEqual([...more, 'kind'].sort())
})

test('inside a wrapper and a listing of actors it is the source that is narrowed', () => {
  const source = { kind: 'LifecycleQuery', ...own }
  const listing = {
    kind: 'ActorsQuery',
    select: ['id'],
    source: { kind: 'InsightActorsQuery', source, day: '2024-01-01' },
  }
  expect(narrowed({ kind: 'DataTableNode', source: listing }, ALL)).toEqual({
    kind: 'DataTableNode',
    source: { ...listing, source: { ...listing.source, source: narrowed(source, ALL) } },
  })
})

test('a query without filters of its own takes those of the dashboard; all of time is compared with nothing', () => {
  const compareFilter = { compare: true, compare_to: '-1w' }
  expect(narrowed({ kind: 'StickinessQuery', compareFilter }, { properties: [FILTER], date_from: 'all' })).toEqual({
    kind: 'StickinessQuery',
    compareFilter: { compare: false, compare_to: '-1w' },
    properties: [FILTER],
    dateRange: { date_from: 'all', date_to: null },
  })
})

test.each([{ interval: 'fortnight' }, { filterTestAccounts: 'yes' }, { date: '-1d' }])(
  'filters that cannot be read are refused: %j',
  (filters) => {
    expect(() => checkFilters(filters, 'filters')).toThrow(expect.objectContaining({ status: 400, attr: 'filters' }))
  },
)
