/** What queries read of events, told from the queries. */
import { expect, test } from 'vitest'
import { fingerprint } from '../../../lib/core/fingerprint.ts'
import { readsOf } from '../../../lib/engines/reads.ts'
import { parseQuery } from '../../../lib/nodes/index.ts'
import { planQuery } from '../../../lib/plan/index.ts'
import { ACTORS } from '../../golden/cases/actors.ts'
import { FUNNELS } from '../../golden/cases/funnels.ts'
import { HOGQL } from '../../golden/cases/hogql.ts'
import { CONTEXT, PROJECT, queries, statements } from '../../golden/world.ts'
import { CASES } from '../../support/every-kind.ts'

const reads = (node: object) => readsOf(queries(parseQuery(node)))
const trend = (series: object, more: object = {}) =>
  reads({ kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'seen', ...series }], dateRange, ...more })
const sql = (query: string) => reads({ kind: 'HogQLQuery', query })

const dateRange = { date_from: '2024-03-01', date_to: '2024-03-03' }
// days of Berlin
const RANGE = { from: '2024-02-29T23:00:00.000Z', to: '2024-03-03T23:00:00.000Z' }
const EVER = { from: null, to: RANGE.to }
const SEEN = { names: ['seen'], ...RANGE }

test('a trend reads its events in its range, whatever it counts of them', () => {
  for (const math of ['total', 'dau', 'unique_session', 'avg_count_per_actor'])
    expect(trend({ math }), math).toEqual(SEEN)
  expect(trend({ math: 'sum', math_property: 'amount' })).toEqual(SEEN)
  expect(trend({ math: 'unique_group', math_group_type_index: 0 })).toEqual(SEEN)
  expect(trend({}, { breakdownFilter: { breakdown: '$browser', breakdown_type: 'event' } })).toEqual(SEEN)
  expect(trend({ properties: [{ key: 'plan', value: 'pro', operator: 'exact', type: 'event' }] })).toEqual(SEEN)
  expect(trend({ event: null })).toEqual({ names: null, ...RANGE })
  expect(trend({}, { interval: 'hour' })).toEqual({ ...SEEN, to: '2024-03-02T23:00:01.000Z' })
})

test('what looks back, or at other names, reads them', () => {
  expect(trend({ math: 'weekly_active' })).toEqual({ ...SEEN, from: '2024-02-23T23:00:00.000Z' })
  expect(trend({ math: 'first_time_for_user' })).toEqual({ ...SEEN, ...EVER })
  expect(trend({}, { compareFilter: { compare: true } })).toEqual({ ...SEEN, from: '2024-02-26T23:00:00.000Z' })
  const series = ['seen', 'paid'].map((event) => ({ kind: 'EventsNode', event }))
  const both = { names: ['paid', 'seen'], ...RANGE }
  expect(reads({ kind: 'TrendsQuery', series, dateRange })).toEqual(both)
  expect(reads({ kind: 'TrendsQuery', series, dateRange, trendsFilter: { formula: 'A/B' } })).toEqual(both)
  const action = { kind: 'ActionsNode', id: 5 }
  expect(reads({ kind: 'TrendsQuery', series: [action], dateRange })).toEqual({
    ...both,
    names: ['$autocapture', 'paid'],
  })
  expect(reads({ kind: 'LifecycleQuery', series: [series[0]], dateRange })).toBeNull()
  expect(reads({ kind: 'StickinessQuery', series: [series[0]], dateRange })).toEqual(SEEN)
})

test('a funnel reads the events of its steps, a strict one those in between', () => {
  const series = ['seen', 'paid'].map((event) => ({ kind: 'EventsNode', event }))
  const funnel = (funnelsFilter: object, first: object = {}) =>
    reads({ kind: 'FunnelsQuery', series: [{ ...series[0], ...first }, series[1]], dateRange, funnelsFilter })
  const both = { names: ['paid', 'seen'], ...RANGE }
  expect(funnel({})).toEqual(both)
  expect(funnel({ funnelOrderType: 'unordered' })).toEqual(both)
  expect(funnel({ funnelOrderType: 'strict' })).toEqual({ ...both, names: null })
  expect(funnel({ funnelVizType: 'trends' })).toEqual(both)
  expect(funnel({}, { math: 'first_time_for_user' })).toEqual({ ...both, ...EVER })
  const exclusions = [{ kind: 'EventsNode', event: 'left', funnelFromStep: 0, funnelToStep: 1 }]
  expect(funnel({ exclusions })).toEqual({ ...both, names: ['left', 'paid', 'seen'] })
  expect(funnel({}, { event: null })).toEqual({ ...both, names: null })
})

