/** Rules of docs/retention.md over HTTP. */
import { beforeAll, describe, expect, test } from 'vitest'
import { testServer } from '../support/server.ts'
import { event, makeProject, type TestProject } from '../support/world.ts'

interface Row {
  readonly values: readonly { readonly count: number; readonly label: string; readonly aggregation_value?: number }[]
  readonly label: string
  readonly date: string
  readonly breakdown_value: string | null
}
type Query = Readonly<Record<string, unknown>>

const OTHER = '$$_posthog_breakdown_other_$$'
const server = await testServer()
const project = await makeProject(server)
const at = (day: number, hour = 10) => `2024-03-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:00Z`

const retention = (retentionFilter: object = {}, more: object = {}): Query => ({
  kind: 'RetentionQuery',
  dateRange: { date_from: '2024-03-04', date_to: '2024-03-08' },
  retentionFilter: {
    totalIntervals: 3,
    targetEntity: { id: 'start', type: 'events' },
    returningEntity: { id: 'back', type: 'events' },
    ...retentionFilter,
  },
  ...more,
})
const by = (breakdown: unknown, breakdown_type: string, more: object = {}) => ({
  breakdownFilter: { breakdown, breakdown_type, ...more },
})
const ask = (query: object, of: TestProject = project) =>
  server.call('POST', `${of.path}query/`, { query, refresh: 'force_blocking' })

async function rowsOf(query: object, of: TestProject = project): Promise<readonly Row[]> {
  const { status, body } = await ask(query, of)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.results
}
const counts = (rows: readonly Row[]) => rows.map(({ values }) => values.map(({ count }) => count))
const sums = (rows: readonly Row[]) => rows.map(({ values }) => values.map((cell) => cell.aggregation_value))

beforeAll(async () => {
  const random = (n: number) => ((n * 2_654_435_761) >>> 8) % 97
  const events = Array.from({ length: 160 }, (_, n) => {
    const person = random(n) % 11
    const name = random(n + 1_000) % 3 === 0 ? 'start' : 'back'
    return event(name, `p${person}`, at(2 + (random(n + 2_000) % 8), random(n + 3_000) % 24), {
      properties: {
        $browser: [undefined, '', 'a', 'b', 'c'][random(n + 4_000) % 5],
        plan: ['x', 'y', undefined][random(n + 5_000) % 3],
        amount: random(n + 6_000) % 4,
        $groups: { org: `o${random(n + 7_000) % 4}` },
        $set: { country: ['de', 'fr', 'us'][person % 3] },
      },
    })
  })
  await project.send(events)
})

test('the range is one of whole intervals; rows and columns are independent', async () => {
  const square = retention({ totalIntervals: 2 }, { dateRange: { date_to: '2024-03-08' } })
  expect((await rowsOf(square)).map(({ date, label }) => [date, label])).toEqual([
    ['2024-03-07T00:00:00Z', 'Day 0'],
    ['2024-03-08T00:00:00Z', 'Day 1'],
  ])
  for (const totalIntervals of [0, null])
    expect((await rowsOf(retention({ totalIntervals })))[0]?.values).toHaveLength(7)
  const { totalIntervals: _, ...absent } = retention().retentionFilter as Record<string, unknown>
  expect((await rowsOf({ ...retention(), retentionFilter: absent }))[0]?.values).toHaveLength(8)
  const hours = { date_from: '2024-03-04T05:30:00', date_to: '2024-03-05' }
  const byHour = await rowsOf(retention({ period: 'Hour' }, { dateRange: hours }))
  expect(byHour).toHaveLength(20)
  expect(byHour[0]?.date).toBe('2024-03-04T05:00:00Z')
  expect(await rowsOf(retention({}, { dateRange: { date_from: '2024-03-08', date_to: '2024-03-04' } }))).toEqual([])
  const all = await rowsOf(retention({}, { dateRange: { date_from: 'all', date_to: '2024-03-08' } }))
  expect(all[0]?.date).toBe('2024-03-02T00:00:00Z')
})

test('intervals are those of the zone, over a change of the clock', async () => {
  const berlin = await makeProject(server, { timezone: 'Europe/Berlin' })
  await berlin.send([
    event('start', 'a', '2024-03-30T22:59:00Z'),
    event('back', 'a', '2024-03-30T23:01:00Z'),
    event('back', 'a', '2024-03-31T22:01:00Z'),
  ])
  const rows = await rowsOf(retention({}, { dateRange: { date_from: '2024-03-30', date_to: '2024-04-01' } }), berlin)
  expect(rows.map(({ date }) => date)).toEqual([
    '2024-03-30T00:00:00+01:00',
    '2024-03-31T00:00:00+01:00',
    '2024-04-01T00:00:00+02:00',
  ])
  expect(counts(rows)[0]).toEqual([1, 1, 1])
})

test('no text and the empty text are one value; an actor counts in it once', async () => {
  const empty = await makeProject(server)
  const seen = (name: string, day: number, properties: object) => event(name, 'a', at(day), { properties })
  await empty.send([
    seen('start', 4, { $browser: '', plan: '' }),
    seen('start', 4, {}),
    seen('back', 5, {}),
    seen('back', 6, { $browser: '', plan: '' }),
    seen('back', 6, { $browser: 'a', plan: 'a' }),
  ])
  for (const key of ['$browser', 'plan']) {
    const rows = await rowsOf(retention({}, by(key, 'event')), empty)
    expect(rows.map((row) => row.breakdown_value)).toEqual(['', '', '', '', ''])
    expect(counts(rows)[0]).toEqual([1, 1, 1])
  }
})

