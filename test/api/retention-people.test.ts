/** People behind retention, and what is refused (docs/retention.md 7). */
import { beforeAll, describe, expect, test } from 'vitest'
import { asking, by, counts, type Query, retention, someEvents } from '../support/retention-query.ts'
import { testServer } from '../support/server.ts'
import { makeProject } from '../support/world.ts'

const OTHER = '$$_posthog_breakdown_other_$$'
const server = await testServer()
const project = await makeProject(server)
const { ask, rowsOf } = asking(server, project)

beforeAll(() => project.send(someEvents()))

const LISTED: Readonly<Record<string, Query>> = {
  recurring: retention(),
  'one event': retention({ returningEntity: { id: 'start' } }),
  'first time': retention({ retentionType: 'retention_first_time' }),
  'first ever, with a filter': retention(
    {
      retentionType: 'retention_first_ever_occurrence',
      targetEntity: { id: 'start', properties: [{ key: 'plan', operator: 'is_set', type: 'event' }] },
    },
    { dateRange: { date_from: '2024-03-02', date_to: '2024-03-08' } },
  ),
  cumulative: retention({ cumulative: true }),
  'minimum occurrences': retention({ minimumOccurrences: 2 }),
  brackets: retention({ retentionCustomBrackets: [1, 2] }),
  windows: retention({ timeWindowMode: '24_hour_windows' }),
  'windows in brackets': retention({ timeWindowMode: '24_hour_windows', retentionCustomBrackets: [2, 1] }),
  sums: retention({ aggregationType: 'sum', aggregationProperty: 'amount', minimumOccurrences: 3 }),
  groups: retention({}, { aggregation_group_type_index: 0 }),
  'by a hot property': retention({}, by('$browser', 'event', { breakdown_limit: 2 })),
  'first time by value': retention(
    { retentionType: 'retention_first_time' },
    by('plan', 'event', { breakdown_limit: 1 }),
  ),
  'first ever by value': retention({ retentionType: 'retention_first_ever_occurrence' }, by('plan', 'event')),
  'windows by value': retention({ timeWindowMode: '24_hour_windows' }, by('plan', 'event')),
  'by a person property': retention({}, by('country', 'person', { breakdown_limit: 2 })),
  'by an expression': retention({}, by('properties.plan', 'hogql')),
  'groups by an event property': retention({}, { ...by('plan', 'event'), aggregation_group_type_index: 0 }),
}

describe('a listing is who is counted', () => {
  test.each(Object.entries(LISTED))('%s', async (_, source) => {
    const rows = await rowsOf(source)
    expect(Math.max(...counts(rows).flat())).toBeGreaterThan(0)
    const height = rows.filter((row) => row.breakdown_value === rows[0]?.breakdown_value).length
    for (const [index, row] of rows.entries()) {
      const { breakdown_value: value } = row
      // of several values in one, an actor has one row in the list and a count for each
      if ((value === OTHER && !isOfPersons(source)) || index % 2 === 1) continue
      const query = {
        kind: 'ActorsQuery',
        select: ['id', 'appearances'],
        source: {
          kind: 'InsightActorsQuery',
          source,
          interval: index % height,
          ...(value === null ? {} : { breakdown: [value] }),
        },
      }
      const { status, body } = await ask(query)
      expect(status, JSON.stringify(body)).toBe(200)
      const lists: number[][] = body.results.map(([, appearances]: [string, number[]]) => appearances)
      expect(row.values.map((_cell, column) => lists.filter((list) => list.includes(column)).length)).toEqual(
        row.values.map(({ count }) => count),
      )
      const lengths = lists.map((list) => list.length)
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a))
    }
  })
})

const isOfPersons = ({ breakdownFilter }: Query) =>
  (breakdownFilter as { breakdown_type?: string } | undefined)?.breakdown_type === 'person'

