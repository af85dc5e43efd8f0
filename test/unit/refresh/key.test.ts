/** What the cache key holds: what changes the number, and nothing else. */
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../lib/core/json.ts'
import type { Project } from '../../../lib/core/project.ts'
import { convertFilters } from '../../../lib/nodes/legacy/filters.ts'
import { prepareQuery } from '../../../lib/refresh/prepare.ts'

const PROJECT: Project = {
  id: 7,
  organizationId: '00000000-0000-4000-8000-000000000000',
  name: 'keys',
  apiToken: 'phc_keys',
  timezone: 'Europe/Berlin',
  weekStartDay: 1,
  testAccountFilters: [{ key: 'email', value: '@us.test', operator: 'not_icontains', type: 'person' }],
  pathCleaningFilters: [],
  configVersion: 1,
  slotKeys: [],
}
const keyOf = async (query: unknown, path?: readonly string[]) =>
  (await prepareQuery(PROJECT, query, { now: new Date('2024-03-15T12:00:00Z'), forced: [], path })).key

const FILTER = { key: 'plan', value: 'free', operator: 'exact', type: 'event' }
const SERIES = [
  { kind: 'EventsNode', event: 'view', properties: [FILTER], math: 'hogql', math_hogql: 'sum(properties.amount)' },
  { kind: 'EventsNode', event: 'buy', math: 'dau' },
]
const TRENDS = {
  kind: 'TrendsQuery',
  series: SERIES,
  properties: [FILTER, { type: 'hogql', key: "properties.x = 'y'" }],
  filterTestAccounts: true,
  breakdownFilter: { breakdown: 'plan', breakdown_type: 'event' },
}
const FUNNEL = {
  kind: 'FunnelsQuery',
  series: [
    { kind: 'EventsNode', event: 'view', properties: [FILTER] },
    { kind: 'EventsNode', event: 'buy' },
  ],
  properties: [FILTER],
  breakdownFilter: { breakdown: 'plan' },
  funnelsFilter: { funnelAggregateByHogQL: 'properties.plan' },
}
const legacyEvents = [
  { id: 'view', properties: [FILTER], math: 'hogql', math_hogql: 'sum(properties.amount)', order: 0 },
  { id: 'buy', name: 'buy', math: 'dau', order: 1 },
]
const legacy = (more: object) => ({
  events: legacyEvents,
  properties: [FILTER, { type: 'hogql', key: "properties.x = 'y'" }],
  filter_test_accounts: true,
  breakdown: 'plan',
  breakdown_type: 'event',
  ...more,
})
const ACTORS = {
  kind: 'ActorsQuery',
  select: ['id', 'properties.plan'],
  properties: [{ ...FILTER, type: 'person' }],
  source: { kind: 'InsightActorsQuery', source: TRENDS, day: '2024-03-10', breakdown: 'free' },
}
const CORRELATION = {
  kind: 'FunnelCorrelationQuery',
  source: { kind: 'FunnelsActorsQuery', source: FUNNEL_WITHOUT_HOGQL(), funnelStep: 1 },
  funnelCorrelationType: 'events',
}
function FUNNEL_WITHOUT_HOGQL() {
  return { ...FUNNEL, funnelsFilter: {} }
}

