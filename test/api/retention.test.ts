/** Rules of docs/retention.md over HTTP. */
import { beforeAll, expect, test } from 'vitest'
import { asking, at, by, counts, type Row, retention, someEvents } from '../support/retention-query.ts'
import { testServer } from '../support/server.ts'
import { event, makeProject } from '../support/world.ts'

const OTHER = '$$_posthog_breakdown_other_$$'
const server = await testServer()
const project = await makeProject(server)
const { rowsOf } = asking(server, project)
const sums = (rows: readonly Row[]) => rows.map(({ values }) => values.map((cell) => cell.aggregation_value))

beforeAll(() => project.send(someEvents()))

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