test('the columns of a listing', async () => {
  const of = (select: string[], point: object = { interval: 0 }) =>
    ask({ kind: 'ActorsQuery', select, source: { kind: 'InsightActorsQuery', source: retention(), ...point } })
  const { body } = await of(['id', 'appearances', 'day_0', 'day_2', 'length(appearances)', 'has(appearances, 1)'])
  expect(body.columns).toEqual(['id', 'appearances', 'day_0', 'day_2', 'length(appearances)', 'has(appearances, 1)'])
  expect(body.types[1]).toBe('Array(UInt64)')
  for (const [, list, zero, two, length, one] of body.results) {
    expect([zero, two, length, one]).toEqual([1, list.includes(2) ? 1 : 0, list.length, list.includes(1) ? 1 : 0])
    expect(list).toEqual([...list].sort((a: number, b: number) => a - b))
  }
  for (const [column, detail] of [
    ['week_0', 'week_0'],
    ['day_3', 'day_3'],
    ['event_count', 'event_count'],
  ] as const) {
    const refused = await of(['id', column])
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(detail)])
  }
  const anyRow = (await of(['id', 'appearances'], {})).body.results.length
  expect(anyRow).toBeGreaterThanOrEqual(body.results.length)
})

test.each<[string, Query, string | null]>([
  ['a key that is not there', retention({ nope: 1 }), null],
  ['an interval of its own', { ...retention(), interval: 'day' }, null],
  ['cumulative windows', retention({ cumulative: true, timeWindowMode: '24_hour_windows' }), 'cumulative'],
  [
    'sums of windows',
    retention({ aggregationType: 'sum', aggregationProperty: 'a', timeWindowMode: '24_hour_windows' }),
    'aggregationType',
  ],
  [
    'cumulative sums',
    retention({ aggregationType: 'avg', aggregationProperty: 'a', cumulative: true }),
    'aggregationType',
  ],
  ['half a bracket', retention({ retentionCustomBrackets: [1.5] }), null],
  ['a table', retention({ targetEntity: { id: 't', type: 'data_warehouse' } }), null],
  ['an action without an id', retention({ targetEntity: { id: 'a', type: 'actions' } }), 'targetEntity__id'],
  [
    'an action that is not there',
    retention({ returningEntity: { id: 999_999, type: 'actions' } }),
    'returningEntity__id',
  ],
  [
    'a histogram',
    retention({}, { breakdownFilter: { breakdowns: [{ property: 'amount', histogram_bin_count: 3 }] } }),
    null,
  ],
  ['a cohort that is not there', retention({}, by([999_999], 'cohort')), 'breakdownFilter__breakdown'],
  ['a date that is none', retention({}, { dateRange: { date_from: 'soon' } }), 'date_from'],
])('refused: %s', async (_, query, attr) => {
  const { status, body } = await ask(query)
  expect(status, JSON.stringify(body)).toBe(400)
  if (attr) expect(body.attr).toContain(attr)
})

test('refused: more than a result can hold', async () => {
  const large = retention(
    { totalIntervals: 2_000, period: 'Hour' },
    { dateRange: { date_from: '2024-01-01', date_to: '2024-02-20' } },
  )
  for (const query of [large, retention({ totalIntervals: 3_000 }, { dateRange: {} })]) {
    const { status, body } = await ask(query)
    expect([status, body.code]).toEqual([400, 'result_too_large'])
  }
})

test.each<[string, object, object, string]>([
  ['row', retention(), { interval: 5 }, 'interval'],
  ['breakdown', retention(), { interval: 0, breakdown: 'x' }, 'breakdown'],
  ['cohort', retention({}, by(['all'], 'cohort')), { interval: 0, breakdown: 7 }, 'breakdown'],
])('refused: a listing of a %s that is not there', async (_, source, point, attr) => {
  const { status, body } = await ask({ kind: 'ActorsQuery', source: { kind: 'InsightActorsQuery', source, ...point } })
  expect([status, body.attr]).toEqual([400, `query__source__${attr}`])
})