describe('one key for all forms of a query', () => {
  it.each([
    ['trends', TRENDS, 'InsightVizNode'],
    ['a funnel', FUNNEL, 'InsightVizNode'],
    ['actors', ACTORS, 'DataTableNode'],
    ['a correlation', CORRELATION, 'DataTableNode'],
  ])('%s, bare and wrapped: places of filters and expressions in the request do not count', async (_, query, kind) => {
    const bare = await keyOf(query)
    expect(await keyOf({ kind, source: query })).toBe(bare)
    expect(await keyOf({ kind: 'DataTableNode', source: query }, ['insight', 'query'])).toBe(bare)
  })

  it('trends and a funnel as legacy filters', async () => {
    expect(await keyOf(convertFilters(legacy({ insight: 'TRENDS', display: 'ActionsLineGraph' })))).toBe(
      await keyOf(TRENDS),
    )
    const view = { id: 'view', properties: [FILTER], order: 0 }
    const filters = { insight: 'FUNNELS', events: [view, { id: 'buy', order: 1 }], properties: [FILTER] }
    const more = { breakdown: 'plan', funnel_aggregate_by_hogql: 'properties.plan' }
    expect(await keyOf(convertFilters({ ...filters, ...more }))).toBe(await keyOf(FUNNEL))
  })

  it.each<[string, object]>([
    ['the default range', { dateRange: { date_from: '-7d' } }],
    ['the default interval', { interval: 'day' }],
    ['the default display', { trendsFilter: { display: 'ActionsLineGraph', smoothingIntervals: 1 } }],
    ['no comparison', { compareFilter: { compare: false, compare_to: '-1w' } }],
    ['a breakdown with its defaults', { breakdownFilter: { breakdown: 'plan', breakdown_limit: 25 } }],
    [
      'a group in a group',
      { properties: { type: 'AND', values: [{ type: 'OR', values: [{ type: 'AND', values: TRENDS.properties }] }] } },
    ],
    [
      'filters that are not filled in',
      { properties: [...TRENDS.properties, { key: 'x', operator: 'exact', value: null }] },
    ],
    ['names of a filter', { properties: [{ ...FILTER, label: 'x', cohort_name: 'y' }, TRENDS.properties[1]] }],
    ['legends', { trendsFilter: { showLegend: true, decimalPlaces: 3, resultCustomizations: { a: { b: 1 } } } }],
    ['modifiers and tags', { modifiers: { optimizeJoinedFilters: true }, tags: { scene: 'x' }, version: 3 }],
    ['a formula in a list', { trendsFilter: { formulas: [] } }],
  ])('with %s said or left out', async (_, more) => {
    expect(await keyOf({ ...TRENDS, ...more })).toBe(await keyOf(TRENDS))
  })

  it('maths that funnels do not have count as none, also those that every object has', async () => {
    const withMath = (math: string) => ({ ...FUNNEL, series: FUNNEL.series.map((step) => ({ ...step, math })) })
    for (const math of ['dau', 'constructor', '__proto__', 'toString'])
      expect(await keyOf(withMath(math)), math).toBe(await keyOf(FUNNEL))
    expect(await keyOf(withMath('first_time_for_user'))).not.toBe(await keyOf(FUNNEL))
  })
})

it.each<[string, object]>([
  ['an event', { series: [{ ...SERIES[0], event: 'other' }, SERIES[1]] }],
  ['an aggregate', { series: [{ ...SERIES[0], math_hogql: 'max(properties.amount)' }, SERIES[1]] }],
  ['a name that the answer shows', { series: [{ ...SERIES[0], custom_name: 'mine' }, SERIES[1]] }],
  ['a filter', { properties: [FILTER] }],
  ['OR', { properties: { type: 'OR', values: TRENDS.properties } }],
  ['an expression', { properties: [FILTER, { type: 'hogql', key: "properties.x = 'z'" }] }],
  ['test accounts', { filterTestAccounts: false }],
  ['a value of another type', { properties: [{ ...FILTER, value: 1 }, TRENDS.properties[1]] }],
  ['a breakdown', { breakdownFilter: { breakdown: 'browser' } }],
  ['its limit', { breakdownFilter: { breakdown: 'plan', breakdown_limit: 2 } }],
  ['a display with another shape', { trendsFilter: { display: 'BoldNumber' } }],
  ['a formula', { trendsFilter: { formula: 'A+B' } }],
  ['a range', { dateRange: { date_from: '-8d' } }],
])('%s is another key', async (_, more) => {
  expect(await keyOf({ ...TRENDS, ...more })).not.toBe(await keyOf(TRENDS))
})

describe('canonical JSON', () => {
  it('sorts keys and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, null, 'x'], a: { d: true, c: undefined } })).toBe('{"a":{"d":true},"b":[1,null,"x"]}')
  })

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['undefined in a list', [1, undefined]],
    ['a hole in a list', new Array(2)],
    ['a function', { first: Object }],
    ['NaN', [Number.NaN]],
    ['Infinity', [Number.POSITIVE_INFINITY]],
    ['a Date', { at: new Date(0) }],
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['a RegExp', /x/],
    ['a symbol', [Symbol('x')]],
    ['a key that is a symbol', { [Symbol('x')]: 1 }],
    ['a bigint', [1n]],
    ['an object of a class', new (class Point {})()],
  ])('throws for %s: two values that differ never have one text', (_, value) => {
    expect(() => canonicalJson(value)).toThrow()
  })
})