test.each([
  [
    "select count() from events where event = 'a' and timestamp >= '2024-03-01' and timestamp < '2024-03-02'",
    ['a'],
    '2024-02-29T23:00:00.000Z',
    '2024-03-01T23:00:00.000Z',
  ],
  [
    "select count() from events where event in ('b', 'a') or (event = 'c' and timestamp > '2024-03-01')",
    ['a', 'b', 'c'],
    null,
    null,
  ],
  ["select count() from events where event = 'a' and event in ('a', 'b')", ['a'], null, null],
  ["select count() from events where not event = 'a'", null, null, null],
  ["select count() from events where event like 'a'", null, null, null],
  ["select uniq(person_id), any(distinct_id), any($session_id) from events where 'a' = event", ['a'], null, null],
  [
    "select 1 from events e left join events f on f.uuid = e.uuid and f.event = 'b' where e.event = 'a'",
    ['a', 'b'],
    null,
    null,
  ],
  ["select 1 from events e left join events f on f.uuid = e.uuid where e.event = 'a'", null, null, null],
  [
    "select 1 from events e right join events f on f.uuid = e.uuid and f.event = 'b' where e.event = 'a'",
    null,
    null,
    null,
  ],
  [
    "select 1 from events e any left join events f on f.event = e.event where e.event = 'a' and f.event = 'b'",
    null,
    null,
    null,
  ],
  [
    "with x as (select event from events where event = 'a') select * from x union all select event from events where event = 'b'",
    ['a', 'b'],
    null,
    null,
  ],
  ["select (select count() from events where event = 'a')", ['a'], null, null],
  [
    "select count() from events where event = 'a' and uuid in (select uuid from events where timestamp < '2024-03-02')",
    null,
    null,
    null,
  ],
  ["select * from (select event, timestamp from events) where event = 'a'", null, null, null],
  [
    "select count() from events where timestamp >= '2024-03-01' and timestamp <= '2024-03-01 12:00:00.5'",
    null,
    '2024-02-29T23:00:00.000Z',
    '2024-03-01T11:00:00.501Z',
  ],
  ['select 1', [], null, null],
] as const)('%s', (query, names, from, to) => {
  expect(sql(query)).toEqual({ names, from, to })
})

test.each([
  'select person.properties.plan from events',
  'select count() from events where person.created_at > 0',
  'select count() from persons',
  'select count() from groups',
  'select count() from sessions',
  'select session.$session_duration from events',
  'select group_2.properties.size from events',
  'select count() from events where person_id in cohort 3',
  'select count() from events where person_id in (select person_id from cohort_people)',
  'select count() from events where person_id in (select id from persons)',
  'select count() from system.runs',
])('may change without an event: %s', (query) => {
  expect(sql(query)).toBeNull()
})

test('so may what reads persons or groups in filters, breakdowns and maths', () => {
  const filter = (type: string, more: object = {}) => ({ key: 'plan', value: 'pro', operator: 'exact', type, ...more })
  for (const property of [
    filter('person'),
    filter('group', { group_type_index: 0 }),
    { key: 'id', value: 3, type: 'cohort' },
    filter('session', { key: '$session_duration', value: 5, operator: 'gt' }),
  ])
    expect(trend({ properties: [property] }), JSON.stringify(property)).toBeNull()
  expect(trend({}, { breakdownFilter: { breakdown: 'plan', breakdown_type: 'person' } })).toBeNull()
  expect(trend({}, { breakdownFilter: { breakdown: [3], breakdown_type: 'cohort' } })).toBeNull()
  expect(trend({}, { filterTestAccounts: true })).toBeNull()
})

const NODES = [
  ...Object.entries(CASES).map(([kind, { node }]) => ({ kind, ...node })),
  ...Object.values(FUNNELS),
  ...Object.values(HOGQL).map((source) => ({ kind: 'HogQLQuery', ...source })),
  ...Object.values(ACTORS).map((source) => ({ kind: 'ActorsQuery', ...source })),
]
/** What holds texts for the numbers of events, and does not change while there are events of them. */
const OF_NUMBERS = [/"persons"\."uuid"/, /"groups"\."group_key"/, /"distinct_ids"\."distinct_id"/]
const OTHERS = /"(persons|groups|cohort_people|static_cohort_people|session_rows|runs|distinct_ids)"/

test('statements of queries that events tell everything about read no other table but for texts of numbers', () => {
  let told = 0
  for (const source of NODES) {
    const node = parseQuery(source)
    if (!readsOf(queries(node))) continue
    told++
    for (const { text } of statements(node))
      if (!OF_NUMBERS.some((pattern) => pattern.test(text)))
        expect(OTHERS.exec(text)?.[0], JSON.stringify(source)).toBeUndefined()
  }
  expect(told).toBeGreaterThan(30)
})

test('plans and queries of every kind are plain data; another question has another fingerprint', async () => {
  const found = new Map<string, string>()
  for (const source of NODES) {
    const node = parseQuery(source)
    const scope = { project: PROJECT, context: CONTEXT, now: new Date('2024-03-15T12:00:00Z') }
    const made = await fingerprint([planQuery(node, scope), queries(node)])
    expect(await fingerprint([planQuery(node, scope), queries(node)])).toBe(made)
    const other = found.get(made)
    expect(other ?? JSON.stringify(source)).toBe(JSON.stringify(source))
    found.set(made, JSON.stringify(source))
  }
  expect(await fingerprint([Number.NaN])).not.toBe(await fingerprint([null]))
  expect(() => fingerprint([new Map()])).toThrow('has no text')
})