test('the first event ever decides the value, and returns of other values count', async () => {
  const first = await makeProject(server)
  const seen = (name: string, day: number, plan: string) => event(name, 'a', at(day), { properties: { plan } })
  await first.send([seen('start', 4, 'x'), seen('start', 5, 'y'), seen('back', 5, 'y'), seen('back', 6, 'z')])
  const ever = { retentionType: 'retention_first_ever_occurrence' }
  const rows = await rowsOf(retention(ever, by('plan', 'event')), first)
  expect(new Set(rows.map((row) => row.breakdown_value))).toEqual(new Set(['x']))
  expect(counts(rows)[0]).toEqual([1, 1, 1])
  // the first with the value is another first
  const time = await rowsOf(retention({ retentionType: 'retention_first_time' }, by('plan', 'event')), first)
  expect(counts(time.filter((row) => row.breakdown_value === 'y'))[1]).toEqual([1, 0, 0])
})

test('what column 0 sums up', async () => {
  const paid = await makeProject(server)
  const did = (name: string, day: number, hour: number, amount: unknown) =>
    event(name, 'a', at(day, hour), { properties: { amount } })
  await paid.send([
    did('back', 4, 8, 1),
    did('start', 4, 9, 2),
    did('back', 4, 10, 4),
    did('start', 4, 11, 8),
    did('back', 5, 9, '16'),
    did('back', 5, 10, 'none'),
    event('start', 'b', at(4)),
  ])
  const sum = (more: object, fn = 'sum') =>
    retention({ aggregationType: fn, aggregationProperty: 'amount', minimumOccurrences: 5, ...more })
  const two = await rowsOf(sum({}), paid)
  expect(sums(two)[0]).toEqual([14, 16, 0])
  expect(counts(two)[0]).toEqual([2, 1, 0])
  expect(sums(await rowsOf(sum({}, 'avg'), paid))[0]).toEqual([7, 16, 0])
  expect(sums(await rowsOf(sum({ retentionType: 'retention_first_time' }), paid))[0]).toEqual([14, 16, 0])
  // of one event with other filters, returns add nothing to column 0
  const same = { id: 'start', properties: [{ key: 'amount', operator: 'is_set', type: 'event' }] }
  expect(sums(await rowsOf(sum({ returningEntity: same }), paid))[0]).toEqual([10, 0, 0])
  // any event returns: starts count once
  expect(sums(await rowsOf(sum({ returningEntity: { id: null } }), paid))[0]).toEqual([14, 16, 0])
  // without a property actors are counted alone
  expect(sums(await rowsOf(retention({ aggregationType: 'sum' }), paid))[0]).toEqual([undefined, undefined, undefined])
})

test('brackets count from the first start, in every row of the actor', async () => {
  const brackets = await makeProject(server)
  await brackets.send([event('start', 'a', at(4)), event('start', 'a', at(6)), event('back', 'a', at(7))])
  const rows = await rowsOf(retention({ retentionCustomBrackets: [2, 2] }), brackets)
  expect(rows[0]?.values.map(({ label }) => label)).toEqual(['Day 0', 'Day 1-2', 'Day 3-4'])
  expect(counts(rows)).toEqual([
    [1, 0, 1],
    [0, 0, 0],
    [1, 0, 1],
    [0, 0, 0],
    [0, 0, 0],
  ])
})

test('weeks and months from an anchor are days of the calendar', async () => {
  const windows = await makeProject(server)
  await windows.send([event('start', 'a', at(5, 23)), event('back', 'a', at(12, 0)), event('back', 'a', at(19, 1))])
  const range = { dateRange: { date_from: '2024-03-04', date_to: '2024-03-24' } }
  const rows = await rowsOf(retention({ period: 'Week', timeWindowMode: '24_hour_windows' }, range), windows)
  expect(counts(rows)[0]).toEqual([1, 1, 1])
})

test('values beyond the limit are one, or hidden', async () => {
  const shown = async (more: object) => rowsOf(retention({}, by('$browser', 'event', more)))
  const all = await shown({})
  const values = [...new Set(all.map((row) => row.breakdown_value))]
  expect(values.length).toBeGreaterThan(2)
  const limited = await shown({ breakdown_limit: 1 })
  expect([...new Set(limited.map((row) => row.breakdown_value))]).toEqual([values[0], OTHER])
  const total = (rows: readonly Row[]) =>
    counts(rows)
      .flat()
      .reduce((sum, count) => sum + count, 0)
  expect(total(limited)).toBe(total(all))
  const hidden = await shown({ breakdown_limit: 1, breakdown_hide_other_aggregation: true })
  expect([...new Set(hidden.map((row) => row.breakdown_value))]).toEqual([values[0]])
})

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
    expect([zero, two, length, one]).toEqual([1, list.includes(2) ? 1 : 0, list.length, list.includes(1)])
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
